/* SPDX-License-Identifier: MIT */
/*
 * OpenGL ES without a window, by EGL, whose textures are dma-bufs. What fails ends
 * the process.
 */
#ifndef GPU_H
#define GPU_H

#include <stdbool.h>
#include <stdint.h>

/* An image in a dma-buf, linear. */
struct gpu_image {
	int fd;
	uint32_t width, height, stride, offset;
	/* Of the second plane, or 0 if there is none. Its stride is the same. */
	uint32_t second_offset;
	/* As DRM_FORMAT_XRGB8888 of <drm_fourcc.h>. */
	uint32_t format;
};

/* Makes a context current: of the first device that EGL has, or of Mesa's software. */
void gpu_open(bool software);

/* Makes it what the texture bound to @target is. */
void gpu_import(const struct gpu_image *image, unsigned int target);

/*
 * The same, but returns false if the driver does not take it. Not all can join
 * planes, and Mesa's software cannot though it says so.
 */
bool gpu_try_import(const struct gpu_image *image, unsigned int target);

/* Has what is drawn from now on wait for those who write to the dma-buf @fd. */
void gpu_wait_for(int fd);

/* The same, and for those who read it: to be called before it is drawn over. */
void gpu_wait_to_draw_on(int fd);

/*
 * Tells the dma-buf @fd that what was drawn so far writes to it, for all who access
 * it to wait.
 */
void gpu_writes_to(int fd);

/*
 * Whether that is done by fences, which the device waits for and makes. Where its
 * driver has none that can come in and leave, it is this process that waits.
 */
bool gpu_has_fences(void);

#endif /* GPU_H */
