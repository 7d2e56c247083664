/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vgem, the kernel's virtual GPU, as an importer: a dma-buf becomes a handle, which
 * attaches to it and maps it for a device. Negative errnos, as in node.h.
 */
#ifndef TESTS_VGEM_H
#define TESTS_VGEM_H

#include <stdio.h>

#include <drm/drm.h>
#include <drm/vgem_drm.h>

#include "node.h"

/* The card that vgem is, or -ENODEV. */
static inline int open_vgem(void)
{
	int i;

	for (i = 0; i < 16; i++) {
		char path[32], driver[8] = "";
		struct drm_version version = {
			.name_len = sizeof(driver) - 1,
			.name = driver,
		};
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!ioctl(fd, DRM_IOCTL_VERSION, &version) &&
		    !strcmp(driver, "vgem"))
			return fd;
		close(fd);
	}
	return -ENODEV;
}

/* The handle's number, above 0. */
static inline int import_fd(int vgem, int fd)
{
	struct drm_prime_handle prime = { .fd = fd };
	int ret = call(vgem, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);

	return ret ?: (int)prime.handle;
}

/* A dma-buf of the handle: for an imported one, the one that it came from. */
static inline int export_handle(int vgem, int handle)
{
	struct drm_prime_handle prime = {
		.handle = handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
	};
	int ret = call(vgem, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);

	return ret ?: prime.fd;
}

static inline int close_handle(int vgem, int handle)
{
	struct drm_gem_close close = { .handle = handle };

	return call(vgem, DRM_IOCTL_GEM_CLOSE, &close);
}

/* A handle of memory that is vgem's own. */
static inline int create_handle(int vgem, uint32_t bytes)
{
	struct drm_mode_create_dumb dumb = {
		.width = bytes / 4,
		.height = 1,
		.bpp = 32,
	};
	int ret = call(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);

	return ret ?: (int)dumb.handle;
}

/*
 * Work of the device on the handle's memory, unfinished until finish_work() or for
 * ten seconds; its number, above 0.
 */
static inline int begin_work(int vgem, int handle, bool writes)
{
	struct drm_vgem_fence_attach fence = {
		.handle = handle,
		.flags = writes ? VGEM_FENCE_WRITE : 0,
	};
	int ret = call(vgem, DRM_IOCTL_VGEM_FENCE_ATTACH, &fence);

	return ret ?: (int)fence.out_fence;
}

static inline int finish_work(int vgem, int work)
{
	struct drm_vgem_fence_signal fence = { .fence = work };

	return call(vgem, DRM_IOCTL_VGEM_FENCE_SIGNAL, &fence);
}

#endif /* TESTS_VGEM_H */
