/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of the pool for what is no whole number of huge folios. */
#ifndef KDMABUF_POOL_APART_H
#define KDMABUF_POOL_APART_H

#include <linux/types.h>

struct kdmabuf_kept_run;
struct kdmabuf_memory_request;

bool kdmabuf_pool_take_apart(const struct kdmabuf_memory_request *request,
			     struct kdmabuf_kept_run *taken);

#endif /* KDMABUF_POOL_APART_H */
