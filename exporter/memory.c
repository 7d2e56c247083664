// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: allocate pages in contiguous or scattered runs, zero them, give them
 * back. Contiguous memory comes from the pool; else, up to the buddy allocator's
 * largest block, from there; else from search.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "compat.h"
#include "kept.h"
#include "memory.h"
#include "pool.h"
#include "range.h"
#include "search.h"

/* The pieces of scattered memory: 64 KiB, the default limit of a DMA segment. */
#define SCATTERED_ORDER get_order(SZ_64K)

/*
 * A block of the buddy allocator that keeps to the request's node and limit. The
 * allocator knows limits only as zones, so ask the widest zone first and look at
 * what it gave. The zone that old devices need most is left alone where a search
 * can find memory above it.
 */
static struct page *alloc_block(const struct kdmabuf_memory_request *request,
				unsigned int order, gfp_t gfp)
{
	static const gfp_t zones[] = { 0, __GFP_DMA32, __GFP_DMA };
	unsigned int nr_zones = 1;
	struct page *page;
	unsigned int i;

	/* A buffer is no reason to kill a process. */
	gfp |= GFP_KERNEL | __GFP_NOWARN |
	       (order ? __GFP_NORETRY : __GFP_RETRY_MAYFAIL);

	if (request->node != NUMA_NO_NODE)
		gfp |= __GFP_THISNODE;

	if (request->limit_pfn != ULONG_MAX)
		nr_zones = request->scattered ? 3 : 2;
	for (i = 0; i < nr_zones; i++) {
		page = alloc_pages_node(request->node, gfp | zones[i], order);
		if (!page)
			continue;
		if (page_to_pfn(page) + (1UL << order) <= request->limit_pfn)
			return page;
		__free_pages(page, order);
	}
	return NULL;
}

/* Pages that were zeroed for a request while it waited, by us or by the kernel. */
static atomic64_t nr_zeroed;

u64 kdmabuf_memory_zeroed(void)
{
	return atomic64_read(&nr_zeroed);
}

static void zero_pages(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long nr;

	for (; nr_pages; pfn += nr, nr_pages -= nr) {
		nr = min(nr_pages, pageblock_nr_pages);
		kdmabuf_clear_pages(pfn_to_page(pfn), nr);
		cond_resched();
	}
}

/* A line in the kernel log for who asks what became of a buffer. */
static void report(const struct kdmabuf_memory_request *request,
		   const char *kind, unsigned long nr_pages, const char *why)
{
	pr_warn_ratelimited("%s[%d]: no %lu KiB of %s memory: %lu KiB %s\n",
			    current->comm, task_pid_nr(current),
			    request->nr_pages << (PAGE_SHIFT - 10), kind,
			    nr_pages << (PAGE_SHIFT - 10), why);
}

/* A block of the buddy allocator, of single pages. */
static bool alloc_small_run(const struct kdmabuf_memory_request *request,
			    unsigned int order, unsigned long *pfn)
{
	struct page *page = alloc_block(request, order, 0);

	if (!page)
		return false;
	*pfn = page_to_pfn(page);
	split_page(page, order);
	kdmabuf_range_give(*pfn + request->nr_pages,
			   (1UL << order) - request->nr_pages, 0);
	return true;
}

