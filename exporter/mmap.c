// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings in user space. They are made of ordinary pages (never VM_PFNMAP), so what
 * takes user memory takes them too: O_DIRECT, vmsplice, process_vm_readv, io_uring.
 * A page that is pinned so may outlive the buffer, and with it its whole folio; they
 * go back to the kernel when the pin does.
 *
 * There are two kinds. In a *huge* mapping a fault maps a whole huge folio by one
 * entry. The core does that for pages of ordinary mappings only: in one that is
 * VM_MIXEDMAP it would forget to drop the folio's reference. In a *small* mapping,
 * where no such entry fits, a fault maps many single pages, for which there is
 * only vm_insert_pages(), which wants VM_MIXEDMAP. What of a huge mapping cannot be
 * huge is mapped when it is made; where it is dropped, or moved to a place where no
 * entry fits, a fault brings one page.
 *
 * On 6.1 huge mappings are VM_MIXEDMAP too, and an entry is inserted by number
 * (compat.h): then the core neither takes nor drops a reference. The mapping has the
 * dma-buf's file, which is what keeps the folio. Nor does it count such an entry in
 * the process's resident memory.
 */
#include <linux/align.h>
#include <linux/dma-buf.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "buffer.h"
#include "compat.h"
#include "memory.h"
#include "range.h"
#include "trace.h"
#include "view.h"

/* How many pages are handed to the core at a time: what a stack has room for. */
#define BATCH 32

/* Which page of the view lies at @address. */
static unsigned long page_at(const struct vm_area_struct *vma,
			     unsigned long address)
{
	return vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
}

/* Map the pages from @address up to @end singly, but for those that are already. */
static int insert_pages(struct vm_area_struct *vma, unsigned long address,
			unsigned long end)
{
	const struct view *view = vma->vm_private_data;
	struct page *pages[BATCH];
	unsigned long nr, left, i;
	int ret;

	for (; address < end; address += (nr - left) << PAGE_SHIFT) {
		nr = min((end - address) >> PAGE_SHIFT, BATCH);
		for (i = 0; i < nr; i++)
			pages[i] = kdmabuf_memory_page(
				view->buffer->memory,
				view->first + page_at(vma, address) + i);
		left = nr;
		ret = vm_insert_pages(vma, address, pages, &left);
		if (ret == -EBUSY)
			left--;
		/* So it says that there is no memory for a table of tables. */
		else if (ret == -EFAULT)
			return -ENOMEM;
		else if (ret)
			return ret;
	}
	return 0;
}

/* All that one page table maps. */
static vm_fault_t small_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long table = vmf->address & PMD_MASK;
	unsigned long start = max(table, vma->vm_start);
	unsigned long end = min(table + PMD_SIZE, vma->vm_end);
	int ret = insert_pages(vma, start, end);

	if (ret)
		return vmf_error(ret);
	trace_fault(vma->vm_private_data, page_at(vma, start),
		    (end - start) >> PAGE_SHIFT);
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct small_vm_ops = {
	.fault = small_fault,
};

/*
 * The first page of the huge folio that an entry can map around a fault, or NULL:
 * mremap() may have moved a mapping to where entries do not fit.
 */
static struct page *huge_folio_at(const struct vm_fault *vmf)
{
	const struct vm_area_struct *vma = vmf->vma;
	const struct view *view = vma->vm_private_data;
	unsigned long address = vmf->address & PMD_MASK;
	unsigned long index;

	if (address < vma->vm_start || address + PMD_SIZE > vma->vm_end)
		return NULL;
	index = view->first + page_at(vma, address);
	if (!IS_ALIGNED(index, KDMABUF_HUGE_PAGES) ||
	    index >= view->buffer->memory->nr_huge)
		return NULL;
	return kdmabuf_memory_page(view->buffer->memory, index);
}

static void trace_huge_fault(const struct vm_fault *vmf)
{
	trace_fault(vmf->vma->vm_private_data,
		    page_at(vmf->vma, vmf->address & PMD_MASK),
		    KDMABUF_HUGE_PAGES);
}

/*
 * In a mapping that is VM_MIXEDMAP. Where an entry fits no page table is ever made,
 * so one that is there, or a mapping that was moved, has small pages.
 */
