// SPDX-License-Identifier: GPL-2.0
/*
 * Scattered memory: many small runs, of which no two neighbours are adjacent.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "block.h"
#include "memory.h"
#include "scattered.h"

/* The pieces of scattered memory: 64 KiB, the default limit of a DMA segment. */
#define SCATTERED_ORDER get_order(SZ_64K)

/* How many pages are taken between two looks at what others have. */
#define LOOK_EVERY (SZ_4M >> PAGE_SHIFT)

/* The caller has looked before the first. How many are left at the next look. */
static unsigned long next_look(unsigned long left)
{
	return left - min(left, LOOK_EVERY);
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
	unsigned long left = request->nr_pages, look = next_look(left);
	unsigned int order = SCATTERED_ORDER;
	unsigned long end = 0; /* just after the last block */
	int nr = 0;

	while (left) {
		struct page *page;

		if (fatal_signal_pending(current))
			return -EINTR;
		/* Others may be taking as much at the same time. */
		if (left <= look) {
			if (kdmabuf_memory_leave_reserves(request, left))
				return -ENOMEM;
			look = next_look(left);
		}
		order = min_t(unsigned int, order, ilog2(left));
		page = kdmabuf_block_alloc(request, order, SCATTERED_GFP);
		if (!page) {
			if (order--)
				continue;
			kdmabuf_memory_report(request, "scattered",
					      request->nr_pages - left,
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

/*
 * A buffer is no reason to kill a process, not for its list either; and kvmalloc()
 * with these flags would reclaim memory for pages in a row that are not needed.
 */
static struct kdmabuf_memory *alloc_list(int nr_runs)
{
	struct kdmabuf_memory *memory;
	size_t size = struct_size(memory, runs, nr_runs);
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_RETRY_MAYFAIL |
		    __GFP_NOWARN;

	return size <= PAGE_SIZE ? kmalloc(size, gfp) : __vmalloc(size, gfp);
}

/**
 * kdmabuf_scattered_alloc - allocate scattered memory
 * @request: what is asked for
 *
 * Returns it, not zeroed, -ENOMEM (a message in the kernel log tells how much there
 * was), or -EINTR when the task is being killed.
 */
struct kdmabuf_memory *
kdmabuf_scattered_alloc(const struct kdmabuf_memory_request *request)
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
	memory = alloc_list(nr);
	if (!memory) {
		kdmabuf_memory_report(request, "scattered", request->nr_pages,
				      "are there, but no room for a list");
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
