// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings in user space. They are made of ordinary, referenced pages (neither
 * VM_PFNMAP nor VM_MIXEDMAP), so whatever takes user memory takes them too:
 * O_DIRECT, vmsplice, process_vm_readv, io_uring. A page that is pinned so may
 * outlive the buffer; it goes back to the kernel when the pin does.
 */
#include <linux/dma-buf.h>
#include <linux/mm.h>

#include "buffer.h"
#include "compat.h"
#include "memory.h"
#include "view.h"

static vm_fault_t view_fault(struct vm_fault *vmf)
{
	struct view *view = vmf->vma->vm_private_data;

	if (vmf->pgoff >= view->nr_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = kdmabuf_memory_page(view->buffer->memory,
					view->first + vmf->pgoff);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct view_vm_ops = {
	.fault = view_fault,
};

/*
 * The core has checked that the range lies inside the dma-buf, and holds its file
 * as long as the mapping lives. For a mmap() of the fd it has checked access too,
 * but an importer may bring us a mapping of its own file (dma_buf_mmap()).
 */
int kdmabuf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	/* A private copy of the memory is not what a dma-buf is for. */
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (!(dmabuf->file->f_mode & FMODE_WRITE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &view_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	return 0;
}
