// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: allocate pages in contiguous or scattered runs, zero them, give them
 * back. Contiguous memory comes from the pool if something there fits.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "contiguous.h"
#include "kept.h"
#include "memory.h"
#include "pool.h"
#include "pool_apart.h"
#include "range.h"
#include "scattered.h"
#include "search.h"

/*
 * Pages that were zeroed for a request while it waited, by us or by the kernel, each
 * counted once: whether the kernel cleared them when it emptied the run, too
 * (range.c), is not known here.
 */
static atomic64_t nr_zeroed;

u64 kdmabuf_memory_zeroed(void)
{
	return atomic64_read(&nr_zeroed);
}

static void zero_pages(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long nr;

	for (; nr_pages; pfn += nr, nr_pages -= nr) {
		nr = min(nr_pages, pageblock_nr_pages);
		kdmabuf_clear_pages(pfn_to_page(pfn), nr);
		cond_resched();
	}
}

/**
 * kdmabuf_memory_report - a line in the kernel log for who asks what became of a buffer
 * @request: what was asked for, in vain
 * @kind: of memory
 * @nr_pages: how many there were instead
 * @why: what is the matter with these
 */
void kdmabuf_memory_report(const struct kdmabuf_memory_request *request,
			   const char *kind, unsigned long nr_pages,
			   const char *why)
{
	pr_warn_ratelimited("%s[%d]: no %lu KiB of %s memory: %lu KiB %s\n",
			    current->comm, task_pid_nr(current),
			    request->nr_pages << (PAGE_SHIFT - 10), kind,
			    nr_pages << (PAGE_SHIFT - 10), why);
}

/**
 * kdmabuf_memory_exists - has the machine as much memory, free or not?
 * @request: what is asked for
 *
 * If it has not, that is no matter of limits; a message in the kernel log tells.
 */
bool kdmabuf_memory_exists(const struct kdmabuf_memory_request *request)
{
	unsigned long nr = totalram_pages();

	if (request->nr_pages < nr)
		return true;
	kdmabuf_memory_report(request, "any", nr, "is all that there is");
	return false;
}

/* What the core looks at before it maps a folio by one entry. */
static void index_folios(const struct kdmabuf_memory *memory)
{
	unsigned long i;

	for (i = 0; i < memory->nr_huge; i += KDMABUF_HUGE_PAGES)
		page_folio(pfn_to_page(memory->runs[0].pfn + i))->index = i;
}

/**
 * kdmabuf_memory_leave_reserves - see whether others have enough
 * @request: what is asked for, and logged if there is too little
 * @nr_pages: how much of it is still to be taken
 *
 * A search takes pages without regard to the kernel's reserves, and single pages may
 * take all but those, so leave them, or somebody else's next page costs a process its
 * life.
 *
 * Returns 0 or -ENOMEM.
 */
int kdmabuf_memory_leave_reserves(const struct kdmabuf_memory_request *request,
				  unsigned long nr_pages)
{
	unsigned long available = kdmabuf_search_available(request->node);

	if (nr_pages <= available)
		return 0;
	/* With what the request has already. */
	available += request->nr_pages - nr_pages;
	kdmabuf_memory_report(request, "any", available, "are available");
	return -ENOMEM;
}

static int leave_reserves(const struct kdmabuf_memory_request *request)
{
	/* What the pool has of a node is not counted as available. */
	if (request->node != NUMA_NO_NODE &&
	    request->nr_pages > kdmabuf_search_available(request->node))
		kdmabuf_pool_drain(request);
	return kdmabuf_memory_leave_reserves(request, request->nr_pages);
}

/* Memory that is not of the pool. The kernel may have cleared all that it hands out. */
static void zero_new(const struct kdmabuf_memory *memory)
{
	unsigned int i;

	for (i = 0; i < memory->nr_runs && !want_init_on_alloc(0); i++)
		zero_pages(memory->runs[i].pfn, memory->runs[i].nr_pages);
	atomic64_add(memory->nr_pages, &nr_zeroed);
}

static bool take_pooled(const struct kdmabuf_memory_request *request,
			struct kdmabuf_memory *memory)
{
	struct kdmabuf_kept_run run;

