// SPDX-License-Identifier: MIT
/*
 * A V4L2 camera that writes its frames into dma-bufs that others have allocated
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "camera.h"

#define NODES 64

static int request(int fd, unsigned long command, void *argument)
{
	int result;

	do {
		result = ioctl(fd, command, argument);
	} while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : 0;
}

static int check_capabilities(int fd)
{
	const uint32_t needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	struct v4l2_capability capability = { 0 };
	int error = request(fd, VIDIOC_QUERYCAP, &capability);

	if (error)
		return error;
	return (capability.device_caps & needed) == needed ? 0 : -ENODEV;
}

static int set_format(struct camera *camera, uint32_t width, uint32_t height)
{
	struct v4l2_format format = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.fmt.pix = {
			.width = width,
			.height = height,
			.pixelformat = V4L2_PIX_FMT_XBGR32,
			.field = V4L2_FIELD_NONE,
		},
	};
	const struct v4l2_pix_format *got = &format.fmt.pix;
	int error = request(camera->fd, VIDIOC_S_FMT, &format);

	if (error)
		return error;
	/* The driver has changed what it cannot do. */
	if (got->width != width || got->height != height ||
	    got->pixelformat != V4L2_PIX_FMT_XBGR32)
		return -ENODEV;
	camera->stride = got->bytesperline;
	camera->frame_size = got->sizeimage;
	return 0;
}

static int request_buffers(int fd, uint32_t count)
{
	struct v4l2_requestbuffers buffers = {
		.count = count,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
	};
	int error = request(fd, VIDIOC_REQBUFS, &buffers);

	if (error)
		return error;
	return buffers.count == count ? 0 : -ENODEV;
}

static int try_open(struct camera *camera, uint32_t width, uint32_t height,
		    uint32_t buffers)
{
	int error;

	camera->fd = open(camera->path, O_RDWR | O_CLOEXEC);
	if (camera->fd < 0)
		return -errno;
	error = check_capabilities(camera->fd);
	if (!error)
		error = set_format(camera, width, height);
	if (!error)
		error = request_buffers(camera->fd, buffers);
	if (error)
		close(camera->fd);
	return error;
}

int camera_open(struct camera *camera, const char *path, uint32_t width,
		uint32_t height, uint32_t buffers)
{
	if (path) {
		snprintf(camera->path, sizeof(camera->path), "%s", path);
		return try_open(camera, width, height, buffers);
	}
	for (int node = 0; node < NODES; node++) {
		snprintf(camera->path, sizeof(camera->path), "/dev/video%d",
			 node);
		if (!try_open(camera, width, height, buffers))
			return 0;
	}
	return -ENODEV;
}

int camera_queue(const struct camera *camera, uint32_t buffer, int fd)
{
	struct v4l2_buffer queued = {
		.index = buffer,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
		.m.fd = fd,
	};

	return request(camera->fd, VIDIOC_QBUF, &queued);
}

int camera_start(const struct camera *camera)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	return request(camera->fd, VIDIOC_STREAMON, &type);
}

int camera_dequeue(const struct camera *camera, struct camera_frame *frame)
{
	struct v4l2_buffer filled = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
	};
	int error = request(camera->fd, VIDIOC_DQBUF, &filled);

	if (error)
		return error;
	*frame = (struct camera_frame){
		.buffer = filled.index,
		.sequence = filled.sequence,
		.bytes = filled.bytesused,
		.damaged = filled.flags & V4L2_BUF_FLAG_ERROR,
	};
	return 0;
}
