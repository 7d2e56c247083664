// SPDX-License-Identifier: GPL-2.0
/*
 * The pool: contiguous memory of buffers that are gone, zeroed in the background and
 * kept for the next ones, up to "pool_max"; "reserve" of it from the beginning and
 * through any pressure.
 *
 * What comes in must be in nobody's hands. The buffer is gone, so there is neither a
 * mapping nor a device's attachment left; but a page that was pinned through a
 * mapping (direct I/O, io_uring, a pipe) may still be read and written. Such a pin
 * was taken while the mapping was there, so it is seen in the count of references,
 * and the memory does not come here while it lasts (pinned.c). To look once is
 * enough: who raises the count later has found the page by its number (compaction,
 * hwpoison, page idle tracking), or in a page table that has been changed since
 * (fast get_user_pages, which then looks again and lets go); none of them writes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmstat.h>

#include "compat.h"
#include "kept.h"
#include "memory.h"
#include "parameter.h"
#include "pool.h"
#include "pool_worker.h"
#include "range.h"
#include "trace.h"

/* Below, the buddy allocator is quick, and zeroing costs no more than keeping. */
#define MIN_PAGES (SZ_64K >> PAGE_SHIFT ?: 1)

/* A limit to the time that looking through them takes. */
#define MAX_RUNS 1024

/*
 * Pages that are zeroed under the lock: so few that others hardly wait, and no run
 * is ever out of the pool only because it is being zeroed.
 */
#define ZERO_PAGES (SZ_64K >> PAGE_SHIFT ?: 1)

static unsigned int pool_max = KDMABUF_NOT_GIVEN;
static unsigned int reserve;

/*
 * Protects @kept, @nr_accounted, and what is dirty in the pool from its taker: who
 * zeroes it holds the lock. No memory is allocated under it: the shrinker takes it.
 */
static DEFINE_SPINLOCK(pool_lock);
static long nr_accounted;
static struct kdmabuf_kept kept = {
	.clean = LIST_HEAD_INIT(kept.clean),
	.dirty = LIST_HEAD_INIT(kept.dirty),
};

static atomic64_t nr_zeroed;
static atomic64_t nr_served;

static struct shrinker *shrinker;

static unsigned long reserve_pages(void)
{
	return (unsigned long)reserve * MIB_PAGES;
}

/* The most that is kept. */
static unsigned long max_pages(void)
{
	return max((unsigned long)READ_ONCE(pool_max) * MIB_PAGES,
		   reserve_pages());
}

/* Pages that can be given back. */
static unsigned long spare_pages(void)
{
	unsigned long nr = READ_ONCE(kept.nr_pages);

	return nr > reserve_pages() ? nr - reserve_pages() : 0;
}

/*
 * Have the kernel count as available what the shrinker would give back. One node
 * stands for all, as the reserve is not of any.
 */
static void account(void)
{
	long nr = spare_pages();

	lockdep_assert_held(&pool_lock);
	mod_node_page_state(NODE_DATA(first_memory_node),
			    NR_KERNEL_MISC_RECLAIMABLE, nr - nr_accounted);
	nr_accounted = nr;
}

/*
 * Give one run or a part of it back to the kernel, about @nr_wanted pages, so that
 * @nr_min stay; one that may be in the way of @request, if there is one. Returns how
 * many they were.
 */
static unsigned long
give_back_some(unsigned long nr_wanted, unsigned long nr_min,
	       const struct kdmabuf_memory_request *request, bool dirty_first)
{
	struct list_head *const lists[] = { &kept.clean, &kept.dirty };
	struct kdmabuf_kept_run run;
	unsigned long nr_max;
	bool found = false;
	int i;

	spin_lock(&pool_lock);
	nr_max = kept.nr_pages > nr_min ? kept.nr_pages - nr_min : 0;
	for (i = 0; i < 2 && !found; i++)
		found = kdmabuf_kept_shed(&kept, lists[i ^ dirty_first],
					  min(nr_wanted, nr_max), nr_max,
					  request, &run);
	if (found)
		trace_pool(KDMABUF_POOL_GIVE_BACK, run.nr_pages, kept.nr_pages);
	account();
	spin_unlock(&pool_lock);
	if (!found)
		return 0;
	kdmabuf_range_give(run.pfn, run.nr_pages, run.nr_huge);
	return run.nr_pages;
}

/* What is dirty goes first: to zero it would be work. */
static unsigned long give_back(unsigned long nr_wanted, unsigned long nr_min,
			       const struct kdmabuf_memory_request *request)
{
	unsigned long given = 0, nr;

	do {
		nr = give_back_some(nr_wanted - given, nr_min, request, true);
		given += nr;
	} while (nr && given < nr_wanted);
	return given;
}

