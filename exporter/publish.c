// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing by number: who may open a buffer by its id, and the ioctls that say so and
 * do so.
 */
#include <linux/cred.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdmabuf.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>

#include "buffer.h"
#include "fd.h"
#include "ioctl.h"
#include "memory.h"
#include "publish.h"
#include "view.h"
#include "window.h"

/* As in ioctl.c: sizes that the structs had in their first version. */
#define PUBLISH_SIZE_0 24
#define OPEN_SIZE_0 32

static_assert(sizeof(struct kdmabuf_publish) == PUBLISH_SIZE_0);
static_assert(sizeof(struct kdmabuf_open_id) == OPEN_SIZE_0);

/* Protects @mode and @group of every buffer. */
static DEFINE_SPINLOCK(publication_lock);

/* The group is the one in which the owner says so; an administrator leaves it. */
static void publish(struct kdmabuf_buffer *buffer, umode_t mode)
{
	spin_lock(&publication_lock);
	if (!buffer->mode || uid_eq(buffer->owner, current_euid()))
		buffer->group = current_egid();
	buffer->mode = mode;
	spin_unlock(&publication_lock);
}

umode_t kdmabuf_published_mode(struct kdmabuf_buffer *buffer, kgid_t *group)
{
	umode_t mode;

	spin_lock(&publication_lock);
	mode = buffer->mode;
	*group = buffer->group;
	spin_unlock(&publication_lock);
	return mode;
}

/* As for a file, the first class that the caller is in counts, and no other. */
fmode_t kdmabuf_published_access(struct kdmabuf_buffer *buffer)
{
	kgid_t group;
	umode_t mode = kdmabuf_published_mode(buffer, &group);

	if (!mode)
		return 0;
	if (uid_eq(buffer->owner, current_euid()))
		mode >>= 6;
	else if (in_egroup_p(group))
		mode >>= 3;
	return (mode & 0004 ? FMODE_READ : 0) | (mode & 0002 ? FMODE_WRITE : 0);
}

/* Does the dma-buf give all that can be published? */
static bool gives_everything(const struct dma_buf *dmabuf)
{
	const struct view *view = kdmabuf_view_of(dmabuf);
	const fmode_t all = FMODE_READ | FMODE_WRITE;

	return (dmabuf->file->f_mode & all) == all && !view->read_only &&
	       view->nr_pages == view->buffer->memory->nr_pages;
}

long kdmabuf_ioctl_publish(unsigned int cmd, void __user *arg)
{
	struct kdmabuf_publish request;
	struct kdmabuf_buffer *buffer;
	struct dma_buf *dmabuf;
	int ret;

	ret = read_struct(&request, sizeof(request), PUBLISH_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	if (request.mode & ~KDMABUF_PUBLISH_MODES || request.flags ||
	    request.reserved || request.id)
		return -EINVAL;

	dmabuf = kdmabuf_get_view(request.fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	buffer = kdmabuf_view_of(dmabuf)->buffer;

	ret = -EDOM;
	if ((request.mode & 0222) << 1 & ~request.mode)
		goto out;
	ret = -EACCES;
	if (!gives_everything(dmabuf))
		goto out;
	ret = -EPERM;
	if (!uid_eq(buffer->owner, current_euid()) && !kdmabuf_may_administer())
		goto out;

	request.id = buffer->id;
	ret = write_struct(&request, sizeof(request), cmd, arg);
	if (!ret)
		publish(buffer, request.mode);
out:
	dma_buf_put(dmabuf);
	return ret;
}

/* The new view's fd, told to the caller. */
static int open_view(struct kdmabuf_windows *windows,
		     struct kdmabuf_buffer *buffer,
		     struct kdmabuf_open_id *request, bool read_only,
		     unsigned int cmd, void __user *arg)
{
	u32 fd_flags = read_only ? request->fd_flags & ~O_ACCMODE :
				   request->fd_flags;
	struct dma_buf *dmabuf;
	int ret;

	ret = get_unused_fd_flags(fd_flags);
	if (ret < 0)
		return ret;
	request->fd = ret;
	dmabuf = kdmabuf_view_export(buffer, 0, buffer->memory->nr_pages,
				     read_only, fd_flags);
	if (IS_ERR(dmabuf)) {
		put_unused_fd(request->fd);
		return PTR_ERR(dmabuf);
	}
	ret = kdmabuf_window_prepare(windows, buffer, &request->window);
	if (!ret) {
		request->view_flags = read_only ? KDMABUF_VIEW_READ_ONLY : 0;
		ret = write_struct(request, sizeof(*request), cmd, arg);
		kdmabuf_window_grant(windows, buffer,
				     ret ? 0 : OPEN_FMODE(fd_flags));
	}
	return kdmabuf_fd_publish(request->fd, dmabuf, ret);
}

long kdmabuf_ioctl_open(struct kdmabuf_windows *windows, unsigned int cmd,
			void __user *arg)
{
	struct kdmabuf_open_id request;
	struct kdmabuf_buffer *buffer;
	fmode_t allowed;
	int ret;

	ret = read_struct(&request, sizeof(request), OPEN_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	if (request.fd_flags & ~(O_ACCMODE | O_CLOEXEC) || request.flags ||
	    request.fd || request.view_flags || request.window)
		return -EINVAL;
	if ((request.fd_flags & O_ACCMODE) != O_RDONLY &&
	    (request.fd_flags & O_ACCMODE) != O_RDWR)
		return -EINVAL;

	buffer = kdmabuf_buffer_find(request.id);
	if (!buffer)
		return -ENOENT;
	allowed = kdmabuf_published_access(buffer) |
		  kdmabuf_window_access(windows, buffer);
	ret = -ENOENT;
	if (allowed & FMODE_READ)
		ret = open_view(windows, buffer, &request,
				!(allowed & FMODE_WRITE) ||
					!(request.fd_flags & O_RDWR),
				cmd, arg);
	kdmabuf_buffer_put(buffer);
	return ret;
}
