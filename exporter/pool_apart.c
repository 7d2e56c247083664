// SPDX-License-Identifier: GPL-2.0
/*
 * Taking folios of the pool apart, for requests that are no whole number of them: what a
 * reserve has are folios, and hardly any picture fills the last one.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "kept.h"
#include "memory.h"
#include "pool.h"
#include "pool_apart.h"
#include "range.h"

/**
 * kdmabuf_pool_take_apart - take a run of folios out of the pool, and its last apart
 * @request: contiguous memory that is no whole number of folios
 * @taken: as for kdmabuf_pool_take()
 *
 * What is ready in folios does for such a request, too. No public interface makes
 * pages of a folio, so the last one goes back to the kernel, and what is needed of its
 * pages is had again at once, mostly: that is less than a search.
 *
 * Returns false if there is none, or somebody else got one of those pages.
 */
bool kdmabuf_pool_take_apart(const struct kdmabuf_memory_request *request,
			     struct kdmabuf_kept_run *taken)
{
	struct kdmabuf_memory_request whole = *request;
	unsigned long nr_huge, last, none;

	whole.nr_pages = ALIGN(request->nr_pages, KDMABUF_HUGE_PAGES);
	nr_huge = whole.nr_pages - KDMABUF_HUGE_PAGES;
	if (kdmabuf_kept_huge(request->nr_pages) != nr_huge ||
	    kdmabuf_kept_huge(whole.nr_pages) != whole.nr_pages ||
	    !kdmabuf_pool_take(&whole, taken))
		return false;
	last = taken->pfn + nr_huge;
	kdmabuf_range_give(last, KDMABUF_HUGE_PAGES, KDMABUF_HUGE_PAGES);
	taken->nr_huge = nr_huge;
	taken->nr_zero = min(taken->nr_zero, nr_huge);
	if (!kdmabuf_range_take(last, request->nr_pages - nr_huge, true,
				&none)) {
		taken->nr_pages = request->nr_pages;
		if (want_init_on_alloc(0) && taken->nr_zero == nr_huge)
			taken->nr_zero = taken->nr_pages;
		return true;
	}
	taken->nr_pages = nr_huge;
	if (nr_huge && !kdmabuf_pool_give(taken->pfn, nr_huge, nr_huge))
		kdmabuf_range_give(taken->pfn, nr_huge, nr_huge);
	return false;
}
