/* SPDX-License-Identifier: MIT */
/*
 * OpenGL ES without a window, by EGL, whose textures are dma-bufs. What fails ends
 * the process.
 */
#ifndef GPU_H
#define GPU_H

#include <stdbool.h>
#include <stdint.h>

/*
 * An image in a dma-buf, linear, of one plane: what has more is as many images.
 * Not all drivers can join planes, and Mesa's software cannot though it says so.
 */
struct gpu_image {
	int fd;
	uint32_t width, height, stride, offset;
	/* As DRM_FORMAT_XRGB8888 of <drm_fourcc.h>. */
	uint32_t format;
};

/* Makes a context current: of the first device that EGL has, or of Mesa's software. */
void gpu_open(bool software);

/* Makes it what the texture bound to @target is. */
void gpu_import(const struct gpu_image *image, unsigned int target);

/* Has what is drawn from now on wait for those who write to the dma-buf @fd. */
void gpu_wait_for(int fd);

/*
 * Tells the dma-buf @fd that what was drawn so far writes to it, for all who access
 * it to wait. Where the driver has no fences that can leave it, waits itself.
 */
void gpu_writes_to(int fd);

#endif /* GPU_H */
