/* SPDX-License-Identifier: GPL-2.0 */
/*
 * File descriptors to new dma-bufs, in three steps: reserve the number, tell the
 * caller, install it. From the last one on another thread may have closed it.
 */
#ifndef KDMABUF_FD_H
#define KDMABUF_FD_H

#include <linux/types.h>

struct dma_buf;
struct kdmabuf_memory_request;

int kdmabuf_fd_create(const struct kdmabuf_memory_request *request,
		      const char *name, u32 fd_flags, struct dma_buf **dmabuf);
int kdmabuf_fd_publish(int fd, struct dma_buf *dmabuf, int ret);

#endif /* KDMABUF_FD_H */
