// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-output DEVICE
 *
 * Has a V4L2 output device, /dev/videoN, take a picture out of buffers, again and
 * again, until its input ends.
 */
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "address_bits.h"
#include "canvas.h"
#include "check.h"

#define BUFFERS 8

static void request(int device, unsigned long command, void *argument,
		    const char *what)
{
	int result;

	do {
		result = ioctl(device, command, argument);
	} while (result < 0 && errno == EINTR);
	if (result < 0)
		err(EXIT_FAILURE, "%s", what);
}

/* Sets the format of the pixels; how many there are the device knows. */
static struct v4l2_pix_format set_format(int device)
{
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT };
	struct v4l2_pix_format *pixels = &format.fmt.pix;

	request(device, VIDIOC_G_FMT, &format, "VIDIOC_G_FMT");
	pixels->pixelformat = V4L2_PIX_FMT_XBGR32;
	pixels->field = V4L2_FIELD_NONE;
	pixels->bytesperline = 4 * pixels->width;
	request(device, VIDIOC_S_FMT, &format, "VIDIOC_S_FMT");
	if (pixels->pixelformat != V4L2_PIX_FMT_XBGR32 ||
	    pixels->bytesperline != 4 * pixels->width)
		errx(EXIT_FAILURE, "the device does not take 32-bit RGB");
	return *pixels;
}

static void queue(int device, int index, const struct canvas *canvas)
{
	struct v4l2_buffer buffer = {
		.index = index,
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT,
		.memory = V4L2_MEMORY_DMABUF,
		.field = V4L2_FIELD_NONE,
		.bytesused = canvas->stride * canvas->height,
		.length = canvas->size,
		.m.fd = canvas->fd,
	};

	request(device, VIDIOC_QBUF, &buffer, "VIDIOC_QBUF");
}

/* Waits for a buffer that the device has shown. Returns its number. */
static int dequeue(int device)
{
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT,
		.memory = V4L2_MEMORY_DMABUF,
	};

	request(device, VIDIOC_DQBUF, &buffer, "VIDIOC_DQBUF");
	return buffer.index;
}

static bool input_has_ended(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&input, 1, 0) > 0 && getchar() == EOF;
}

int main(int argc, char **argv)
{
	struct v4l2_requestbuffers buffers = {
		.count = BUFFERS,
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT,
		.memory = V4L2_MEMORY_DMABUF,
	};
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT, device;
	struct canvas canvas[BUFFERS];
	struct v4l2_pix_format format;
	uint32_t bits;

	if (argc != 2)
		errx(2, "usage: kdmabuf-example-output /dev/videoN");
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(EXIT_FAILURE, "%s", argv[1]);
	/* A device has 32 until its driver says more. */
	bits = address_bits_of(device) ?: 32;
	format = set_format(device);
	request(device, VIDIOC_REQBUFS, &buffers, "VIDIOC_REQBUFS");
	if (buffers.count != BUFFERS)
		errx(EXIT_FAILURE, "the device wants other buffers");
	for (int i = 0; i < BUFFERS; i++) {
		canvas[i] = canvas_make(format.width, format.height, bits);
		canvas_draw(&canvas[i], 0);
		queue(device, i, &canvas[i]);
	}
	request(device, VIDIOC_STREAMON, &type, "VIDIOC_STREAMON");
	setlinebuf(stdout);
	printf("%s: frame 0, %ux%u\n", argv[1], format.width, format.height);
	while (!input_has_ended()) {
		int shown = dequeue(device);

		queue(device, shown, &canvas[shown]);
	}
	return EXIT_SUCCESS;
}
