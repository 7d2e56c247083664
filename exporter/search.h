/* SPDX-License-Identifier: GPL-2.0 */
/* Finding long physically contiguous runs that can be emptied. */
#ifndef KDMABUF_SEARCH_H
#define KDMABUF_SEARCH_H

#include <linux/types.h>

struct kdmabuf_memory_request;

/**
 * struct kdmabuf_search_report - why a search found nothing
 * @largest: the most pages in a row that were free or could be moved; if @too_few,
 *	those that the kernel can do without, whether in a row or not
 * @too_few: there was no search: the kernel would have had too few left
 * @busy: runs long enough that could not be emptied all the same
 */
struct kdmabuf_search_report {
	unsigned long largest;
	unsigned int busy;
	bool too_few;
};

int kdmabuf_search(const struct kdmabuf_memory_request *request,
		   unsigned long *pfn, unsigned long *nr_huge,
		   struct kdmabuf_search_report *report);
bool kdmabuf_search_possible(int node, unsigned long limit_pfn);
unsigned long kdmabuf_search_available(int node);

#endif /* KDMABUF_SEARCH_H */
