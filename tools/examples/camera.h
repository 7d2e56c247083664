/* SPDX-License-Identifier: MIT */
/*
 * A V4L2 camera that writes its frames into dma-bufs that others have allocated
 *
 * Functions return a negative errno when they fail.
 */
#ifndef CAMERA_H
#define CAMERA_H

#include <stdbool.h>
#include <stdint.h>

/* 0 stands for whatever the camera gives. */
struct camera_format {
	/* As V4L2_PIX_FMT_XBGR32 of <linux/videodev2.h>. */
	uint32_t pixels;
	uint32_t width, height;
};

struct camera {
	int fd;
	char path[32];
	struct camera_format format;
	uint32_t stride;
	uint32_t frame_size;
	/* Address lines of the device, for struct kdmabuf_alloc: what it can reach. */
	uint32_t address_bits;
};

struct camera_frame {
	uint32_t buffer;
	uint32_t sequence;
	uint32_t bytes;
	/* The camera says that the picture is damaged, or there is none. */
	bool damaged;
};

/*
 * Opens the camera at @path, or, if that is NULL, the first that will do: that gives
 * what is @wanted, into dma-bufs. Returns -ENODEV if there is no camera, or only such
 * as give pictures in several planes, -EDOM if none gives what is wanted, or what else
 * stood in the way, as -EACCES, or -EBUSY if another program has it.
 */
int camera_open(struct camera *camera, const char *path,
		const struct camera_format *wanted, uint32_t buffers);

/* Gives buffer number @buffer, the dma-buf @fd, to the camera to write to. */
int camera_queue(const struct camera *camera, uint32_t buffer, int fd);

int camera_start(const struct camera *camera);

/* Writes no more to any buffer. All are given back. */
int camera_stop(const struct camera *camera);

/* Takes back a buffer with a frame; waits for one if there is none. */
int camera_dequeue(const struct camera *camera, struct camera_frame *frame);

#endif /* CAMERA_H */
