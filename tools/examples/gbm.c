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
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "check.h"
#include "scanout.h"

int main(int argc, char **argv)
{
	bool with_modifier = argc > 1 && !strcmp(argv[1], "modifier");
	unsigned int frame = argc > 2 ? atoi(argv[2]) : 0;
	struct display_image image;
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
	image = (struct display_image){
		.fd = canvas.fd,
		.width = canvas.width,
		.height = canvas.height,
		.stride = canvas.stride,
		.format = DRM_FORMAT_XRGB8888,
	};
	check(scanout_import(&display, gbm, &image, with_modifier, &bo,
			     &framebuffer),
	      "import the buffer");
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
