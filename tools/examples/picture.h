/* SPDX-License-Identifier: MIT */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdint.h>

/*
 * Writes an image of pixels in the order B, G, R, unused to a PNG file, straight
 * from where they are. Returns 0 or a negative errno.
 */
int picture_write(const char *path, const void *pixels, uint32_t width,
		  uint32_t height, uint32_t stride);

#endif /* PICTURE_H */
