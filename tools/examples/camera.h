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

struct camera {
	int fd;
	char path[32];
	uint32_t stride;
	uint32_t frame_size;
};

struct camera_frame {
	uint32_t buffer;
	uint32_t sequence;
	uint32_t bytes;
	/* The camera says that the picture is damaged. */
	bool damaged;
};

/*
 * Opens the camera at @path, or, if that is NULL, the first that will do: that
 * gives @width x @height pixels of 32-bit RGB, one plane, into dma-bufs. Returns
 * -ENODEV if none does.
 */
int camera_open(struct camera *camera, const char *path, uint32_t width,
		uint32_t height, uint32_t buffers);

/* Gives buffer number @buffer, the dma-buf @fd, to the camera to write to. */
int camera_queue(const struct camera *camera, uint32_t buffer, int fd);

int camera_start(const struct camera *camera);

/* Takes back a buffer with a frame; waits for one if there is none. */
int camera_dequeue(const struct camera *camera, struct camera_frame *frame);

#endif /* CAMERA_H */
