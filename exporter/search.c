// SPDX-License-Identifier: GPL-2.0
/*
 * Finding a long physically contiguous run on a kernel without CMA: walk the
 * zones, look at each page whether it could be emptied, and have range.c take
 * the runs that look good.
 *
 * This file is the only one that reads the memory map behind the page
 * allocator's back. alloc_contig_pages(), which does such a search, is exported
 * only by 7.x kernels, cma_alloc() needs a region reserved at boot, and the
 * dma_alloc_*() calls stop at 4 MiB without one: no public interface gives 6.1
 * and 6.12 a longer run. What is read here may be stale by the time it is used;
 * alloc_contig_range() checks it all again under the proper locks, so a stale
 * answer costs time and nothing else. What neither this nor the kernel's own
 * alloc_contig_pages() guards against is memory being unplugged at that moment.
 */
#include <linux/cpuset.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/topology.h>
#include <linux/vmstat.h>

#include "compat.h"
#include "memory.h"
#include "range.h"
#include "search.h"

/*
 * How often all zones are walked. A page that was pinned, under writeback or on
 * a CPU's own list makes its run fail; a moment later it often does not.
 */
#define SEARCH_ROUNDS 3

/*
 * How many runs may turn out to be busy in one search. Each failure has moved
 * pages about and interrupted every CPU, so a hopeless search must end.
 */
#define SEARCH_ATTEMPTS 512

/*
 * One search at a time: two of them would isolate each other's page blocks and
 * both fail where each alone succeeds.
 */
static DEFINE_MUTEX(search_lock);

/*
 * Could alloc_contig_range() empty this page? Nearly its own verdict: it can move
 * balloons' pages and the like too, and it refuses those of CMA, which a module
 * cannot tell.
 */
static bool page_is_vacatable(struct page *page)
{
	/* Holes, firmware's and boot's memory, and slabs (not counted on 7.x). */
	if (PageReserved(page) || PageSlab(page))
		return false;
	/*
	 * Transparent huge pages move if they are on an LRU list, as do page cache
	 * folios. Other compound pages belong to the kernel, or to hugetlb, whose
	 * administrator wants them where they are.
	 */
	if (PageCompound(page))
		return PageLRU(compound_head(page));
	return !page_ref_count(page) || PageLRU(page);
}

/* Whether there is nothing to move out of it. */
static bool page_is_free(struct page *page)
{
	return !page_ref_count(page) && !PageCompound(page);
}

/* How many pages from @page on are surely as free as it is, at least one. */
static unsigned long free_pages_at(struct page *page, unsigned long pfn)
{
	unsigned long order;

	if (!PageBuddy(page))
		return 1;
	/* Read without the zone's lock, so it may be anything by now. */
	order = READ_ONCE(page->private);
	return order <= MAX_PAGE_ORDER && IS_ALIGNED(pfn, 1UL << order) ?
		       1UL << order :
		       1;
}

/*
 * Find the first aligned run of request->nr_pages pages that are free or, unless
 * @is_free, vacatable, and that begins at @pfn or later and ends at @end or before.
 */
static bool next_candidate(const struct kdmabuf_memory_request *request,
			   bool is_free, unsigned long pfn, unsigned long end,
			   struct zone *zone, unsigned long *candidate,
			   struct kdmabuf_search_report *report)
{
	unsigned long run = pfn; /* since when all pages would do */
	struct page *page = NULL;
	unsigned long start, nr;

	for (; pfn < end; pfn += nr) {
		/* Memory comes and goes in sections: one look a block is enough. */
		if (!page || IS_ALIGNED(pfn, pageblock_nr_pages)) {
			cond_resched();
			page = pfn_to_online_page(pfn);
		} else {
			page = pfn_to_page(pfn);
		}
		nr = 1;
		if (!page) {
			nr = pageblock_nr_pages - pfn % pageblock_nr_pages;
			run = pfn + nr;
			continue;
		}
		if (page_zone(page) != zone || !page_is_vacatable(page) ||
		    (is_free && !page_is_free(page))) {
			run = pfn + nr;
			continue;
		}
		nr = min(free_pages_at(page, pfn), end - pfn);
		report->largest = max(report->largest, pfn + nr - run);
		start = ALIGN(run, request->alignment);
		if (start + request->nr_pages <= pfn + nr) {
			*candidate = start;
			return true;
		}
	}
	return false;
}

