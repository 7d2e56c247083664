/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kept runs: page frames that nobody uses, as they were taken (range.h), found by
 * what is asked for, split and joined. Without a lock and a policy: pool.c has both.
 */
#ifndef KDMABUF_KEPT_H
#define KDMABUF_KEPT_H

#include <linux/list.h>
#include <linux/types.h>

struct kdmabuf_memory_request;

/**
 * struct kdmabuf_kept_run - physically contiguous pages, all referenced by us alone
 * @pfn: the number of the first
 * @nr_pages: how many
 * @nr_huge: how many of them, from the first on, are in huge folios
 * @nr_zero: how many of them, from the first on, are known to be zero
 * @list: among the others
 */
struct kdmabuf_kept_run {
	unsigned long pfn;
	unsigned long nr_pages;
	unsigned long nr_huge;
	unsigned long nr_zero;
	struct list_head list;
};

/**
 * struct kdmabuf_kept - what is kept
 * @clean: runs that are zero, the oldest last; no two of them could be one
 * @dirty: runs that are not, or not all of them, the oldest last
 * @nr_pages: in both together
 * @nr_runs: in both together
 */
struct kdmabuf_kept {
	struct list_head clean;
	struct list_head dirty;
	unsigned long nr_pages;
	unsigned int nr_runs;
};

unsigned long kdmabuf_kept_huge(unsigned long nr_pages);
void kdmabuf_kept_add(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run);
bool kdmabuf_kept_take(struct kdmabuf_kept *kept,
		       const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run **spare,
		       struct kdmabuf_kept_run *taken);
bool kdmabuf_kept_shed_shortest(struct kdmabuf_kept *kept,
				unsigned long nr_pages,
				struct kdmabuf_kept_run *shed);
bool kdmabuf_kept_shed(struct kdmabuf_kept *kept, struct list_head *list,
		       unsigned long nr_wanted, unsigned long nr_max,
		       const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run *shed);
void kdmabuf_kept_zero(struct kdmabuf_kept *kept, struct kdmabuf_kept_run *run,
		       unsigned long nr_pages);

#endif /* KDMABUF_KEPT_H */
