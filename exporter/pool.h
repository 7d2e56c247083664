/* SPDX-License-Identifier: GPL-2.0 */
/* The pool: contiguous memory that was freed, zeroed again and kept ready. */
#ifndef KDMABUF_POOL_H
#define KDMABUF_POOL_H

#include <linux/types.h>

struct kdmabuf_kept_run;
struct kdmabuf_memory_request;

/* What becomes of memory in the pool. */
enum kdmabuf_pool_action {
	KDMABUF_POOL_KEEP,
	KDMABUF_POOL_TAKE,
	KDMABUF_POOL_GIVE_BACK,
};

/**
 * struct kdmabuf_pool_state - for people
 * @clean: pages that are ready
 * @dirty: pages that are yet to be zeroed
 * @reserve: pages that are kept whoever else is short of memory
 * @max: pages that are kept at most
 * @zeroed: pages zeroed in the background since the module was loaded
 * @served: how often memory came from the pool since then
 */
struct kdmabuf_pool_state {
	unsigned long clean;
	unsigned long dirty;
	unsigned long reserve;
	unsigned long max;
	u64 zeroed;
	u64 served;
};

int kdmabuf_pool_init(void);
void kdmabuf_pool_exit(void);

bool kdmabuf_pool_take(const struct kdmabuf_memory_request *request,
		       struct kdmabuf_kept_run *taken);
bool kdmabuf_pool_give(unsigned long pfn, unsigned long nr_pages,
		       unsigned long nr_huge);
bool kdmabuf_pool_drain(const struct kdmabuf_memory_request *request);
void kdmabuf_pool_get_state(struct kdmabuf_pool_state *state);

#endif /* KDMABUF_POOL_H */
