/* SPDX-License-Identifier: GPL-2.0 */
/* Finding long physically contiguous runs that can be emptied. */
#ifndef KDMABUF_SEARCH_H
#define KDMABUF_SEARCH_H

#include <linux/types.h>

struct kdmabuf_memory_request;

/**
 * struct kdmabuf_search_report - why a search found nothing
 * @largest: the most pages in a row that were free or could be moved
 * @busy: runs long enough that could not be emptied all the same
 */
struct kdmabuf_search_report {
	unsigned long largest;
	unsigned int busy;
};

int kdmabuf_search(const struct kdmabuf_memory_request *request,
		   unsigned long *pfn, unsigned long *nr_huge,
		   struct kdmabuf_search_report *report);
bool kdmabuf_search_possible(int node, unsigned long limit_pfn);
unsigned long kdmabuf_search_available(void);

#endif /* KDMABUF_SEARCH_H */
