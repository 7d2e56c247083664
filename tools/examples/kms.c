// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-kms [legacy]
 *
 * Shows pictures on a display out of two buffers, one of which is drawn while the
 * other is shown: by atomic commits, or by the older calls. Each line of input is
 * a further picture. Needs a console without a desktop.
 */
#include <drm_fourcc.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "check.h"
#include "display.h"

#define BUFFERS 2

int main(int argc, char **argv)
{
	struct canvas canvas[BUFFERS];
	uint32_t framebuffer[BUFFERS];
	struct display display;

	check(display_open(&display, NULL, 0, 0), "no display in /dev/dri");
	if (argc > 1 && !strcmp(argv[1], "legacy"))
		display.atomic = false;
	for (int i = 0; i < BUFFERS; i++) {
		struct display_image image;

		/* Where the display's DMA can reach. */
		canvas[i] = canvas_make(display.mode.hdisplay,
					display.mode.vdisplay,
					display.address_bits);
		image = (struct display_image){
			.fd = canvas[i].fd,
			.width = canvas[i].width,
			.height = canvas[i].height,
			.stride = canvas[i].stride,
			.format = DRM_FORMAT_XRGB8888,
		};
		check(display_import(&display, &image, &framebuffer[i]),
		      "import the buffer");
	}

	setlinebuf(stdout);
	for (unsigned int frame = 0; !frame || getchar() != EOF; frame++) {
		canvas_draw(&canvas[frame % BUFFERS], frame);
		check(display_show(&display, framebuffer[frame % BUFFERS]),
		      "show the picture");
		printf("%s: frame %u, %ux%u\n",
		       display.atomic ? "atomic" : "legacy", frame,
		       display.mode.hdisplay, display.mode.vdisplay);
	}
	for (int i = 0; i < BUFFERS; i++)
		display_forget(&display, framebuffer[i]);
	display_close(&display);
	return EXIT_SUCCESS;
}