static void give_back_excess(void)
{
	unsigned long max = max_pages(), nr;

	/* Who adds a run after this has seen the new limit. */
	spin_lock(&pool_lock);
	nr = kept.nr_pages;
	spin_unlock(&pool_lock);
	if (nr > max)
		give_back(nr - max, reserve_pages(), NULL);
}

/**
 * kdmabuf_pool_drain - give back to the kernel what may be in the way
 * @request: of this, which nothing in the pool fits
 *
 * It may be one that cannot be met at all, so the reserve stays for those it fits.
 * Returns whether there was anything.
 */
bool kdmabuf_pool_drain(const struct kdmabuf_memory_request *request)
{
	return give_back(ULONG_MAX, reserve_pages(), request);
}

/**
 * kdmabuf_pool_take - take memory out of the pool
 * @request: contiguous memory
 * @taken: where it goes. The caller zeroes what of it is not yet zero: that is
 *	still less work than to find other memory and zero all of that.
 *
 * Returns false if there is nothing that fits.
 */
bool kdmabuf_pool_take(const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run *taken)
{
	struct kdmabuf_kept_run *spare;
	bool found;

	if (request->nr_pages < MIN_PAGES ||
	    request->nr_pages > READ_ONCE(kept.nr_pages))
		return false;
	spare = kmalloc(sizeof(*spare), GFP_KERNEL);
	if (!spare)
		return false;
	spin_lock(&pool_lock);
	found = kdmabuf_kept_take(&kept, request, &spare, taken);
	if (found)
		trace_pool(KDMABUF_POOL_TAKE, taken->nr_pages, kept.nr_pages);
	account();
	spin_unlock(&pool_lock);
	kfree(spare);
	if (found)
		atomic64_inc(&nr_served);
	return found;
}

/* As give_back_some(), a run that is shorter than @nr_pages. */
static bool give_back_shortest(unsigned long nr_pages)
{
	struct kdmabuf_kept_run run;
	bool found;

	spin_lock(&pool_lock);
	found = kdmabuf_kept_shed_shortest(&kept, nr_pages, &run);
	if (found)
		trace_pool(KDMABUF_POOL_GIVE_BACK, run.nr_pages, kept.nr_pages);
	account();
	spin_unlock(&pool_lock);
	if (found)
		kdmabuf_range_give(run.pfn, run.nr_pages, run.nr_huge);
	return found;
}

/*
 * Make room for a run of @nr_pages, which is @nr_excess pages too much or, if that is 0,
 * one run too many. Where the pool is a reserve it is the long runs that are to stay.
 */
static bool make_room(unsigned long nr_pages, unsigned long nr_excess)
{
	if (nr_excess && !reserve)
		return give_back_some(nr_excess, 0, NULL, false);
	return give_back_shortest(nr_pages);
}

/*
 * Add a run, and let go of the oldest if it would be too much, or of the shortest if
 * it would be one too many. Returns false if the run can not be kept.
 */
bool kdmabuf_pool_add(struct kdmabuf_kept_run *run)
{
	for (;;) {
		unsigned long max, nr;
		bool added = false;

		spin_lock(&pool_lock);
		max = max_pages();
		nr = kept.nr_pages + run->nr_pages;
		if (nr <= max && kept.nr_runs < MAX_RUNS) {
			nr = run->nr_pages;
			kdmabuf_kept_add(&kept, run);
			trace_pool(KDMABUF_POOL_KEEP, nr, kept.nr_pages);
			account();
			added = true;
		}
		spin_unlock(&pool_lock);
		if (added)
			break;
		if (run->nr_pages > max ||
		    !make_room(run->nr_pages, nr > max ? nr - max : 0))
			return false;
	}
	kdmabuf_pool_worker_wake();
	return true;
}

struct kdmabuf_kept_run *kdmabuf_pool_new_run(unsigned long pfn,
					      unsigned long nr_pages,
					      unsigned long nr_huge)
{
	struct kdmabuf_kept_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

	if (!run)
		return NULL;
	run->pfn = pfn;
	run->nr_pages = nr_pages;
	run->nr_huge = nr_huge;
	return run;
}

/**
 * kdmabuf_pool_give - keep memory that is no longer used
 * @pfn: the number of the first page
 * @nr_pages: how many
 * @nr_huge: how many of them, from the first on, are in huge folios
 *
 * Returns false if it is not kept, and has to go back to the kernel.
 */