/* A block that is one huge folio. */
static bool alloc_folio(const struct kdmabuf_memory_request *request,
			unsigned long *pfn)
{
	unsigned int order = KDMABUF_HUGE_ORDER;
	struct page *page;

	if (request->nr_pages != KDMABUF_HUGE_PAGES || order > MAX_PAGE_ORDER ||
	    !IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		return false;
	page = alloc_block(request, order, __GFP_COMP);
	if (!page)
		return false;
	*pfn = page_to_pfn(page);
	return true;
}

static bool has_several_folios(unsigned long nr_pages)
{
	return nr_pages > KDMABUF_HUGE_PAGES && KDMABUF_CAN_CHOOSE_FOLIOS;
}

/*
 * One run; its first page's number, and how many of its pages are in huge folios,
 * or an error. A block of the buddy allocator is aligned to its own size. It is
 * quick to have, but where several folios would fit, they are worth a search.
 */
static int alloc_run(const struct kdmabuf_memory_request *request,
		     unsigned long *pfn, unsigned long *nr_huge)
{
	unsigned int order = order_base_2(request->nr_pages);
	bool has_block = order <= MAX_PAGE_ORDER;
	bool prefers_search = has_several_folios(request->nr_pages);
	struct kdmabuf_search_report found;
	int ret;

	*nr_huge = 0;
	if (alloc_folio(request, pfn)) {
		*nr_huge = KDMABUF_HUGE_PAGES;
		return 0;
	}
	if (has_block && !prefers_search &&
	    alloc_small_run(request, order, pfn))
		return 0;
	ret = kdmabuf_search(request, pfn, nr_huge, &found);
	/* The pool's runs may stand in the way of a longer one. */
	if (ret == -ENOMEM && kdmabuf_pool_drain())
		ret = kdmabuf_search(request, pfn, nr_huge, &found);
	if (ret != -ENOMEM)
		return ret;
	if (has_block && prefers_search && alloc_small_run(request, order, pfn))
		return 0;
	report(request, "contiguous", found.largest,
	       found.busy ? "looked free or movable in a row, but were not" :
			    "in a row are free or movable");
	return -ENOMEM;
}

/* What the core looks at before it maps a folio by one entry. */
static void index_folios(const struct kdmabuf_memory *memory)
{
	unsigned long i;

	for (i = 0; i < memory->nr_huge; i += KDMABUF_HUGE_PAGES)
		page_folio(pfn_to_page(memory->runs[0].pfn + i))->index = i;
}

static struct kdmabuf_memory *
new_contiguous(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory =
		kzalloc(struct_size(memory, runs, 1), GFP_KERNEL_ACCOUNT);

	if (!memory)
		return NULL;
	memory->nr_pages = request->nr_pages;
	memory->nr_runs = 1;
	memory->runs[0].nr_pages = request->nr_pages;
	return memory;
}

static struct kdmabuf_memory *
alloc_contiguous(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory = new_contiguous(request);
	int ret;

	if (!memory)
		return ERR_PTR(-ENOMEM);
	ret = alloc_run(request, &memory->runs[0].pfn, &memory->nr_huge);
	if (ret) {
		kfree(memory);
		return ERR_PTR(ret);
	}
	index_folios(memory);
	return memory;
}

/* From the pool, zeroed; or NULL. */
static struct kdmabuf_memory *
alloc_pooled(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory = new_contiguous(request);
	struct kdmabuf_kept_run run;

	if (!memory || !kdmabuf_pool_take(request, &run)) {
		kfree(memory);
		return NULL;
	}
	memory->runs[0].pfn = run.pfn;
	memory->nr_huge = run.nr_huge;
	index_folios(memory);
	zero_pages(run.pfn + run.nr_zero, run.nr_pages - run.nr_zero);
	atomic64_add(run.nr_pages - run.nr_zero, &nr_zeroed);
	return memory;
}

/* Blocks wait on a list, by page->lru, the order of each in page->private. */
static void free_blocks(struct list_head *blocks)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, blocks, lru) {
		unsigned int order = page_private(page);

		set_page_private(page, 0);
		__free_pages(page, order);
	}
}

/*
 * Only here does a kernel let a module charge a memory cgroup: the buddy allocator
 * charges what it gives, until that is freed. It would not, for what a search finds;
 * and what may come to the pool must not stay charged to who had it before.
 */
#define SCATTERED_GFP __GFP_ACCOUNT

/*
 * Fill @blocks with @request->nr_pages pages and return their number of blocks.
 * A block that would continue the last one goes before it instead, so that no
 * two neighbours are adjacent.
 */
static int alloc_blocks(const struct kdmabuf_memory_request *request,
			struct list_head *blocks)
{
	unsigned long left = request->nr_pages;
	unsigned int order = SCATTERED_ORDER;
	unsigned long end = 0; /* just after the last block */
	int nr = 0;

	while (left) {
		struct page *page;

		if (fatal_signal_pending(current))
			return -EINTR;
		order = min_t(unsigned int, order, ilog2(left));
		page = alloc_block(request, order, SCATTERED_GFP);
		if (!page) {
			if (order--)
				continue;
			report(request, "scattered", request->nr_pages - left,
			       "could be had");
			return -ENOMEM;
		}
		set_page_private(page, order);
		if (page_to_pfn(page) == end) {
			list_add_tail(&page->lru, blocks->prev);
		} else {
			list_add_tail(&page->lru, blocks);
			end = page_to_pfn(page) + (1UL << order);
		}
		left -= 1UL << order;
		nr++;
		cond_resched();
	}
	return nr;
}

