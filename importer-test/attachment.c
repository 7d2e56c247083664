// SPDX-License-Identifier: GPL-2.0
/*
 * Attachments: making a device and attaching it.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/kdmabuf_importer.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "attachment.h"
#include "compat.h"
#include "device.h"
#include "edu.h"
#include "import.h"
#include "ioctl.h"

/*
 * Called with the reservation lock held, and perhaps with the session's: an exporter
 * may move a buffer when we have it pinned or mapped. A mapping is pinned, so this
 * should not happen to one; if it does, nobody uses it any more.
 */
static void invalidate_mappings(struct dma_buf_attachment *attached)
{
	struct attachment *attachment = attached->importer_priv;

	WRITE_ONCE(attachment->moves, attachment->moves + 1);
}

static const struct dma_buf_attach_ops dynamic_ops = {
	.allow_peer2peer = false,
	.KDMABUF_INVALIDATE_MAPPINGS = invalidate_mappings,
};

static int check_limits(const struct kdmabuf_importer_attach *attach,
			struct device_limits *limits)
{
	limits->address_bits = attach->address_bits;
	if (!limits->address_bits)
		limits->address_bits = attach->device == KDMABUF_IMPORTER_EDU ?
					       EDU_ADDRESS_BITS :
					       64;
	if (limits->address_bits > 64)
		return -EADDRNOTAVAIL;

	limits->segment_boundary = ULONG_MAX;
	if (attach->segment_boundary) {
		if (!is_power_of_2(attach->segment_boundary) ||
		    attach->segment_boundary < PAGE_SIZE)
			return -EDOM;
		limits->segment_boundary = attach->segment_boundary - 1;
	}

	limits->max_segment_size = attach->max_segment_size ?: UINT_MAX;
	if (limits->max_segment_size < PAGE_SIZE)
		return -ERANGE;
	return 0;
}

static struct device *take_device(bool edu, const struct device_limits *limits)
{
	return edu ? importer_edu_take(limits) : importer_device_create(limits);
}

static void give_device_back(struct attachment *attachment)
{
	if (attachment->edu)
		importer_edu_give_back();
	else
		importer_device_destroy(attachment->device);
}

static struct attachment *attach_device(struct import *import,
					const struct device_limits *limits,
					bool edu, bool dynamic)
{
	struct attachment *attachment;
	int ret;

	attachment = kzalloc(sizeof(*attachment), GFP_KERNEL);
	if (!attachment)
		return ERR_PTR(-ENOMEM);
	attachment->import = import;
	attachment->edu = edu;
	attachment->dynamic = dynamic;
	attachment->device = take_device(edu, limits);
	if (IS_ERR(attachment->device)) {
		ret = PTR_ERR(attachment->device);
		goto err_attachment;
	}
	attachment->attached = dma_buf_dynamic_attach(
		import->dmabuf, attachment->device,
		dynamic ? &dynamic_ops : NULL, attachment);
	if (IS_ERR(attachment->attached)) {
		ret = PTR_ERR(attachment->attached);
		goto err_device;
	}
	import->attachments++;
	return attachment;

err_device:
	give_device_back(attachment);
err_attachment:
	kfree(attachment);
	return ERR_PTR(ret);
}

static void attachment_destroy(struct session *session, void *object)
{
	struct attachment *attachment = object;

	dma_buf_detach(attachment->import->dmabuf, attachment->attached);
	give_device_back(attachment);
	attachment->import->attachments--;
	kfree(attachment);
}

const struct object_kind importer_attachment_kind = {
	.destroy = attachment_destroy,
};

int importer_attach(struct session *session, void *arguments,
		    struct object **made)
{
	struct kdmabuf_importer_attach *attach = arguments;
	struct attachment *attachment;
	struct device_limits limits;
	struct import *import;
	int ret;

	if (attach->flags & ~KDMABUF_IMPORTER_DYNAMIC ||
	    attach->device > KDMABUF_IMPORTER_EDU || attach->attachment ||
	    memchr_inv(attach->name, 0, sizeof(attach->name)))
		return -EINVAL;
	import = importer_session_find(session, &importer_import_kind,
				       attach->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	ret = check_limits(attach, &limits);
	if (ret)
		return ret;

	attachment = attach_device(import, &limits,
				   attach->device == KDMABUF_IMPORTER_EDU,
				   attach->flags & KDMABUF_IMPORTER_DYNAMIC);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	ret = importer_session_add(session, &attachment->object,
				   &importer_attachment_kind);
	if (ret) {
		attachment_destroy(session, attachment);
		return ret;
	}
	attach->attachment = attachment->object.handle;
	strscpy(attach->name, dev_name(attachment->device),
		sizeof(attach->name));
	*made = &attachment->object;
	return 0;
}

int importer_detach(struct session *session, void *arguments,
		    struct object **made)
{
	const struct kdmabuf_importer_detach *detach = arguments;
	struct attachment *attachment;
	struct import *import;

	import = importer_session_find(session, &importer_import_kind,
				       detach->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	attachment = importer_session_find(session, &importer_attachment_kind,
					   detach->attachment);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	if (attachment->import != import)
		return -EXDEV;
	if (attachment->mappings)
		return -EBUSY;
	importer_session_destroy(session, &attachment->object);
	return 0;
}
