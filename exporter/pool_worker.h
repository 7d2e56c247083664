/* SPDX-License-Identifier: GPL-2.0 */
/* The pool's worker, and what the pool has for it alone. */
#ifndef KDMABUF_POOL_WORKER_H
#define KDMABUF_POOL_WORKER_H

#include <linux/types.h>

struct kdmabuf_kept_run;

int kdmabuf_pool_worker_start(unsigned int reserve);
void kdmabuf_pool_worker_stop(void);
void kdmabuf_pool_worker_wake(void);

/* pool.c */
struct kdmabuf_kept_run *kdmabuf_pool_new_run(unsigned long pfn,
					      unsigned long nr_pages,
					      unsigned long nr_huge);
bool kdmabuf_pool_add(struct kdmabuf_kept_run *run);
bool kdmabuf_pool_is_dirty(void);
bool kdmabuf_pool_zero_some(void);
unsigned long kdmabuf_pool_missing(void);

#endif /* KDMABUF_POOL_WORKER_H */
