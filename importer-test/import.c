// SPDX-License-Identifier: GPL-2.0
/*
 * Imports: holding a dma-buf, mapping it into the kernel, and into user space by
 * way of this driver.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kdmabuf_importer.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "import.h"
#include "ioctl.h"

int importer_get(struct session *session, void *arguments, struct object **made)
{
	struct kdmabuf_importer_get *get = arguments;
	struct kdmabuf_importer_get empty = { .fd = get->fd };
	struct dma_buf *dmabuf;
	struct import *import;
	int ret;

	if (memcmp(get, &empty, sizeof(empty)))
		return -EINVAL;

	dmabuf = dma_buf_get(get->fd);
	if (dmabuf == ERR_PTR(-EINVAL))
		return -EMEDIUMTYPE;
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	ret = -ENOMEM;
	import = kzalloc(sizeof(*import), GFP_KERNEL);
	if (!import)
		goto err_dmabuf;
	import->dmabuf = dmabuf;
	ret = importer_session_add(session, &import->object,
				   &importer_import_kind);
	if (ret)
		goto err_import;

	get->import = import->object.handle;
	get->size = dmabuf->size;
	strscpy(get->exporter, dmabuf->exp_name, sizeof(get->exporter));
	*made = &import->object;
	return 0;

err_import:
	kfree(import);
err_dmabuf:
	dma_buf_put(dmabuf);
	return ret;
}

static void unmap_import(struct import *import)
{
	import->vmaps--;
	dma_buf_vunmap_unlocked(import->dmabuf, &import->kernel);
}

static void import_destroy(struct session *session, void *object)
{
	struct import *import = object;

	while (import->vmaps)
		unmap_import(import);
	dma_buf_put(import->dmabuf);
	kfree(import);
}

const struct object_kind importer_import_kind = {
	.destroy = import_destroy,
};

int importer_put(struct session *session, void *arguments, struct object **made)
{
	const struct kdmabuf_importer_put *put = arguments;
	struct import *import;

	if (put->reserved)
		return -EINVAL;
	import = importer_session_find(session, &importer_import_kind,
				       put->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	if (import->attachments || import->vmaps)
		return -EBUSY;
	importer_session_destroy(session, &import->object);
	return 0;
}

/* A reference to the dma-buf of an import, for use without the session's lock. */
struct dma_buf *importer_import_dmabuf(struct session *session, u32 handle)
{
	struct dma_buf *dmabuf;
	struct import *import;

	if (mutex_lock_killable(&session->lock))
		return ERR_PTR(-EINTR);
	import = importer_session_find(session, &importer_import_kind, handle);
	if (IS_ERR(import)) {
		dmabuf = ERR_CAST(import);
	} else {
		dmabuf = import->dmabuf;
		get_dma_buf(dmabuf);
	}
	mutex_unlock(&session->lock);
	return dmabuf;
}

int importer_vmap(struct session *session, void *arguments,
		  struct object **made)
{
	struct kdmabuf_importer_vmap *vmap = arguments;
	struct import *import;
	int ret;

	if (vmap->flags)
		return -EINVAL;
	import = importer_session_find(session, &importer_import_kind,
				       vmap->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	if (!import->dmabuf->ops->vmap)
		return -EOPNOTSUPP;

	/* The core counts, and gives the same mapping each time. */
	ret = dma_buf_vmap_unlocked(import->dmabuf, &import->kernel);
	if (ret)
		return ret;
	import->vmaps++;
	if (import->kernel.is_iomem)
		vmap->flags = KDMABUF_IMPORTER_VMAP_IOMEM;
	return 0;
}

int importer_vunmap(struct session *session, void *arguments,
		    struct object **made)
{
	const struct kdmabuf_importer_vunmap *vunmap = arguments;
	struct import *import;

	if (vunmap->reserved)
		return -EINVAL;
	import = importer_session_find(session, &importer_import_kind,
				       vunmap->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	if (!import->vmaps)
		return -ENXIO;
	unmap_import(import);
	return 0;
}

/* Unless another call has been quicker. */
void importer_undo_vmap(struct session *session, const void *arguments)
{
	const struct kdmabuf_importer_vmap *vmap = arguments;
	struct import *import;

	import = importer_session_find(session, &importer_import_kind,
				       vmap->import);
	if (!IS_ERR(import) && import->vmaps)
		unmap_import(import);
}

static vm_fault_t stale_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* What the exporter has to replace, see importer_mmap(). */
static const struct vm_operations_struct stale_vm_ops = {
	.fault = stale_fault,
};

/*
 * Some drivers have set operations of their own before they find that the memory is
 * another's. An exporter that relies on finding none there leaves them; but the mapping
 * keeps the dma-buf from now on, and not this module, so they must not stay.
 */
int importer_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct vm_operations_struct *vm_ops = vma->vm_ops;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	void *private_data = vma->vm_private_data;
	struct dma_buf *dmabuf;
	int ret;

	dmabuf = importer_import_dmabuf(file->private_data,
					upper_32_bits(offset));
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	vma->vm_ops = &stale_vm_ops;
	vma->vm_private_data = file;
	ret = dma_buf_mmap(dmabuf, vma, lower_32_bits(offset) >> PAGE_SHIFT);
	dma_buf_put(dmabuf);
	if (vma->vm_ops == &stale_vm_ops) {
		vma->vm_ops = vm_ops;
		vma->vm_private_data = private_data;
	}
	return ret;
}
