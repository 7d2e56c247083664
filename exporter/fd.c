// SPDX-License-Identifier: GPL-2.0
/*
 * File descriptors to new dma-bufs: what the ioctls of both ABIs do alike.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/file.h>

#include "buffer.h"
#include "compat.h"
#include "fd.h"
#include "memory.h"
#include "view.h"

/**
 * kdmabuf_fd_create - allocate a buffer, export it and reserve a fd for it
 * @request: the memory
 * @name: the buffer's name, shorter than KDMABUF_NAME_LEN
 * @fd_flags: access mode and perhaps O_CLOEXEC
 * @dmabuf: where the dma-buf on the whole buffer goes
 *
 * Returns the fd, for kdmabuf_fd_publish(), -EMFILE, -ENFILE, -EDQUOT, -ENOSPC,
 * -ENOMEM or -EINTR.
 */
int kdmabuf_fd_create(const struct kdmabuf_memory_request *request,
		      const char *name, u32 fd_flags, struct dma_buf **dmabuf)
{
	struct kdmabuf_buffer *buffer;
	int fd, ret;

	fd = get_unused_fd_flags(fd_flags);
	if (fd < 0)
		return fd;
	buffer = kdmabuf_buffer_create(request, name);
	if (IS_ERR(buffer)) {
		ret = PTR_ERR(buffer);
		goto err_fd;
	}
	*dmabuf = kdmabuf_view_export(buffer, 0, request->nr_pages, false,
				      fd_flags);
	kdmabuf_buffer_put(buffer);
	if (IS_ERR(*dmabuf)) {
		ret = PTR_ERR(*dmabuf);
		goto err_fd;
	}
	return fd;

err_fd:
	put_unused_fd(fd);
	return ret;
}

/**
 * kdmabuf_fd_publish - install a reserved fd, or take all back
 * @fd: the reserved fd
 * @dmabuf: what it shall stand for; the reference goes to the fd, or is dropped
 * @ret: 0 if the caller has been told the fd, else why it could not be
 *
 * Nothing of what @dmabuf stands for may be touched after this. Returns @ret.
 */
int kdmabuf_fd_publish(int fd, struct dma_buf *dmabuf, int ret)
{
	if (ret) {
		put_unused_fd(fd);
		dma_buf_put(dmabuf);
		return ret;
	}
	dma_buf_fd_install(dmabuf, fd);
	return 0;
}