/*
 * The first run in the zone that looks good and can be had. The allocator isolates whole
 * page blocks: those that are not all of one zone it refuses, or, where it is built to
 * check itself, takes for a bug (the block of page 0, which is in no zone on x86).
 */
static int take_run(const struct kdmabuf_memory_request *request, bool is_free,
		    struct zone *zone, unsigned long *found,
		    unsigned long *nr_huge,
		    struct kdmabuf_search_report *report)
{
	/* A free one may be CMA's: leave some attempts for those that are not. */
	unsigned int attempts = is_free ? SEARCH_ATTEMPTS / 2 : SEARCH_ATTEMPTS;
	unsigned long end =
		min(ALIGN_DOWN(zone_end_pfn(zone), pageblock_nr_pages),
		    request->limit_pfn);
	unsigned long pfn = ALIGN(zone->zone_start_pfn, pageblock_nr_pages);
	int ret;

	while (report->busy < attempts) {
		if (!next_candidate(request, is_free, pfn, end, zone, found,
				    report))
			break;
		ret = kdmabuf_range_take(*found, request->nr_pages, is_free,
					 nr_huge);
		if (!ret)
			return 0;
		if (fatal_signal_pending(current))
			return -EINTR;
		report->busy++;
		/* It isolated whole page blocks, so try the next. */
		pfn = *found + max(request->alignment, pageblock_nr_pages);
	}
	return -ENOMEM;
}

/*
 * A run that is free is had at once, and nobody loses what he has cached. So it goes
 * before one that is not, if it is as well aligned and lies in the same zone.
 */
static int search_zone(const struct kdmabuf_memory_request *request,
		       struct zone *zone, unsigned long *found,
		       unsigned long *nr_huge,
		       struct kdmabuf_search_report *report)
{
	int ret = take_run(request, true, zone, found, nr_huge, report);

	if (ret == -ENOMEM)
		ret = take_run(request, false, zone, found, nr_huge, report);
	return ret;
}

static int search_node(const struct kdmabuf_memory_request *request, int node,
		       unsigned long *found, unsigned long *nr_huge,
		       struct kdmabuf_search_report *report)
{
	int ret = -ENOMEM;
	int index;

	if (!node_isset(node, cpuset_current_mems_allowed))
		return -ENOMEM;
	/*
	 * From the zone that is needed least to the one that devices with few
	 * address lines need most. ZONE_HIGHMEM has no kernel address;
	 * ZONE_MOVABLE is there to be unplugged, and a page in it can never be
	 * pinned for long.
	 */
	for (index = ZONE_NORMAL; index >= 0; index--) {
		struct zone *zone = &NODE_DATA(node)->node_zones[index];

		if (!populated_zone(zone))
			continue;
		ret = search_zone(request, zone, found, nr_huge, report);
		if (ret != -ENOMEM)
			break;
	}
	return ret;
}

/* On the node that is asked for, else on the nearest first. */
static int search_nodes(const struct kdmabuf_memory_request *request,
			unsigned long *found, unsigned long *nr_huge,
			struct kdmabuf_search_report *report)
{
	int nearest = numa_mem_id();
	int node, ret;

	if (request->node != NUMA_NO_NODE)
		return search_node(request, request->node, found, nr_huge,
				   report);

	ret = search_node(request, nearest, found, nr_huge, report);
	for_each_online_node(node) {
		if (ret != -ENOMEM)
			break;
		if (node != nearest)
			ret = search_node(request, node, found, nr_huge,
					  report);
	}
	return ret;
}

/**
 * kdmabuf_search - take a contiguous run from wherever it can be made
 * @request: what is asked for; @scattered is not looked at
 * @pfn: where the number of the first page goes
 * @nr_huge: where the number of pages in huge folios goes
 * @report: where the reasons go when nothing is found
 *
 * On success the run is as kdmabuf_range_take() leaves it.
 *
 * Returns 0, -ENOMEM, or -EINTR when the task is being killed.
 */
