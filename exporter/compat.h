/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels we support, by feature. Kbuild looks in the
 * headers of the kernel and defines KDMABUF_HAVE_*. Nothing else belongs here.
 */
#ifndef KDMABUF_COMPAT_H
#define KDMABUF_COMPAT_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#ifdef KDMABUF_HAVE_COMPOUND_POINTERS
#include <linux/pfn_t.h>
#endif
#ifdef KDMABUF_HAVE_CGROUP_DMEM
#include <linux/cgroup_dmem.h>
#endif

/* The namespace is a token up to 6.12 and a string since 6.13. */
#ifdef KDMABUF_HAVE_IMPORT_NS_TOKEN
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(ns)
#else
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(#ns)
#endif

/* The highest order of the buddy allocator: MAX_ORDER was exclusive in 6.1. */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#endif

/* vm_flags became read-only in 6.3. */
#ifndef KDMABUF_HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* The third argument was a migrate type before it became flags (7.0). */
#ifdef KDMABUF_HAVE_ACR_FLAGS
#define KDMABUF_ACR_DEFAULT ACR_FLAGS_NONE
#else
#define KDMABUF_ACR_DEFAULT MIGRATE_MOVABLE
#endif

/*
 * Can huge folios be made at chosen places? alloc_contig_range() makes them since
 * 6.12; on 6.1 range.c does, with the pointers to what is in a compound page that
 * this kernel has.
 */
#if defined(CONFIG_TRANSPARENT_HUGEPAGE) &&     \
	(defined(KDMABUF_HAVE_CONTIG_FROZEN) || \
	 defined(KDMABUF_HAVE_CONTIG_FOLIO) ||  \
	 defined(KDMABUF_HAVE_COMPOUND_POINTERS))
#define KDMABUF_CAN_CHOOSE_FOLIOS true
#else
#define KDMABUF_CAN_CHOOSE_FOLIOS false
#endif

/*
 * 6.1 counts the mapping of a huge folio in each of its 512 pages, which costs more
 * than all else. An entry that is inserted by page frame number is not counted.
 * Such an entry is safe only if its memory is a folio as huge: on kernels before
 * 6.12 get_user_pages() does not see what it is, and follows it.
 */
#if defined(CONFIG_TRANSPARENT_HUGEPAGE) && \
	defined(KDMABUF_HAVE_COMPOUND_POINTERS)
#define KDMABUF_MAP_HUGE_BY_PFN true
/* Map the huge folio that begins with @page, for a fault inside it. */
static inline vm_fault_t kdmabuf_insert_huge_pfn(struct vm_fault *vmf,
						 struct page *page)
{
	return vmf_insert_pfn_pmd(vmf, page_to_pfn_t(page),
				  vmf->flags & FAULT_FLAG_WRITE);
}
#else
#define KDMABUF_MAP_HUGE_BY_PFN false
static inline vm_fault_t kdmabuf_insert_huge_pfn(struct vm_fault *vmf,
						 struct page *page)
{
	return VM_FAULT_FALLBACK;
}
#endif

/* Clear pages in one go, where the kernel can (7.0). */
static inline void kdmabuf_clear_pages(struct page *page, unsigned int nr_pages)
{
#ifdef KDMABUF_HAVE_CLEAR_PAGES
	clear_pages(page_address(page), nr_pages);
#else
	while (nr_pages--)
		clear_highpage(page++);
#endif
}

/* Some 7.x gave dma-bufs a fd_install() of their own, which is traced. */
#ifndef KDMABUF_HAVE_FD_INSTALL
#define dma_buf_fd_install(dmabuf, fd) fd_install(fd, (dmabuf)->file)
#endif

/*
 * The cgroup controller for the memory of devices came in 6.14. Before, it is as in
 * a later kernel that was built without.
 */
#ifndef KDMABUF_HAVE_CGROUP_DMEM
struct dmem_cgroup_pool_state;
struct dmem_cgroup_region;

static inline void
dmem_cgroup_unregister_region(struct dmem_cgroup_region *region)
{
}

static inline int
dmem_cgroup_try_charge(struct dmem_cgroup_region *region, u64 size,
		       struct dmem_cgroup_pool_state **pool,
		       struct dmem_cgroup_pool_state **limit_pool)
{
	*pool = NULL;
	return 0;
}

static inline void dmem_cgroup_uncharge(struct dmem_cgroup_pool_state *pool,
					u64 size)
{
}
#endif

/* The size is a member of a struct since 7.3. */
static inline struct dmem_cgroup_region *
kdmabuf_dmem_register_region(u64 size, const char *name)
{
#if defined(KDMABUF_HAVE_DMEM_INIT)
	const struct dmem_cgroup_init init = { .size = size };

	return dmem_cgroup_register_region(&init, "%s", name);
#elif defined(KDMABUF_HAVE_CGROUP_DMEM)
	return dmem_cgroup_register_region(size, "%s", name);
#else
	return NULL;
#endif
}

typedef unsigned long kdmabuf_shrink_t(struct shrinker *shrinker,
				       struct shrink_control *control);

/* Shrinkers became the kernel's to allocate in 6.7. */
static inline struct shrinker *
kdmabuf_shrinker_register(const char *name, kdmabuf_shrink_t *count,
			  kdmabuf_shrink_t *scan)
{
#ifdef KDMABUF_HAVE_SHRINKER_ALLOC
	struct shrinker *shrinker = shrinker_alloc(0, "%s", name);
#else
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);
	int ret;
#endif

	if (!shrinker)
		return ERR_PTR(-ENOMEM);
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
#ifdef KDMABUF_HAVE_SHRINKER_ALLOC
	shrinker_register(shrinker);
#else
	ret = register_shrinker(shrinker, "%s", name);
	if (ret) {
		kfree(shrinker);
		return ERR_PTR(ret);
	}
#endif
	return shrinker;
}

static inline void kdmabuf_shrinker_unregister(struct shrinker *shrinker)
{
#ifdef KDMABUF_HAVE_SHRINKER_ALLOC
	shrinker_free(shrinker);
#else
	unregister_shrinker(shrinker);
	kfree(shrinker);
#endif
}

#endif /* KDMABUF_COMPAT_H */
