// SPDX-License-Identifier: MIT
/*
 * vgem, the kernel's virtual GPU: its card and those of its ioctls that bench needs
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Up to Debian 12 libdrm has the kernel's headers for DRM. */
#if __has_include(<drm/drm.h>)
#include <drm/drm.h>
#else
#include <libdrm/drm.h>
#endif

#include "vgem.h"

#define CARDS_MAX 64

static int call(int vgem, unsigned long command, void *argument)
{
	return ioctl(vgem, command, argument) ? -errno : 0;
}

int vgem_open(void)
{
	int found = -ENOENT;

	for (int i = 0; i < CARDS_MAX; i++) {
		char path[32], driver[8] = "";
		struct drm_version version = {
			.name_len = sizeof(driver) - 1,
			.name = driver,
		};
		int card;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		card = open(path, O_RDWR | O_CLOEXEC);
		if (card < 0) {
			if (errno != ENOENT)
				found = -errno;
			continue;
		}
		if (!call(card, DRM_IOCTL_VERSION, &version) &&
		    !strcmp(driver, "vgem"))
			return card;
		close(card);
	}
	return found;
}

int vgem_import(int vgem, int fd)
{
	struct drm_prime_handle prime = { .fd = fd };
	int error = call(vgem, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);

	return error ? error : (int)prime.handle;
}

int vgem_close_handle(int vgem, int handle)
{
	struct drm_gem_close argument = { .handle = handle };

	return call(vgem, DRM_IOCTL_GEM_CLOSE, &argument);
}

int vgem_allocate(int vgem, uint64_t size)
{
	struct drm_mode_create_dumb dumb = {
		.width = 1024,
		.height = (size + 4095) / 4096,
		.bpp = 32,
	};
	struct drm_prime_handle prime = { .flags = DRM_CLOEXEC | DRM_RDWR };
	int error;

	if (size > UINT32_MAX)
		return -ERANGE;
	error = call(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);
	if (error)
		return error;
	prime.handle = dumb.handle;
	error = call(vgem, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);
	vgem_close_handle(vgem, dumb.handle);
	return error ? error : prime.fd;
}
