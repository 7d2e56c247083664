// SPDX-License-Identifier: GPL-2.0
/*
 * COPY: from one mapping to another by edu's DMA, in pieces that fit its buffer and
 * stay inside a segment on either side.
 */
#include <linux/err.h>
#include <linux/kdmabuf_importer.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "attachment.h"
#include "edu.h"
#include "ioctl.h"
#include "mapping.h"

static struct mapping *find_mapping(struct session *session, u32 handle)
{
	struct mapping *mapping =
		importer_session_find(session, &importer_mapping_kind, handle);

	if (!IS_ERR(mapping) && !mapping->attachment->edu)
		return ERR_PTR(-EXDEV);
	return mapping;
}

static int copy_pieces(const struct mapping *source,
		       const struct mapping *destination,
		       struct kdmabuf_importer_copy *copy)
{
	dma_addr_t from, to;
	u64 done;
	size_t nr;
	int ret;

	for (done = 0; done < copy->length; done += nr) {
		if (fatal_signal_pending(current))
			return -EINTR;
		nr = min_t(u64, copy->length - done, EDU_TRANSFER_MAX);
		nr = importer_mapping_run(source, copy->source_offset + done,
					  nr, &from);
		nr = importer_mapping_run(
			destination, copy->destination_offset + done, nr, &to);
		ret = importer_edu_copy(to, from, nr);
		if (ret)
			return ret;
		copy->transfers += 2;
	}
	return 0;
}

int importer_copy(struct session *session, void *arguments,
		  struct object **made)
{
	struct kdmabuf_importer_copy *copy = arguments;
	struct mapping *source, *destination;
	int ret;

	if (copy->transfers || copy->reserved)
		return -EINVAL;
	source = find_mapping(session, copy->source);
	if (IS_ERR(source))
		return PTR_ERR(source);
	destination = find_mapping(session, copy->destination);
	if (IS_ERR(destination))
		return PTR_ERR(destination);

	ret = importer_mapping_check(source, copy->source_offset, copy->length,
				     false);
	if (ret)
		return ret;
	ret = importer_mapping_check(destination, copy->destination_offset,
				     copy->length, true);
	if (ret)
		return ret;
	return copy_pieces(source, destination, copy);
}
