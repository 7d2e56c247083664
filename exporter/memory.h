/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory: pages that a buffer is made of, in physically contiguous runs. Knows
 * nothing of buffers and dma-bufs.
 */
#ifndef KDMABUF_MEMORY_H
#define KDMABUF_MEMORY_H

#include <linux/mm.h>
#include <linux/types.h>

struct page;

/**
 * struct kdmabuf_memory_request - what memory is asked for
 * @nr_pages: how many pages, at least 1
 * @alignment: pages; the first page's number is a multiple of it; a power of two
 * @limit_pfn: every page's number is below it
 * @node: the only NUMA node to take from, or NUMA_NO_NODE
 * @scattered: many small runs instead of one
 */
struct kdmabuf_memory_request {
	unsigned long nr_pages;
	unsigned long alignment;
	unsigned long limit_pfn;
	int node;
	bool scattered;
};

/**
 * struct kdmabuf_run - physically contiguous pages
 * @index: which page of the memory is the first of the run
 * @pfn: that page's number
 * @nr_pages: how many pages it has
 */
struct kdmabuf_run {
	unsigned long index;
	unsigned long pfn;
	unsigned long nr_pages;
};

/**
 * struct kdmabuf_memory - pages, referenced by us
 * @nr_pages: their number
 * @nr_huge: how many of them, from the first on, are in huge folios (range.h),
 *	each with one reference and its place in the memory as its index: as many
 *	as fit, or none
 * @scattered: charged to the cgroup that asked for it
 * @pinned: somebody has pages of it pinned (pinned.c), who may still write to them
 * @nr_runs: number of runs
 * @runs: the runs, by index; one if the memory is contiguous
 *
 * Immutable from allocation until the buffer is gone, so it needs no lock.
 */
struct kdmabuf_memory {
	unsigned long nr_pages;
	unsigned long nr_huge;
	bool scattered;
	bool pinned;
	unsigned int nr_runs;
	struct kdmabuf_run runs[];
};

/* Bytes. */
static inline u64 kdmabuf_memory_size(const struct kdmabuf_memory *memory)
{
	return (u64)memory->nr_pages << PAGE_SHIFT;
}

bool kdmabuf_memory_exists(const struct kdmabuf_memory_request *request);
struct kdmabuf_memory *
kdmabuf_memory_alloc(const struct kdmabuf_memory_request *request);
void kdmabuf_memory_free(struct kdmabuf_memory *memory);
void kdmabuf_memory_report(const struct kdmabuf_memory_request *request,
			   const char *kind, unsigned long nr_pages,
			   const char *why);
int kdmabuf_memory_leave_reserves(const struct kdmabuf_memory_request *request,
				  unsigned long nr_pages);
u64 kdmabuf_memory_zeroed(void);

/*
 * How many physically contiguous pages there are from page @index on, at most
 * @max; the first one's number goes to @pfn.
 */
unsigned long kdmabuf_memory_run(const struct kdmabuf_memory *memory,
				 unsigned long index, unsigned long max,
				 unsigned long *pfn);
struct page *kdmabuf_memory_page(const struct kdmabuf_memory *memory,
				 unsigned long index);
unsigned int kdmabuf_memory_segments(const struct kdmabuf_memory *memory,
				     unsigned long index,
				     unsigned long nr_pages);

#endif /* KDMABUF_MEMORY_H */