bool kdmabuf_pool_give(unsigned long pfn, unsigned long nr_pages,
		       unsigned long nr_huge)
{
	struct kdmabuf_kept_run *run;

	/* Whoever asks for so much wants it in folios, if there can be any. */
	if (nr_pages < MIN_PAGES || nr_pages > max_pages() ||
	    nr_huge < kdmabuf_kept_huge(nr_pages) ||
	    kdmabuf_range_has_failed(pfn, nr_pages))
		return false;
	run = kdmabuf_pool_new_run(pfn, nr_pages, nr_huge);
	if (run && kdmabuf_pool_add(run))
		return true;
	kfree(run);
	return false;
}

/* Zero a little of what is longest in the pool. Returns false if there is nothing. */
bool kdmabuf_pool_zero_some(void)
{
	struct kdmabuf_kept_run *run = NULL;

	spin_lock(&pool_lock);
	if (!list_empty(&kept.dirty)) {
		unsigned long nr;

		run = list_last_entry(&kept.dirty, struct kdmabuf_kept_run,
				      list);
		nr = min_t(unsigned long, run->nr_pages - run->nr_zero,
			   ZERO_PAGES);
		kdmabuf_clear_pages(pfn_to_page(run->pfn + run->nr_zero), nr);
		kdmabuf_kept_zero(&kept, run, nr);
		atomic64_add(nr, &nr_zeroed);
	}
	spin_unlock(&pool_lock);
	return run;
}

/* Pages that the reserve lacks. */
unsigned long kdmabuf_pool_missing(void)
{
	unsigned long nr = READ_ONCE(kept.nr_pages);

	return nr < reserve_pages() ? reserve_pages() - nr : 0;
}

bool kdmabuf_pool_is_dirty(void)
{
	return !list_empty(&kept.dirty);
}

static unsigned long count_spare(struct shrinker *unused,
				 struct shrink_control *control)
{
	return spare_pages() ?: SHRINK_EMPTY;
}

static unsigned long give_back_spare(struct shrinker *unused,
				     struct shrink_control *control)
{
	unsigned long nr =
		give_back(control->nr_to_scan, reserve_pages(), NULL);

	control->nr_scanned = nr;
	return nr ?: SHRINK_STOP;
}

void kdmabuf_pool_get_state(struct kdmabuf_pool_state *state)
{
	struct kdmabuf_kept_run *run;

	*state = (struct kdmabuf_pool_state){
		.reserve = reserve_pages(),
		.max = max_pages(),
		.zeroed = atomic64_read(&nr_zeroed),
		.served = atomic64_read(&nr_served),
	};
	spin_lock(&pool_lock);
	list_for_each_entry(run, &kept.dirty, list)
		state->dirty += run->nr_pages - run->nr_zero;
	state->clean = kept.nr_pages - state->dirty;
	spin_unlock(&pool_lock);
}

static int set_size(const char *text, const struct kernel_param *parameter)
{
	int ret = kdmabuf_set_mib(text, parameter);

	if (!ret)
		give_back_excess();
	return ret;
}

static const struct kernel_param_ops size_ops = {
	.set = set_size,
	.get = param_get_uint,
};

module_param_cb(pool_max, &size_ops, &pool_max, 0644);
MODULE_PARM_DESC(
	pool_max,
	"MiB of freed contiguous memory that are kept zeroed at most, 0 to what the machine has; EINVAL, ERANGE (default: an eighth of that)");
module_param_cb(reserve, &size_ops, &reserve, 0444);
MODULE_PARM_DESC(
	reserve,
	"MiB of contiguous memory that are taken when the module is loaded and stay in the pool under pressure, 0 to what the machine has; EINVAL, ERANGE (default: 0)");

int kdmabuf_pool_init(void)
{
	int ret;

	/*
	 * Enough for what a pipeline on a small machine turns over, and so little
	 * that it hardly takes from the page cache before anybody is short.
	 */
	if (pool_max == KDMABUF_NOT_GIVEN)
		pool_max = kdmabuf_machine_mib() / 8;

	shrinker = kdmabuf_shrinker_register("kdmabuf-pool", count_spare,
					     give_back_spare);
	if (IS_ERR(shrinker))
		return PTR_ERR(shrinker);
	ret = kdmabuf_pool_worker_start(reserve);
	if (ret)
		goto err_shrinker;
	return 0;

err_shrinker:
	kdmabuf_shrinker_unregister(shrinker);
	return ret;
}

/* Nobody has a buffer any more. */
void kdmabuf_pool_exit(void)
{
	kdmabuf_pool_worker_stop();
	kdmabuf_shrinker_unregister(shrinker);
	give_back(ULONG_MAX, 0, NULL);
}