int kdmabuf_search(const struct kdmabuf_memory_request *request,
		   unsigned long *pfn, unsigned long *nr_huge,
		   struct kdmabuf_search_report *report)
{
	struct kdmabuf_memory_request attempt = *request;
	unsigned long available;
	int ret = -ENOMEM;
	int round;

	/* First where a block of the size, or a page block, could lie. */
	attempt.alignment = max(request->alignment,
				min(roundup_pow_of_two(request->nr_pages),
				    pageblock_nr_pages));
	*report = (struct kdmabuf_search_report){};
	if (mutex_lock_killable(&search_lock))
		return -EINTR;
	/* No watermark is looked at by who takes chosen pages. */
	available = kdmabuf_search_available(request->node);
	if (request->nr_pages > available) {
		report->too_few = true;
		report->largest = available;
		goto out;
	}
	for (round = 0; round < SEARCH_ROUNDS; round++) {
		ret = search_nodes(&attempt, pfn, nr_huge, report);
		/* Where no run looked long enough, none will the next time. */
		if (ret != -ENOMEM || report->largest < request->nr_pages ||
		    report->busy >= SEARCH_ATTEMPTS)
			break;
		attempt.alignment = request->alignment;
	}
out:
	mutex_unlock(&search_lock);
	return ret;
}

/**
 * kdmabuf_search_possible - is there any memory like this, free or not?
 * @node: a NUMA node, or NUMA_NO_NODE for any
 * @limit_pfn: the memory's page numbers are below it
 */
bool kdmabuf_search_possible(int node, unsigned long limit_pfn)
{
	int nid, index;

	for_each_online_node(nid) {
		if (node != NUMA_NO_NODE && node != nid)
			continue;
		for (index = ZONE_NORMAL; index >= 0; index--) {
			struct zone *zone = &NODE_DATA(nid)->node_zones[index];

			if (populated_zone(zone) &&
			    zone->zone_start_pfn < limit_pfn)
				return true;
		}
	}
	return false;
}

/* Those of all nodes that have any, not only of some. */
static bool is_everywhere(int node)
{
	return node == NUMA_NO_NODE &&
	       nodes_subset(node_states[N_MEMORY], cpuset_current_mems_allowed);
}

/**
 * kdmabuf_search_available - pages that the kernel can do without
 * @nid: on this NUMA node, or NUMA_NO_NODE: on those that the task may use
 *
 * An estimate like si_mem_available(), but of the zones that buffers lie in, and
 * without what CMA keeps: memory that is free elsewhere is of no use to who needs a
 * page for the kernel. Nor does it count on slabs, which give back less than they
 * promise, and never a run.
 */
unsigned long kdmabuf_search_available(int nid)
{
	unsigned long cache = 0, low = 0;
	long available = 0;
	int node, index;

	for_each_online_node(node) {
		if ((nid != NUMA_NO_NODE && nid != node) ||
		    !node_isset(node, cpuset_current_mems_allowed))
			continue;
		for (index = ZONE_NORMAL; index >= 0; index--) {
			struct zone *zone = &NODE_DATA(node)->node_zones[index];
			unsigned long kept = high_wmark_pages(zone) +
					     zone->lowmem_reserve[ZONE_NORMAL];

			/* What one zone lacks another makes up for. */
			available += zone_page_state(zone, NR_FREE_PAGES) -
				     zone_page_state(zone, NR_FREE_CMA_PAGES) -
				     min(kept, zone_managed_pages(zone));
			cache += zone_page_state(zone, NR_ZONE_INACTIVE_FILE) +
				 zone_page_state(zone, NR_ZONE_ACTIVE_FILE);
			low += low_wmark_pages(zone);
		}
	}
	/* Of the cache some is in use; of what is kept as our pool is, nothing. */
	available += cache - min(cache / 2, low);
	if (is_everywhere(nid))
		available += global_node_page_state(NR_KERNEL_MISC_RECLAIMABLE);
	return max(available, 0L);
}
