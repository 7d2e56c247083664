// SPDX-License-Identifier: GPL-2.0
/*
 * Taking page frames at a chosen place. The core maps a huge folio by one entry,
 * whoever made it, and a reference to any page of it counts on its first: so what
 * is made of such folios, side by side, is mapped 2 MiB at a time and can be
 * pinned like any user memory.
 *
 * alloc_contig_range() makes a folio at a chosen place since 6.12, and
 * alloc_contig_frozen_range() since 7.0. On 6.1 no public interface does: there
 * make_folio() builds one of single pages, as hugetlb's own
 * __prep_compound_gigantic_page() does, which is not exported. Kernels in between,
 * in each of which struct folio is another, get single pages. tests/huge.c sees by
 * the number of faults and the page tables that it is right, tests/pinned.c by who
 * may hold pages of it.
 */
#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/poison.h>
#include <linux/sched.h>

#include "compat.h"
#include "range.h"

#define RANGE_GFP (GFP_KERNEL | __GFP_NOWARN)

static int take_pages(unsigned long pfn, unsigned long nr_pages)
{
	return alloc_contig_range(pfn, pfn + nr_pages, KDMABUF_ACR_DEFAULT,
				  RANGE_GFP);
}

/* One by one: those that somebody still pins go back later. */
static void give_pages(unsigned long pfn, unsigned long nr_pages)
{
	for (; nr_pages; pfn++, nr_pages--) {
		__free_page(pfn_to_page(pfn));
		if (!(nr_pages % pageblock_nr_pages))
			cond_resched();
	}
}

static void give_folios(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long end = pfn + nr_pages;

	for (; pfn < end; pfn += KDMABUF_HUGE_PAGES) {
		folio_put(page_folio(pfn_to_page(pfn)));
		cond_resched();
	}
}

#if defined(KDMABUF_HAVE_COMPOUND_POINTERS)

/* Single pages again, of which those before @from were tails. */
static void undo_folio(struct page *head, unsigned long from)
{
	while (--from) {
		head[from].mapping = NULL;
		clear_compound_head(head + from);
		set_page_count(head + from, 1);
	}
	__clear_bit(PG_head, &head->flags);
}

/*
 * Of single pages, each with our reference; then only the first has one. -EBUSY if
 * somebody else refers to one, who may have looked for what was there before.
 */
static int make_folio(unsigned long pfn)
{
	struct page *head = pfn_to_page(pfn);
	unsigned long i;

	__set_bit(PG_head, &head->flags);
	for (i = 1; i < KDMABUF_HUGE_PAGES; i++) {
		if (!page_ref_freeze(head + i, 1)) {
			undo_folio(head, i);
			return -EBUSY;
		}
		head[i].mapping = TAIL_MAPPING;
		set_compound_head(head + i, head);
		set_page_private(head + i, 0);
	}
	set_compound_page_dtor(head, COMPOUND_PAGE_DTOR);
	set_compound_order(head, KDMABUF_HUGE_ORDER);
	atomic_set(compound_mapcount_ptr(head), -1);
	atomic_set(compound_pincount_ptr(head), 0);
	return 0;
}

static int take_folios(unsigned long pfn, unsigned long nr_pages,
		       unsigned long nr_huge, bool is_free)
{
	int ret = take_pages(pfn, nr_pages);
	unsigned long i;

	if (ret)
		return ret;
	for (i = 0; i < nr_huge; i += KDMABUF_HUGE_PAGES) {
		ret = make_folio(pfn + i);
		if (ret) {
			give_folios(pfn, i);
			give_pages(pfn + i, nr_pages - i);
			return ret;
		}
	}
	return 0;
}

#elif defined(KDMABUF_HAVE_CONTIG_FROZEN) || defined(KDMABUF_HAVE_CONTIG_FOLIO)

static int take_folio(unsigned long pfn)
{
#ifdef KDMABUF_HAVE_CONTIG_FROZEN
	int ret = alloc_contig_frozen_range(pfn, pfn + KDMABUF_HUGE_PAGES,
					    KDMABUF_ACR_DEFAULT,
					    RANGE_GFP | __GFP_COMP);

	if (!ret)
		init_page_count(pfn_to_page(pfn));
	return ret;
#else
	return alloc_contig_range(pfn, pfn + KDMABUF_HUGE_PAGES,
				  KDMABUF_ACR_DEFAULT, RANGE_GFP | __GFP_COMP);
#endif
}

