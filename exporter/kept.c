// SPDX-License-Identifier: GPL-2.0
/*
 * Kept runs: which of them fits a request, and what becomes of the rest of it. Lists
 * and no trees, because they are short (pool.c limits them) and constraints are many.
 */
#include <linux/align.h>
#include <linux/cpuset.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "compat.h"
#include "kept.h"
#include "memory.h"
#include "range.h"

/* How many pages of a run of @nr_pages are in huge folios, if it is as it should be. */
unsigned long kdmabuf_kept_huge(unsigned long nr_pages)
{
	if (KDMABUF_CAN_CHOOSE_FOLIOS ||
	    (IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) &&
	     nr_pages == KDMABUF_HUGE_PAGES))
		return ALIGN_DOWN(nr_pages, KDMABUF_HUGE_PAGES);
	return 0;
}

static struct zone *zone_of(const struct kdmabuf_kept_run *run)
{
	return page_zone(pfn_to_page(run->pfn));
}

/* Would @first and @second make one run, folios first? */
static bool can_join(const struct kdmabuf_kept_run *first,
		     const struct kdmabuf_kept_run *second)
{
	return first->pfn + first->nr_pages == second->pfn &&
	       (first->nr_huge == first->nr_pages || !second->nr_huge) &&
	       zone_of(first) == zone_of(second);
}

/* A run that is zero: with its neighbours, or the pool's runs would only get shorter. */
static void add_clean(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run)
{
	struct kdmabuf_kept_run *other, *next;

	list_for_each_entry_safe(other, next, &kept->clean, list) {
		if (!can_join(other, run) && !can_join(run, other))
			continue;
		run->pfn = min(run->pfn, other->pfn);
		run->nr_pages += other->nr_pages;
		run->nr_huge += other->nr_huge;
		run->nr_zero += other->nr_zero;
		list_del(&other->list);
		kfree(other);
		kept->nr_runs--;
	}
	list_add(&run->list, &kept->clean);
}

/* @run becomes the list's. */
void kdmabuf_kept_add(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run)
{
	kept->nr_pages += run->nr_pages;
	kept->nr_runs++;
	if (run->nr_zero == run->nr_pages)
		add_clean(kept, run);
	else
		list_add(&run->list, &kept->dirty);
}

/* A dirty run has @nr_pages more pages that are zero. */
void kdmabuf_kept_zero(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run,
		       unsigned long nr_pages)
{
	run->nr_zero += nr_pages;
	if (run->nr_zero < run->nr_pages)
		return;
	list_del(&run->list);
	add_clean(kept, run);
}

/*
 * Where in @run @nr_pages pages can begin that are like a run of their own: folios
 * first, and no folio in two parts. Pages of their own lie behind the folios.
 */
static bool find_place(const struct kdmabuf_kept_run *run,
		       unsigned long nr_pages, unsigned long alignment,
		       unsigned long *offset)
{
	unsigned long nr_huge = kdmabuf_kept_huge(nr_pages);
	unsigned long end = run->nr_pages;
	unsigned long pfn = run->pfn;

	if (run->nr_huge < nr_huge)
		return false;
	if (nr_huge == nr_pages)
		end = run->nr_huge;
	else
		pfn += run->nr_huge - nr_huge;
	/* What has both begins at the one place where they meet. */
	if (nr_huge && nr_huge < nr_pages && !IS_ALIGNED(pfn, alignment))
		return false;
	*offset = ALIGN(pfn, alignment) - run->pfn;
	return *offset < end && nr_pages <= end - *offset;
}

/* Is any of it where memory for the request may lie? */
static bool is_in_reach(const struct kdmabuf_kept_run *run,
			const struct kdmabuf_memory_request *request, int node)
{
	int run_node = page_to_nid(pfn_to_page(run->pfn));

	return (node == NUMA_NO_NODE || node == run_node) &&
	       node_isset(run_node, cpuset_current_mems_allowed) &&
	       run->pfn < request->limit_pfn;
}

static bool fits(const struct kdmabuf_kept_run *run,
		 const struct kdmabuf_memory_request *request, int node,
		 unsigned long *offset)
{
	return request->nr_pages <= run->nr_pages &&
	       is_in_reach(run, request, node) &&
	       find_place(run, request->nr_pages, request->alignment, offset) &&
	       run->pfn + *offset + request->nr_pages <= request->limit_pfn;
}

/* The shortest run that fits, or NULL. */
static struct kdmabuf_kept_run *
find_run(struct list_head *list, const struct kdmabuf_memory_request *request,
	 int node, unsigned long *offset)
{
	struct kdmabuf_kept_run *run, *best = NULL;
	unsigned long place;

	list_for_each_entry(run, list, list) {
		if (best && best->nr_pages <= run->nr_pages)
			continue;
		if (!fits(run, request, node, &place))
			continue;
		best = run;
		*offset = place;
		if (run->nr_pages == request->nr_pages)
			break;
	}
	return best;
}

