// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's CPU does with a buffer in one call: brackets around accesses,
 * and messages. Both may wait for fences, so neither keeps the session locked.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/kdmabuf_importer.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "compat.h"
#include "import.h"
#include "ioctl.h"

static_assert(KDMABUF_IMPORTER_BIDIRECTIONAL == DMA_BIDIRECTIONAL);
static_assert(KDMABUF_IMPORTER_TO_DEVICE == DMA_TO_DEVICE);
static_assert(KDMABUF_IMPORTER_FROM_DEVICE == DMA_FROM_DEVICE);

int importer_cpu_access(struct session *session, void *arguments,
			struct object **made)
{
	const struct kdmabuf_importer_cpu_access *access = arguments;
	struct dma_buf *dmabuf;
	int ret;

	if (access->operation > KDMABUF_IMPORTER_CPU_END ||
	    access->direction > KDMABUF_IMPORTER_FROM_DEVICE ||
	    access->reserved)
		return -EINVAL;
	dmabuf = importer_import_dmabuf(session, access->import);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	if (access->operation == KDMABUF_IMPORTER_CPU_BEGIN)
		ret = dma_buf_begin_cpu_access(dmabuf, access->direction);
	else
		ret = dma_buf_end_cpu_access(dmabuf, access->direction);
	dma_buf_put(dmabuf);
	return ret;
}

static int copy_text(const struct dma_buf *dmabuf, struct iosys_map *map,
		     struct kdmabuf_importer_message *message)
{
	size_t room = dmabuf->size - message->offset;

	if (message->operation == KDMABUF_IMPORTER_MESSAGE_READ) {
		/* The last byte stays the NUL that the caller gave. */
		room = min_t(size_t, room, sizeof(message->text) - 1);
		iosys_map_memcpy_from(message->text, map, message->offset,
				      room);
		message->length = strlen(message->text);
		/* Of what lies behind the text nothing is told. */
		memset(message->text + message->length, 0,
		       sizeof(message->text) - message->length);
		return 0;
	}

	message->length = scnprintf(message->text, sizeof(message->text),
				    "Linux %s was here, in %zu bytes of %s",
				    init_utsname()->release, dmabuf->size,
				    dmabuf->exp_name);
	if (message->length >= room)
		return -ERANGE;
	iosys_map_memcpy_to(map, message->offset, message->text,
			    message->length + 1);
	return 0;
}

static int exchange(struct dma_buf *dmabuf,
		    struct kdmabuf_importer_message *message)
{
	enum dma_data_direction direction =
		message->operation == KDMABUF_IMPORTER_MESSAGE_READ ?
			DMA_FROM_DEVICE :
			DMA_TO_DEVICE;
	struct iosys_map map;
	int ret, end;

	ret = dma_buf_begin_cpu_access(dmabuf, direction);
	if (ret)
		return ret;
	ret = dma_buf_vmap_unlocked(dmabuf, &map);
	if (!ret) {
		ret = copy_text(dmabuf, &map, message);
		dma_buf_vunmap_unlocked(dmabuf, &map);
	}
	end = dma_buf_end_cpu_access(dmabuf, direction);
	return ret ?: end;
}

int importer_message(struct session *session, void *arguments,
		     struct object **made)
{
	struct kdmabuf_importer_message *message = arguments;
	struct dma_buf *dmabuf;
	int ret;

	if (message->operation > KDMABUF_IMPORTER_MESSAGE_READ ||
	    message->length || message->reserved ||
	    memchr_inv(message->text, 0, sizeof(message->text)))
		return -EINVAL;
	dmabuf = importer_import_dmabuf(session, message->import);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	if (message->offset >= dmabuf->size)
		ret = -ERANGE;
	else if (!dmabuf->ops->vmap)
		ret = -EOPNOTSUPP;
	else
		ret = exchange(dmabuf, message);
	dma_buf_put(dmabuf);
	return ret;
}
