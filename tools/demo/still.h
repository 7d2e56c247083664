/* SPDX-License-Identifier: MIT */
/*
 * What does not move in the demo's picture, a background with words, and digits, by
 * cairo, in a buffer of kdmabuf
 *
 * It is laid out for DEMO_WIDTH by DEMO_HEIGHT, and stands in the middle of what the
 * display has, as large as fits.
 */
#ifndef STILL_H
#define STILL_H

#include <stdint.h>

#define STILL_DIGITS 4
#define STILL_DIGIT_WIDTH 16
#define STILL_DIGIT_HEIGHT 28

/* Where the number of the frame goes. */
#define STILL_NUMBER_X 1168
#define STILL_NUMBER_Y 24

/* The lines between which there are no words. */
#define STILL_FREE_TOP 96
#define STILL_FREE_BOTTOM 606

struct still {
	int fd;
	/* As DRM_FORMAT_ARGB8888. The digits are below the background, 0 first. */
	uint32_t width, height, stride;
	/* Pixels for one of the layout, and where that begins. */
	float scale, x, y;
};

/* For a display of that size. */
struct still still_make(uint32_t width, uint32_t height);

#endif /* STILL_H */
