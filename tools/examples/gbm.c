// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-gbm [fd|modifier [FRAME]]
 *
 * Shows a picture on a display, out of a buffer that GBM has imported, as
 * compositors do; with the modifier that says that it is linear. It stays until
 * the input ends. Needs a console without a desktop. FRAME is the number of the
 * picture, for who wants another.
 */
#include <drm_fourcc.h>
#include <gbm.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "check.h"
#include "display.h"

static struct gbm_bo *import(struct gbm_device *gbm,
			     const struct canvas *canvas, bool with_modifier)
{
	struct gbm_import_fd_data plain = {
		.fd = canvas->fd,
		.width = canvas->width,
		.height = canvas->height,
		.stride = canvas->stride,
		.format = GBM_FORMAT_XRGB8888,
	};
	struct gbm_import_fd_modifier_data linear = {
		.width = canvas->width,
		.height = canvas->height,
		.format = GBM_FORMAT_XRGB8888,
		.num_fds = 1,
		.fds = { canvas->fd },
		.strides = { canvas->stride },
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

int main(int argc, char **argv)
{
	bool with_modifier = argc > 1 && !strcmp(argv[1], "modifier");
	unsigned int frame = argc > 2 ? atoi(argv[2]) : 0;
	struct gbm_device *gbm;
	struct display display;
	struct canvas canvas;
	uint32_t framebuffer;
	struct gbm_bo *bo;

	check(display_open(&display, NULL, 0, 0), "no display in /dev/dri");
	canvas = canvas_make(display.mode.hdisplay, display.mode.vdisplay,
			     display.address_bits);
	canvas_draw(&canvas, frame);
	gbm = gbm_create_device(display.fd);
	if (!gbm)
		errx(EXIT_FAILURE, "GBM does not know %s", display.path);
	bo = import(gbm, &canvas, with_modifier);
	if (!bo)
		err(EXIT_FAILURE, "gbm_bo_import");
	check(add_framebuffer(display.fd, bo, with_modifier, &framebuffer),
	      "drmModeAddFB2WithModifiers");
	check(display_show(&display, framebuffer), "show the picture");
	setlinebuf(stdout);
	printf("%s: frame %u, %ux%u\n", with_modifier ? "modifier" : "fd",
	       frame, canvas.width, canvas.height);
	while (getchar() != EOF)
		;
	gbm_bo_destroy(bo);
	gbm_device_destroy(gbm);
	display_close(&display);
	return EXIT_SUCCESS;
}
