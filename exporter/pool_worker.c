// SPDX-License-Identifier: GPL-2.0
/*
 * The pool's worker: a thread that zeroes what is dirty when nobody else wants the
 * CPU, and fills the reserve.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "kept.h"
#include "memory.h"
#include "parameter.h"
#include "pool.h"
#include "pool_worker.h"
#include "range.h"
#include "search.h"

/* How often memory is looked for when the reserve is not full. */
#define REFILL_INTERVAL (10 * HZ)

static DECLARE_WAIT_QUEUE_HEAD(worker_wait);
static struct task_struct *worker;
static bool has_reserve;

/* Take one run for the reserve. Returns 0 or a negative errno. */
static int reserve_run(unsigned long nr_pages)
{
	const struct kdmabuf_memory_request request = {
		.nr_pages = nr_pages,
		.alignment = 1,
		.limit_pfn = ULONG_MAX,
		.node = NUMA_NO_NODE,
	};
	struct kdmabuf_search_report report;
	struct kdmabuf_kept_run *run = kdmabuf_pool_new_run(0, nr_pages, 0);
	int ret = -ENOMEM;

	/* Not what the machine needs to go on: nobody gets it back. */
	if (run && nr_pages + totalram_pages() / 16 <
			   kdmabuf_search_available(NUMA_NO_NODE))
		ret = kdmabuf_search(&request, &run->pfn, &run->nr_huge,
				     &report);
	if (ret)
		goto err_run;
	if (want_init_on_alloc(0))
		run->nr_zero = nr_pages;
	if (run->nr_huge >= kdmabuf_kept_huge(nr_pages) &&
	    kdmabuf_pool_add(run))
		return 0;
	kdmabuf_range_give(run->pfn, nr_pages, run->nr_huge);
	ret = -ENOMEM;

err_run:
	kfree(run);
	return ret;
}

/* Fill the reserve, in runs as long as there are. */
static void fill_reserve(void)
{
	unsigned long nr = kdmabuf_pool_missing();

	while (nr >= MIB_PAGES && kdmabuf_pool_missing() &&
	       !(current == worker && kthread_should_stop())) {
		nr = min(nr, kdmabuf_pool_missing());
		if (reserve_run(nr))
			nr /= 2;
		cond_resched();
	}
}

/*
 * Later only from memory that is not missed, and at no low priority: others may be
 * waiting to search too.
 */
static void refill_reserve(void)
{
	if (kdmabuf_pool_missing() > kdmabuf_search_available(NUMA_NO_NODE) / 2)
		return;
	set_user_nice(current, 0);
	fill_reserve();
	set_user_nice(current, MAX_NICE);
}

static int work(void *unused)
{
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		while (kdmabuf_pool_zero_some() && !kthread_should_stop())
			cond_resched();
		/* The reserve can wait until buffers have ceased to come. */
		if (!wait_event_idle_timeout(
			    worker_wait,
			    kthread_should_stop() || kdmabuf_pool_is_dirty(),
			    has_reserve ? REFILL_INTERVAL :
					  MAX_SCHEDULE_TIMEOUT) &&
		    kdmabuf_pool_missing())
			refill_reserve();
	}
	return 0;
}

/* There may be something to zero. */
void kdmabuf_pool_worker_wake(void)
{
	wake_up(&worker_wait);
}

/* Starts it, and fills a reserve of @reserve MiB. Returns 0 or a negative errno. */
int kdmabuf_pool_worker_start(unsigned int reserve)
{
	has_reserve = reserve;
	worker = kthread_run(work, NULL, "kdmabuf-pool");
	if (IS_ERR(worker))
		return PTR_ERR(worker);

	/* Some of it is better than no module on the next start of the machine. */
	fill_reserve();
	if (kdmabuf_pool_missing())
		pr_warn("reserve: %lu of %u MiB could not be had, and will be looked for\n",
			DIV_ROUND_UP(kdmabuf_pool_missing(), MIB_PAGES),
			reserve);
	return 0;
}

void kdmabuf_pool_worker_stop(void)
{
	kthread_stop(worker);
}
