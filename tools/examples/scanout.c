// SPDX-License-Identifier: MIT
/*
 * Images in dma-bufs for a display, imported by GBM
 */
#include <drm_fourcc.h>
#include <errno.h>

#include "scanout.h"

static struct gbm_bo *import(struct gbm_device *gbm,
			     const struct display_image *image,
			     bool with_modifier)
{
	struct gbm_import_fd_data plain = {
		.fd = image->fd,
		.width = image->width,
		.height = image->height,
		.stride = image->stride,
		.format = image->format,
	};
	struct gbm_import_fd_modifier_data linear = {
		.width = image->width,
		.height = image->height,
		.format = image->format,
		.num_fds = 1,
		.fds = { image->fd },
		.strides = { image->stride },
		.modifier = DRM_FORMAT_MOD_LINEAR,
	};

	if (with_modifier)
		return gbm_bo_import(gbm, GBM_BO_IMPORT_FD_MODIFIER, &linear,
				     GBM_BO_USE_SCANOUT);
	return gbm_bo_import(gbm, GBM_BO_IMPORT_FD, &plain, GBM_BO_USE_SCANOUT);
}

/*
 * Tells the display what GBM knows. The modifier is ours: some drivers of GBM have
 * forgotten it.
 */
static int add_framebuffer(int fd, struct gbm_bo *bo, bool with_modifier,
			   uint32_t *framebuffer)
{
	const uint32_t handles[4] = { gbm_bo_get_handle(bo).u32 };
	const uint32_t strides[4] = { gbm_bo_get_stride(bo) };
	const uint32_t offsets[4] = { gbm_bo_get_offset(bo, 0) };
	const uint64_t modifiers[4] = { DRM_FORMAT_MOD_LINEAR };

	return drmModeAddFB2WithModifiers(
		fd, gbm_bo_get_width(bo), gbm_bo_get_height(bo),
		gbm_bo_get_format(bo), handles, strides, offsets,
		with_modifier ? modifiers : NULL, framebuffer,
		with_modifier ? DRM_MODE_FB_MODIFIERS : 0);
}

int scanout_import(const struct display *display, struct gbm_device *gbm,
		   const struct display_image *image, bool with_modifier,
		   struct gbm_bo **bo, uint32_t *framebuffer)
{
	int error;

	*bo = import(gbm, image, with_modifier);
	if (!*bo)
		return -errno;
	error = add_framebuffer(display->fd, *bo, with_modifier, framebuffer);
	if (error)
		gbm_bo_destroy(*bo);
	return error;
}
