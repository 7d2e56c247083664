// SPDX-License-Identifier: MIT
/*
 * The ioctls of /dev/kdmabuf: allocate, query, view, next, publish, open
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kdmabuf.h"

/* The sizes that the structs had in 0.1. They grow; no caller knows less. */
#define ALLOC_SIZE_VER0 88
#define QUERY_SIZE_VER0 120
#define NEXT_SIZE_VER0 104

/* As ioctl(), but the struct is as long as the caller of the library knows it. */
static int ioctl_sized(int device, unsigned long command, void *argument,
		       size_t size)
{
	if (size > _IOC_SIZEMASK)
		return -EINVAL;

	command = _IOC(_IOC_DIR(command), _IOC_TYPE(command), _IOC_NR(command),
		       size);
	return ioctl(device, command, argument) < 0 ? -errno : 0;
}

int kdmabuf_open(void)
{
	int device = open("/dev/kdmabuf", O_RDWR | O_CLOEXEC);

	return device < 0 ? -errno : device;
}

int kdmabuf_alloc_with(int device, struct kdmabuf_alloc *request, size_t size)
{
	int error;

	if (size < ALLOC_SIZE_VER0)
		return -EINVAL;

	request->fd = 0;
	request->id = 0;
	request->window = 0;
	error = ioctl_sized(device, KDMABUF_IOCTL_ALLOC, request, size);
	if (error)
		return error;
	return request->flags & KDMABUF_ALLOC_NO_FD ? 0 : request->fd;
}

int kdmabuf_alloc(int device, uint64_t size)
{
	struct kdmabuf_alloc request = {
		.size = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	return kdmabuf_alloc_with(device, &request, sizeof(request));
}

int kdmabuf_query(int device, int fd, struct kdmabuf_query *query, size_t size)
{
	if (size < QUERY_SIZE_VER0)
		return -EINVAL;

	memset(query, 0, size);
	query->fd = fd;
	return ioctl_sized(device, KDMABUF_IOCTL_QUERY, query, size);
}

int kdmabuf_view(int device, int fd, uint64_t offset, uint64_t length,
		 int access)
{
	struct kdmabuf_view view = {
		.fd = fd,
		.fd_flags = access | O_CLOEXEC,
		.offset = offset,
		.length = length,
	};
	int error;

	error = ioctl_sized(device, KDMABUF_IOCTL_VIEW, &view, sizeof(view));
	return error ? error : view.view_fd;
}

int kdmabuf_next(int device, struct kdmabuf_next *next, size_t size)
{
	uint64_t id;

	if (size < NEXT_SIZE_VER0)
		return -EINVAL;

	id = next->id;
	memset(next, 0, size);
	next->id = id;
	return ioctl_sized(device, KDMABUF_IOCTL_NEXT, next, size);
}

int kdmabuf_publish(int device, int fd, unsigned int mode, uint64_t *id)
{
	struct kdmabuf_publish publish = { .fd = fd, .mode = mode };
	int error;

	error = ioctl_sized(device, KDMABUF_IOCTL_PUBLISH, &publish,
			    sizeof(publish));
	if (!error && id)
		*id = publish.id;
	return error;
}

int kdmabuf_open_id(int device, uint64_t id, int access)
{
	struct kdmabuf_open_id open = {
		.id = id,
		.fd_flags = access | O_CLOEXEC,
	};
	int error;

	error = ioctl_sized(device, KDMABUF_IOCTL_OPEN, &open, sizeof(open));
	return error ? error : open.fd;
}
