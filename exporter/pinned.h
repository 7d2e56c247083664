/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that somebody still has pinned when its buffer goes. */
#ifndef KDMABUF_PINNED_H
#define KDMABUF_PINNED_H

#include <linux/types.h>

struct kdmabuf_buffer;

bool kdmabuf_pinned_keep(struct kdmabuf_buffer *buffer);
void kdmabuf_pinned_give_back(void);
void kdmabuf_pinned_exit(void);

#endif /* KDMABUF_PINNED_H */