static struct kdmabuf_memory *
alloc_scattered(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory;
	struct page *page, *next;
	struct kdmabuf_run *run;
	unsigned long index = 0;
	LIST_HEAD(blocks);
	int nr;

	nr = alloc_blocks(request, &blocks);
	if (nr < 0) {
		memory = ERR_PTR(nr);
		goto err_blocks;
	}
	memory = kvzalloc(struct_size(memory, runs, nr), GFP_KERNEL_ACCOUNT);
	if (!memory) {
		memory = ERR_PTR(-ENOMEM);
		goto err_blocks;
	}

	memory->nr_pages = request->nr_pages;
	memory->scattered = true;
	memory->nr_runs = nr;
	run = memory->runs;
	list_for_each_entry_safe(page, next, &blocks, lru) {
		unsigned int order = page_private(page);

		set_page_private(page, 0);
		split_page(page, order);
		run->index = index;
		run->pfn = page_to_pfn(page);
		run->nr_pages = 1UL << order;
		index += run->nr_pages;
		run++;
	}
	return memory;

err_blocks:
	free_blocks(&blocks);
	return memory;
}

/**
 * kdmabuf_memory_exists - has the machine as much memory, free or not?
 * @request: what is asked for
 *
 * If it has not, that is no matter of limits; a message in the kernel log tells.
 */
bool kdmabuf_memory_exists(const struct kdmabuf_memory_request *request)
{
	unsigned long nr = totalram_pages();

	if (request->nr_pages < nr)
		return true;
	report(request, "any", nr, "is all that there is");
	return false;
}

/**
 * kdmabuf_memory_alloc - allocate zeroed memory
 * @request: what is asked for
 *
 * Returns the memory, -ENOMEM (a message in the kernel log tells how much there
 * was), or -EINTR when the task is being killed.
 */
struct kdmabuf_memory *
kdmabuf_memory_alloc(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory = NULL;
	unsigned long available;
	unsigned int i;

	if (!request->scattered)
		memory = alloc_pooled(request);
	if (memory)
		return memory;

	/*
	 * A search takes pages without regard to the kernel's reserves, so leave
	 * those here, or somebody else's next page costs a process its life.
	 */
	available = kdmabuf_search_available();
	if (request->nr_pages > available) {
		report(request, "any", available, "are available");
		return ERR_PTR(-ENOMEM);
	}

	memory = request->scattered ? alloc_scattered(request) :
				      alloc_contiguous(request);
	if (IS_ERR(memory))
		return memory;

	/* The kernel may have been told to clear all that it hands out. */
	for (i = 0; i < memory->nr_runs && !want_init_on_alloc(0); i++)
		zero_pages(memory->runs[i].pfn, memory->runs[i].nr_pages);
	atomic64_add(memory->nr_pages, &nr_zeroed);
	return memory;
}

void kdmabuf_memory_free(struct kdmabuf_memory *memory)
{
	unsigned int i;

	if (!memory->scattered &&
	    kdmabuf_pool_give(memory->runs[0].pfn, memory->nr_pages,
			      memory->nr_huge))
		goto out;
	for (i = 0; i < memory->nr_runs; i++)
		kdmabuf_range_give(memory->runs[i].pfn,
				   memory->runs[i].nr_pages,
				   i ? 0 : memory->nr_huge);
out:
	kvfree(memory);
}

/* The run that page @index lies in. */
static const struct kdmabuf_run *find_run(const struct kdmabuf_memory *memory,
					  unsigned long index)
{
	unsigned int low = 0, high = memory->nr_runs;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (memory->runs[middle].index <= index)
			low = middle;
		else
			high = middle;
	}
	return &memory->runs[low];
}

unsigned long kdmabuf_memory_run(const struct kdmabuf_memory *memory,
				 unsigned long index, unsigned long max,
				 unsigned long *pfn)
{
	const struct kdmabuf_run *run = find_run(memory, index);
	unsigned long skip = index - run->index;

	*pfn = run->pfn + skip;
	return min(max, run->nr_pages - skip);
}

struct page *kdmabuf_memory_page(const struct kdmabuf_memory *memory,
				 unsigned long index)
{
	unsigned long pfn;

	kdmabuf_memory_run(memory, index, 1, &pfn);
	return pfn_to_page(pfn);
}

unsigned int kdmabuf_memory_segments(const struct kdmabuf_memory *memory,
				     unsigned long index,
				     unsigned long nr_pages)
{
	const struct kdmabuf_run *first = find_run(memory, index);

	return find_run(memory, index + nr_pages - 1) - first + 1;
}
