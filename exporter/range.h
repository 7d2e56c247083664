/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges: taking the very page frames that somebody has chosen, as huge folios
 * where they can be, and giving them back.
 */
#ifndef KDMABUF_RANGE_H
#define KDMABUF_RANGE_H

#include <linux/bits.h>
#include <linux/pgtable.h>
#include <linux/types.h>

/*
 * A huge folio: a compound page of so many pages that one entry of the second
 * lowest page table maps it; 512, 2 MiB, on x86.
 */
#define KDMABUF_HUGE_ORDER (PMD_SHIFT - PAGE_SHIFT)
#define KDMABUF_HUGE_PAGES BIT(KDMABUF_HUGE_ORDER)

int kdmabuf_range_take(unsigned long pfn, unsigned long nr_pages, bool is_free,
		       unsigned long *nr_huge);
bool kdmabuf_range_has_failed(unsigned long pfn, unsigned long nr_pages);
bool kdmabuf_range_is_pinned(unsigned long pfn, unsigned long nr_pages,
			     unsigned long nr_huge);
void kdmabuf_range_give(unsigned long pfn, unsigned long nr_pages,
			unsigned long nr_huge);

#endif /* KDMABUF_RANGE_H */
