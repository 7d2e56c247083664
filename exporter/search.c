// SPDX-License-Identifier: GPL-2.0
/*
 * Finding a long physically contiguous run on a kernel without CMA: walk the
 * zones, look at each page whether it could be emptied, and have
 * alloc_contig_range() empty the runs that look good.
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

#include "compat.h"
#include "memory.h"
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

/*
 * The first aligned run of request->nr_pages vacatable pages that begins at @pfn
 * or later and ends at @end or before; its number, or ULONG_MAX.
 */
static unsigned long
next_candidate(const struct kdmabuf_memory_request *request, unsigned long pfn,
	       unsigned long end, struct zone *zone,
	       struct kdmabuf_search_report *report)
{
	unsigned long run = pfn; /* since when all pages were vacatable */
	struct page *page = NULL;
	unsigned long start;

	for (; pfn < end; pfn++) {
		/* Memory comes and goes in sections: one look a block is enough. */
		if (!page || IS_ALIGNED(pfn, pageblock_nr_pages)) {
			cond_resched();
			page = pfn_to_online_page(pfn);
		} else {
			page = pfn_to_page(pfn);
		}
		if (!page) {
			pfn |= pageblock_nr_pages - 1;
			run = pfn + 1;
			continue;
		}
		if (page_zone(page) != zone || !page_is_vacatable(page)) {
			run = pfn + 1;
			continue;
		}
		report->largest = max(report->largest, pfn + 1 - run);
		start = ALIGN(run, request->alignment);
		if (start + request->nr_pages <= pfn + 1)
			return start;
	}
	return ULONG_MAX;
}

static int search_zone(const struct kdmabuf_memory_request *request,
		       struct zone *zone, unsigned long *found,
		       struct kdmabuf_search_report *report)
{
	unsigned long end = min(zone_end_pfn(zone), request->limit_pfn);
	unsigned long pfn = zone->zone_start_pfn;
	int ret;

	for (;;) {
		pfn = next_candidate(request, pfn, end, zone, report);
		if (pfn == ULONG_MAX)
			return -ENOMEM;
		ret = alloc_contig_range(pfn, pfn + request->nr_pages,
					 KDMABUF_ACR_DEFAULT,
					 GFP_KERNEL | __GFP_NOWARN);
		if (!ret) {
			*found = pfn;
			return 0;
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		if (++report->busy >= SEARCH_ATTEMPTS)
			return -ENOMEM;
		/* The allocator isolates whole page blocks, so try the next. */
		pfn += max(request->alignment, pageblock_nr_pages);
	}
}

static int search_node(const struct kdmabuf_memory_request *request, int node,
		       unsigned long *found,
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
		ret = search_zone(request, zone, found, report);
		if (ret != -ENOMEM)
			break;
	}
	return ret;
}

/* On the node that is asked for, else on the nearest first. */
static int search_nodes(const struct kdmabuf_memory_request *request,
			unsigned long *found,
			struct kdmabuf_search_report *report)
{
	int nearest = numa_mem_id();
	int node, ret;

	if (request->node != NUMA_NO_NODE)
		return search_node(request, request->node, found, report);

	ret = search_node(request, nearest, found, report);
	for_each_online_node(node) {
		if (ret != -ENOMEM)
			break;
		if (node != nearest)
			ret = search_node(request, node, found, report);
	}
	return ret;
}

/**
 * kdmabuf_search - take a contiguous run from wherever it can be made
 * @request: what is asked for; @scattered is not looked at
 * @pfn: where the number of the first page goes
 * @report: where the reasons go when nothing is found
 *
 * On success each page has one reference and is not compound. It is zero only if
 * the kernel clears all memory that it hands out (init_on_alloc).
 *
 * Returns 0, -ENOMEM, or -EINTR when the task is being killed.
 */
int kdmabuf_search(const struct kdmabuf_memory_request *request,
		   unsigned long *pfn, struct kdmabuf_search_report *report)
{
	struct kdmabuf_memory_request attempt = *request;
	int ret = -ENOMEM;
	int round;

	/* First where a block of the size, or a page block, could lie. */
	attempt.alignment = max(request->alignment,
				min(roundup_pow_of_two(request->nr_pages),
				    pageblock_nr_pages));
	*report = (struct kdmabuf_search_report){};
	if (mutex_lock_killable(&search_lock))
		return -EINTR;
	for (round = 0; round < SEARCH_ROUNDS; round++) {
		ret = search_nodes(&attempt, pfn, report);
		/* Where no run looked long enough, none will the next time. */
		if (ret != -ENOMEM || report->largest < request->nr_pages ||
		    report->busy >= SEARCH_ATTEMPTS)
			break;
		attempt.alignment = request->alignment;
	}
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
