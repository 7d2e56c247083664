/* SPDX-License-Identifier: GPL-2.0 */
/* What CPU and devices see of a buffer is the same, where access is bracketed. */
#ifndef KDMABUF_SYNC_H
#define KDMABUF_SYNC_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct kdmabuf_buffer;

int kdmabuf_sync_begin(struct kdmabuf_buffer *buffer, u64 offset, u64 size,
		       enum dma_data_direction direction);
void kdmabuf_sync_end(struct kdmabuf_buffer *buffer, u64 offset, u64 size,
		      enum dma_data_direction direction);

long kdmabuf_ioctl_sync(unsigned int cmd, void __user *arg);

#endif /* KDMABUF_SYNC_H */
