// SPDX-License-Identifier: GPL-2.0
/*
 * Taking folios of the pool apart, for requests that are no whole number of them: what a
 * reserve has are folios, and hardly any picture fills the last one. What is left of
 * that stays in the pool, as pages.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "kept.h"
#include "memory.h"
#include "pool.h"
#include "pool_apart.h"
#include "range.h"

static void keep(unsigned long pfn, unsigned long nr_pages,
		 unsigned long nr_huge)
{
	if (nr_pages && !kdmabuf_pool_give(pfn, nr_pages, nr_huge))
		kdmabuf_range_give(pfn, nr_pages, nr_huge);
}

/**
 * kdmabuf_pool_take_apart - take a run of folios out of the pool, and its last apart
 * @request: contiguous memory that is no whole number of folios
 * @taken: as for kdmabuf_pool_take()
 *
 * What is ready in folios does for such a request, too, and costs less than a search.
 *
 * Returns false if there is none, or somebody else got one of those pages.
 */
bool kdmabuf_pool_take_apart(const struct kdmabuf_memory_request *request,
			     struct kdmabuf_kept_run *taken)
{
	struct kdmabuf_memory_request whole = *request;
	unsigned long nr_huge, nr_last, last;

	whole.nr_pages = ALIGN(request->nr_pages, KDMABUF_HUGE_PAGES);
	nr_huge = whole.nr_pages - KDMABUF_HUGE_PAGES;
	nr_last = request->nr_pages - nr_huge;
	if (request->nr_pages < KDMABUF_POOL_MIN ||
	    kdmabuf_kept_huge(request->nr_pages) != nr_huge ||
	    kdmabuf_kept_huge(whole.nr_pages) != whole.nr_pages ||
	    !kdmabuf_pool_take(&whole, taken))
		return false;
	last = taken->pfn + nr_huge;
	taken->nr_huge = nr_huge;
	taken->nr_zero = min(taken->nr_zero, nr_huge);
	if (kdmabuf_range_split(last)) {
		keep(taken->pfn, nr_huge, nr_huge);
		return false;
	}
	keep(last + nr_last, KDMABUF_HUGE_PAGES - nr_last, 0);
	taken->nr_pages = request->nr_pages;
	if (want_init_on_alloc(0) && taken->nr_zero == nr_huge)
		taken->nr_zero = taken->nr_pages;
	return true;
}