/*
 * One by one, which only does for pages that are free: what is moved out of the
 * first would go into the next. So first empty them all, at the price that a kernel
 * that clears what it hands out (init_on_alloc) clears these twice: nothing that is
 * exported empties pages without handing them out, no flag keeps such a kernel from
 * clearing, and what it handed out as pages cannot be made folios here. Where it
 * matters, the pool has it behind itself before anybody asks.
 */
static int take_folios(unsigned long pfn, unsigned long nr_pages,
		       unsigned long nr_huge, bool is_free)
{
	unsigned long i;
	int ret = 0;

	if (!is_free) {
		ret = take_pages(pfn, nr_pages);
		if (ret)
			return ret;
		give_pages(pfn, nr_pages);
	}
	for (i = 0; i < nr_huge; i += KDMABUF_HUGE_PAGES) {
		ret = take_folio(pfn + i);
		if (ret)
			goto err_give;
	}
	if (nr_pages > nr_huge)
		ret = take_pages(pfn + nr_huge, nr_pages - nr_huge);
	if (!ret)
		return 0;

err_give:
	give_folios(pfn, i);
	return ret;
}

#else

static int take_folios(unsigned long pfn, unsigned long nr_pages,
		       unsigned long nr_huge, bool is_free)
{
	return take_pages(pfn, nr_pages);
}

#endif

/**
 * kdmabuf_range_take - take a chosen range of page frames
 * @pfn: the first
 * @nr_pages: how many, all in one zone
 * @is_free: all of them looked free a moment ago
 * @nr_huge: where it goes how many of them, from the first on, are in huge folios
 *
 * On success each folio, and each page that is in none, has one reference. They are
 * zero only if the kernel clears all memory that it hands out (init_on_alloc).
 *
 * Returns 0 or what alloc_contig_range() says, which is mostly -EBUSY.
 */
int kdmabuf_range_take(unsigned long pfn, unsigned long nr_pages, bool is_free,
		       unsigned long *nr_huge)
{
	unsigned long huge = 0;
	int ret;

	*nr_huge = 0;
	if (KDMABUF_CAN_CHOOSE_FOLIOS && IS_ALIGNED(pfn, KDMABUF_HUGE_PAGES))
		huge = ALIGN_DOWN(nr_pages, KDMABUF_HUGE_PAGES);
	ret = huge ? take_folios(pfn, nr_pages, huge, is_free) :
		     take_pages(pfn, nr_pages);
	if (!ret)
		*nr_huge = huge;
	return ret;
}

static bool any_has_failed(struct page *page, unsigned long nr_pages)
{
	for (; nr_pages; page++, nr_pages--)
		if (PageHWPoison(page))
			return true;
	return false;
}

/* Has the machine lost any of these pages? */
bool kdmabuf_range_has_failed(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long nr;

	for (; nr_pages; pfn += nr, nr_pages -= nr) {
		nr = min(nr_pages, pageblock_nr_pages);
		if (any_has_failed(pfn_to_page(pfn), nr))
			return true;
		cond_resched();
	}
	return false;
}

/*
 * Does anybody refer to any of these pages but us? The kernel does to those that have
 * failed, and for ever; that is no pin.
 */
bool kdmabuf_range_is_pinned(unsigned long pfn, unsigned long nr_pages,
			     unsigned long nr_huge)
{
	unsigned long i, nr;

	for (i = 0; i < nr_pages; i += nr) {
		struct page *page = pfn_to_page(pfn + i);

		/* All references to a folio count on its first page. */
		nr = i < nr_huge ? KDMABUF_HUGE_PAGES : 1;
		if (page_ref_count(page) > 1 && !any_has_failed(page, nr))
			return true;
		if (!(i % pageblock_nr_pages))
			cond_resched();
	}
	return false;
}

/* Drop our references: what somebody still pins goes back later. */
void kdmabuf_range_give(unsigned long pfn, unsigned long nr_pages,
			unsigned long nr_huge)
{
	give_folios(pfn, nr_huge);
	give_pages(pfn + nr_huge, nr_pages - nr_huge);
}
