/* SPDX-License-Identifier: MIT */
/*
 * A display, by the kernel's mode setting (KMS), that shows dma-bufs
 *
 * Functions return a negative errno when they fail.
 */
#ifndef DISPLAY_H
#define DISPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <xf86drmMode.h>

struct display {
	int fd;
	char path[32];
	uint32_t connector, crtc, plane;
	/* Of the CRTC, by which others refer to it. */
	unsigned int crtc_index;
	/* Has .hdisplay by .vdisplay pixels. */
	drmModeModeInfo mode;
	/* Address lines of the device, or 0: what it can reach. */
	uint32_t address_bits;
	/* Atomic commits, or else the older calls. Cleared by who wants those. */
	bool atomic;
	bool is_on;
};

/* An image in a dma-buf, linear, of one plane. */
struct display_image {
	int fd;
	uint32_t width, height, stride;
	/* As DRM_FORMAT_XRGB8888 of <drm_fourcc.h>. */
	uint32_t format;
};

/*
 * Opens the display at @path, /dev/dri/cardN, or, if that is NULL, the first that
 * has something plugged in, to have @width by @height pixels, or, if those are 0,
 * as many as it likes best. Returns -ENODEV if there is none, -EDOM if none has so
 * many, or what else stood in the way.
 */
int display_open(struct display *display, const char *path, uint32_t width,
		 uint32_t height);

/* Makes the image one that display_show() can show. It has to stay as it is. */
int display_import(const struct display *display,
		   const struct display_image *image, uint32_t *framebuffer);

/* Gives the image back. If it is shown the display gets dark. */
void display_forget(const struct display *display, uint32_t framebuffer);

/*
 * Shows it, beginning at the top left, and waits until the display does. The
 * first has to cover the display.
 */
int display_show(struct display *display, uint32_t framebuffer);

/* Looks for the property @name of an object of it. Returns its id, or 0. */
uint32_t display_property(const struct display *display, uint32_t object,
			  const char *name, uint64_t *value);

/* Turns the display off and gives it back. */
void display_close(struct display *display);

#endif /* DISPLAY_H */
