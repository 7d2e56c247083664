// SPDX-License-Identifier: GPL-2.0
/*
 * Contiguous memory: one run, from the buddy allocator up to its largest block; else
 * from search.c.
 */
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>

#include "block.h"
#include "compat.h"
#include "contiguous.h"
#include "kept.h"
#include "memory.h"
#include "pool.h"
#include "pool_apart.h"
#include "range.h"
#include "search.h"

/* A block of the buddy allocator, of single pages. */
static bool alloc_small_run(const struct kdmabuf_memory_request *request,
			    unsigned int order, unsigned long *pfn)
{
	struct page *page = kdmabuf_block_alloc(request, order, 0);

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
	page = kdmabuf_block_alloc(request, order, __GFP_COMP);
	if (!page)
		return false;
	*pfn = page_to_pfn(page);
	return true;
}

static bool has_several_folios(unsigned long nr_pages)
{
	return nr_pages > KDMABUF_HUGE_PAGES && KDMABUF_CAN_CHOOSE_FOLIOS;
}

static const char *what_there_was(const struct kdmabuf_search_report *report)
{
	if (report->too_few)
		return "are available";
	return report->busy ? "looked free or movable in a row, but were not" :
			      "in a row are free or movable";
}

/**
 * kdmabuf_contiguous_alloc - allocate one run of pages, not of the pool
 * @request: contiguous memory
 * @pfn: where the first page's number goes
 * @nr_huge: where it goes how many of them, from the first on, are in huge folios
 *
 * A block of the buddy allocator is aligned to its own size. It is quick to have,
 * but where several folios would fit, they are worth a search.
 *
 * Returns 0, -ENOMEM (a message in the kernel log tells how much there was), or
 * -EINTR when the task is being killed.
 */
int kdmabuf_contiguous_alloc(const struct kdmabuf_memory_request *request,
			     unsigned long *pfn, unsigned long *nr_huge)
{
	unsigned int order = order_base_2(request->nr_pages);
	bool has_block = order <= MAX_PAGE_ORDER;
	bool prefers_search = has_several_folios(request->nr_pages);
	struct kdmabuf_search_report found;
	struct kdmabuf_kept_run run;
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
	if (ret == -ENOMEM && kdmabuf_pool_drain(request))
		ret = kdmabuf_search(request, pfn, nr_huge, &found);
	if (ret != -ENOMEM)
		return ret;
	if (has_block && prefers_search && alloc_small_run(request, order, pfn))
		return 0;
	if (request->nr_pages < KDMABUF_HUGE_PAGES &&
	    kdmabuf_pool_take_apart(request, &run)) {
		*pfn = run.pfn;
		return 0;
	}
	kdmabuf_memory_report(request, "contiguous", found.largest,
			      what_there_was(&found));
	return -ENOMEM;
}
