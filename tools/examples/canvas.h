/* SPDX-License-Identifier: MIT */
/*
 * A picture in a buffer of kdmabuf. A pixel is B, G, R and an unused byte, as
 * DRM_FORMAT_XRGB8888. What fails ends the process.
 */
#ifndef CANVAS_H
#define CANVAS_H

#include <stddef.h>
#include <stdint.h>

struct canvas {
	int fd;
	uint32_t width, height, stride;
	/* Of the buffer, whole pages. */
	size_t size;
	unsigned char *pixels;
};

/* With @address_bits other than 0 it is where a device with so many reaches. */
struct canvas canvas_make(uint32_t width, uint32_t height,
			  uint32_t address_bits);

/* Maps one that another process has made. @protection is as for mmap(). */
struct canvas canvas_map(int fd, uint32_t width, uint32_t height,
			 int protection);

/*
 * Draws a picture in which each pixel differs from its neighbours, and each frame
 * from the one before: red grows to the right, green down, and blue is the
 * exclusive or of both, all modulo 256, moved to the left by 8 pixels a frame.
 */
void canvas_draw(const struct canvas *canvas, uint32_t frame);

/*
 * Returns how many pixels are not as in that frame. To be called between
 * kdmabuf_begin_cpu_access() and kdmabuf_end_cpu_access().
 */
uint32_t canvas_differs(const struct canvas *canvas, uint32_t frame);

#endif /* CANVAS_H */