	/* For less, a folio is taken apart only where no run is found (contiguous.c). */
	if (!kdmabuf_pool_take(request, &run) &&
	    (request->nr_pages < KDMABUF_HUGE_PAGES ||
	     !kdmabuf_pool_take_apart(request, &run)))
		return false;
	memory->runs[0].pfn = run.pfn;
	memory->nr_huge = run.nr_huge;
	zero_pages(run.pfn + run.nr_zero, run.nr_pages - run.nr_zero);
	atomic64_add(run.nr_pages - run.nr_zero, &nr_zeroed);
	return true;
}

static int take_new(const struct kdmabuf_memory_request *request,
		    struct kdmabuf_memory *memory)
{
	int ret = leave_reserves(request);

	if (!ret)
		ret = kdmabuf_contiguous_alloc(request, &memory->runs[0].pfn,
					       &memory->nr_huge);
	if (!ret)
		zero_new(memory);
	return ret;
}

static struct kdmabuf_memory *
alloc_contiguous(const struct kdmabuf_memory_request *request)
{
	struct kdmabuf_memory *memory =
		kzalloc(struct_size(memory, runs, 1), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!memory)
		return ERR_PTR(-ENOMEM);
	memory->nr_pages = request->nr_pages;
	memory->nr_runs = 1;
	memory->runs[0].nr_pages = request->nr_pages;
	if (!take_pooled(request, memory)) {
		ret = take_new(request, memory);
		if (ret) {
			kfree(memory);
			return ERR_PTR(ret);
		}
	}
	index_folios(memory);
	return memory;
}

static struct kdmabuf_memory *
alloc_scattered(const struct kdmabuf_memory_request *request)
{
	int ret = leave_reserves(request);
	struct kdmabuf_memory *memory;

	if (ret)
		return ERR_PTR(ret);
	memory = kdmabuf_scattered_alloc(request);
	if (!IS_ERR(memory))
		zero_new(memory);
	return memory;
}

/**
 * kdmabuf_memory_alloc - allocate zeroed memory
 * @request: what is asked for
 *
 * Returns the memory, -ENOMEM (a message in the kernel log tells how much there
 * was), or -EINTR when the task is being killed.
 */
struct kdmabuf_memory *
kdmabuf_memory_alloc(const struct kdmabuf_memory_request *request)
{
	return request->scattered ? alloc_scattered(request) :
				    alloc_contiguous(request);
}

void kdmabuf_memory_free(struct kdmabuf_memory *memory)
{
	unsigned int i;

	if (!memory->scattered && !memory->pinned &&
	    kdmabuf_pool_give(memory->runs[0].pfn, memory->nr_pages,
			      memory->nr_huge))
		goto out;
	for (i = 0; i < memory->nr_runs; i++)
		kdmabuf_range_give(memory->runs[i].pfn,
				   memory->runs[i].nr_pages,
				   i ? 0 : memory->nr_huge);
out:
	kvfree(memory);
}

/* The run that page @index lies in. */
static const struct kdmabuf_run *find_run(const struct kdmabuf_memory *memory,
					  unsigned long index)
{
	unsigned int low = 0, high = memory->nr_runs;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (memory->runs[middle].index <= index)
			low = middle;
		else
			high = middle;
	}
	return &memory->runs[low];
}

unsigned long kdmabuf_memory_run(const struct kdmabuf_memory *memory,
				 unsigned long index, unsigned long max,
				 unsigned long *pfn)
{
	const struct kdmabuf_run *run = find_run(memory, index);
	unsigned long skip = index - run->index;

	*pfn = run->pfn + skip;
	return min(max, run->nr_pages - skip);
}

struct page *kdmabuf_memory_page(const struct kdmabuf_memory *memory,
				 unsigned long index)
{
	unsigned long pfn;

	kdmabuf_memory_run(memory, index, 1, &pfn);
	return pfn_to_page(pfn);
}

unsigned int kdmabuf_memory_segments(const struct kdmabuf_memory *memory,
				     unsigned long index,
				     unsigned long nr_pages)
{
	const struct kdmabuf_run *first = find_run(memory, index);

	return find_run(memory, index + nr_pages - 1) - first + 1;
}