static vm_fault_t huge_pfn_fault(struct vm_fault *vmf)
{
	struct page *page = huge_folio_at(vmf);
	pmd_t entry = READ_ONCE(*vmf->pmd);
	vm_fault_t ret;

	/* Another thread was faster. */
	if (pmd_trans_huge(entry))
		return VM_FAULT_NOPAGE;
	if (!page || !pmd_none(entry))
		return small_fault(vmf);
	ret = kdmabuf_insert_huge_pfn(vmf, page);
	if (ret == VM_FAULT_NOPAGE)
		trace_huge_fault(vmf);
	return ret;
}

static vm_fault_t huge_fault(struct vm_fault *vmf)
{
	const struct view *view = vmf->vma->vm_private_data;

	if (KDMABUF_MAP_HUGE_BY_PFN)
		return huge_pfn_fault(vmf);

	vmf->page = kdmabuf_memory_page(view->buffer->memory,
					view->first + vmf->pgoff);
	get_page(vmf->page);
	/* The core maps all of a folio where no page table is in the way. */
	if (pmd_none(*vmf->pmd) && huge_folio_at(vmf))
		trace_huge_fault(vmf);
	else
		trace_fault(view, vmf->pgoff, 1);
	return 0;
}

#ifdef KDMABUF_HAVE_INSERT_FOLIO_PMD
/*
 * Cheaper, since no page table is made ready first. The core asks here where the
 * system's setting for transparent huge pages allows it, else in huge_fault().
 */
static vm_fault_t folio_fault(struct vm_fault *vmf, unsigned int order)
{
	struct page *page = huge_folio_at(vmf);
	vm_fault_t ret;

	if (order != KDMABUF_HUGE_ORDER || !page)
		return VM_FAULT_FALLBACK;
	ret = vmf_insert_folio_pmd(vmf, page_folio(page),
				   vmf->flags & FAULT_FLAG_WRITE);
	if (ret == VM_FAULT_NOPAGE)
		trace_huge_fault(vmf);
	return ret;
}
#endif

static const struct vm_operations_struct huge_vm_ops = {
	.fault = huge_fault,
#ifdef KDMABUF_HAVE_INSERT_FOLIO_PMD
	.huge_fault = folio_fault,
#endif
};

/*
 * Whether a view can be mapped by huge entries, from its first page on. Only one that
 * begins with the memory: the core wants a folio's index, which counts from there, to
 * lie inside the dma-buf.
 */
bool kdmabuf_view_is_huge(const struct view *view)
{
	if (view->first)
		return false;
	return min(view->nr_pages, view->buffer->memory->nr_huge) >=
	       KDMABUF_HUGE_PAGES;
}

/*
 * Make a mapping huge if entries fit into it. What there is before the first and
 * after the last, up to a page table each, is mapped now: no fault could map many
 * pages there.
 */
static int map_huge(struct vm_area_struct *vma)
{
	unsigned long start = ALIGN(vma->vm_start, PMD_SIZE);
	unsigned long end = ALIGN_DOWN(vma->vm_end, PMD_SIZE);
	int ret;

	if (start >= end ||
	    !IS_ALIGNED(page_at(vma, start), KDMABUF_HUGE_PAGES) ||
	    !kdmabuf_view_is_huge(vma->vm_private_data))
		return -ENXIO;

	vma->vm_ops = &huge_vm_ops;
	ret = insert_pages(vma, vma->vm_start, start);
	if (!ret)
		ret = insert_pages(vma, end, vma->vm_end);
	/* What vm_insert_pages() maps are ordinary pages. */
	if (!KDMABUF_MAP_HUGE_BY_PFN)
		vm_flags_clear(vma, VM_MIXEDMAP);
	return ret;
}

/*
 * The core has checked that the range lies inside the dma-buf, and holds its file
 * as long as the mapping lives. For a mmap() of the fd it has checked access too,
 * but an importer may bring us a mapping of its own file (dma_buf_mmap()).
 */
int kdmabuf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	int ret;

	/* A private copy of the memory is not what a dma-buf is for. */
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (!(dmabuf->file->f_mode & FMODE_WRITE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}

	/* An importer may have taken it for a mapping of its device's memory. */
	vm_flags_clear(vma, VM_IO | VM_PFNMAP);
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_MIXEDMAP);
	vma->vm_private_data = dmabuf->priv;
	ret = map_huge(vma);
	if (ret != -ENXIO)
		return ret;
	vma->vm_ops = &small_vm_ops;
	return 0;
}
