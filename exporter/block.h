/* SPDX-License-Identifier: GPL-2.0 */
/* Blocks: pages of the buddy allocator where a request wants them. */
#ifndef KDMABUF_BLOCK_H
#define KDMABUF_BLOCK_H

#include <linux/types.h>

struct kdmabuf_memory_request;
struct page;

struct page *kdmabuf_block_alloc(const struct kdmabuf_memory_request *request,
				 unsigned int order, gfp_t gfp);

#endif /* KDMABUF_BLOCK_H */