/* @nr_pages pages of @run, from the one at @offset on. */
static void copy_part(struct kdmabuf_kept_run *part,
		      const struct kdmabuf_kept_run *run, unsigned long offset,
		      unsigned long nr_pages)
{
	part->pfn = run->pfn + offset;
	part->nr_pages = nr_pages;
	part->nr_huge = run->nr_huge > offset ?
				min(run->nr_huge - offset, nr_pages) :
				0;
	part->nr_zero = run->nr_zero > offset ?
				min(run->nr_zero - offset, nr_pages) :
				0;
}

/* Take part of @run out; what is left of it stays, in up to two runs. */
static void cut(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run,
		unsigned long offset, unsigned long nr_pages,
		struct kdmabuf_kept_run **spare, struct kdmabuf_kept_run *part)
{
	const struct kdmabuf_kept_run whole = *run;
	unsigned long end = offset + nr_pages;

	list_del(&run->list);
	kept->nr_pages -= whole.nr_pages;
	kept->nr_runs--;
	copy_part(part, &whole, offset, nr_pages);
	if (end < whole.nr_pages) {
		struct kdmabuf_kept_run *rest = run;

		if (offset) {
			rest = *spare;
			*spare = NULL;
		} else {
			run = NULL;
		}
		copy_part(rest, &whole, end, whole.nr_pages - end);
		kdmabuf_kept_add(kept, rest);
	}
	if (offset) {
		copy_part(run, &whole, 0, offset);
		kdmabuf_kept_add(kept, run);
	} else {
		kfree(run);
	}
}

/**
 * kdmabuf_kept_take - take out what a request asks for
 * @kept: from here
 * @request: contiguous memory
 * @spare: an object that may be needed, which then is NULL; from kmalloc()
 * @taken: where the run goes
 *
 * What is zero comes before what has yet to be zeroed, and what is on the nearest
 * node before both. Returns false if nothing fits.
 */
bool kdmabuf_kept_take(struct kdmabuf_kept *kept,
		       const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run **spare,
		       struct kdmabuf_kept_run *taken)
{
	const int nodes[] = {
		request->node == NUMA_NO_NODE ? numa_mem_id() : request->node,
		request->node,
	};
	struct list_head *const lists[] = { &kept->clean, &kept->dirty };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		struct kdmabuf_kept_run *run;
		unsigned long offset;

		run = find_run(lists[i % 2], request, nodes[i / 2], &offset);
		if (!run)
			continue;
		cut(kept, run, offset, request->nr_pages, spare, taken);
		return true;
	}
	return false;
}

/**
 * kdmabuf_kept_shed_shortest - take out the shortest run, to make room for another
 * @kept: from here
 * @nr_pages: of the other
 * @shed: where the run goes
 *
 * Returns false if none is shorter than that.
 */
bool kdmabuf_kept_shed_shortest(struct kdmabuf_kept *kept,
				unsigned long nr_pages,
				struct kdmabuf_kept_run *shed)
{
	struct list_head *const lists[] = { &kept->clean, &kept->dirty };
	struct kdmabuf_kept_run *run, *shortest = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		list_for_each_entry(run, lists[i], list) {
			if (run->nr_pages >= nr_pages)
				continue;
			nr_pages = run->nr_pages;
			shortest = run;
		}
	}
	if (shortest)
		cut(kept, shortest, 0, shortest->nr_pages, NULL, shed);
	return shortest;
}

/**
 * kdmabuf_kept_shed - take out what is to go back to the kernel
 * @kept: from here
 * @list: one of its lists
 * @nr_wanted: about so many pages, not above @nr_max: a folio goes as a whole
 * @nr_max: never more
 * @request: only what may be in its way; NULL: anything
 * @shed: where the run goes, the end of one that is kept
 *
 * Returns false if there is nothing.
 */
bool kdmabuf_kept_shed(struct kdmabuf_kept *kept, struct list_head *list,
		       unsigned long nr_wanted, unsigned long nr_max,
		       const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run *shed)
{
	struct kdmabuf_kept_run *run;

	list_for_each_entry_reverse(run, list, list) {
		unsigned long nr = run->nr_pages - run->nr_huge;

		if (request && !is_in_reach(run, request, request->node))
			continue;
		if (nr)
			nr = min(nr, nr_wanted);
		else
			nr = min(run->nr_pages,
				 min(ALIGN(nr_wanted, KDMABUF_HUGE_PAGES),
				     ALIGN_DOWN(nr_max, KDMABUF_HUGE_PAGES)));
		if (!nr)
			continue;
		cut(kept, run, run->nr_pages - nr, nr, NULL, shed);
		return true;
	}
	return false;
}
