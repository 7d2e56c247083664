// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks: pages of the buddy allocator where a request wants them.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "block.h"
#include "memory.h"

/**
 * kdmabuf_block_alloc - allocate a block of the buddy allocator
 * @request: whose node and limit it keeps to
 * @order: log2 of how many pages
 * @gfp: flags besides those that each block is allocated with
 *
 * The allocator knows limits only as zones, so ask the widest zone first and look
 * at what it gave. The zone that old devices need most is left alone where a search
 * can find memory above it.
 *
 * Returns the first page, or NULL.
 */
struct page *kdmabuf_block_alloc(const struct kdmabuf_memory_request *request,
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
