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

#include "address_bits.h"
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

	/* What is no video device does not know the request. */
	if (error)
		return error == -ENOTTY ? -ENODEV : error;
	return (capability.device_caps & needed) == needed ? 0 : -ENODEV;
}

static int set_format(struct camera *camera, const struct camera_format *wanted)
{
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
	struct v4l2_pix_format *pixels = &format.fmt.pix;
	int error = request(camera->fd, VIDIOC_G_FMT, &format);

	if (error)
		return error;
	pixels->pixelformat = wanted->pixels ?: pixels->pixelformat;
	pixels->width = wanted->width ?: pixels->width;
	pixels->height = wanted->height ?: pixels->height;
	pixels->field = V4L2_FIELD_NONE;
	pixels->bytesperline = 0;
	/* One that will not do stays as it is. */
	error = request(camera->fd, VIDIOC_TRY_FMT, &format);
	if (error)
		return error == -EINVAL ? -EDOM : error;
	/* The driver has changed what it cannot do. */
	if ((wanted->pixels && pixels->pixelformat != wanted->pixels) ||
	    (wanted->width && pixels->width != wanted->width) ||
	    (wanted->height && pixels->height != wanted->height))
		return -EDOM;
	error = request(camera->fd, VIDIOC_S_FMT, &format);
	if (error)
		return error;
	camera->format = (struct camera_format){
		.pixels = pixels->pixelformat,
		.width = pixels->width,
		.height = pixels->height,
	};
	camera->stride = pixels->bytesperline;
	camera->frame_size = pixels->sizeimage;
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

	/* Not into dma-bufs. */
	if (error == -EINVAL)
		return -EDOM;
	if (error)
		return error;
	return buffers.count == count ? 0 : -EDOM;
}

static int try_open(struct camera *camera, const struct camera_format *wanted,
		    uint32_t buffers)
{
	int error;

	camera->fd = open(camera->path, O_RDWR | O_CLOEXEC);
	if (camera->fd < 0)
		return -errno;
	error = check_capabilities(camera->fd);
	if (!error)
		error = set_format(camera, wanted);
	if (!error)
		error = request_buffers(camera->fd, buffers);
	/* A device has 32 until its driver says more. */
	if (!error)
		camera->address_bits = address_bits_of(camera->fd) ?: 32;
	else
		close(camera->fd);
	return error;
}

int camera_open(struct camera *camera, const char *path,
		const struct camera_format *wanted, uint32_t buffers)
{
	int error, reason = -ENODEV;

	if (path) {
		snprintf(camera->path, sizeof(camera->path), "%s", path);
		return try_open(camera, wanted, buffers);
	}
	for (int node = 0; node < NODES; node++) {
		snprintf(camera->path, sizeof(camera->path), "/dev/video%d",
			 node);
		error = try_open(camera, wanted, buffers);
		if (!error)
			return 0;
		/* Of these one will not do, the others are none. */
		if (error == -EDOM ? reason == -ENODEV :
				     error != -ENOENT && error != -ENODEV)
			reason = error;
	}
	return reason;
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

int camera_stop(const struct camera *camera)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	return request(camera->fd, VIDIOC_STREAMOFF, &type);
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
		.damaged = filled.flags & V4L2_BUF_FLAG_ERROR ||
			   !filled.bytesused,
	};
	return 0;
}
