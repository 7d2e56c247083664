/* SPDX-License-Identifier: GPL-2.0 */
/* Contiguous memory: one run of pages. */
#ifndef KDMABUF_CONTIGUOUS_H
#define KDMABUF_CONTIGUOUS_H

struct kdmabuf_memory_request;

int kdmabuf_contiguous_alloc(const struct kdmabuf_memory_request *request,
			     unsigned long *pfn, unsigned long *nr_huge);

#endif /* KDMABUF_CONTIGUOUS_H */
