// SPDX-License-Identifier: MIT
/*
 * The demo's third process: shows the ring B on a display
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <stdio.h>
#include <xf86drm.h>

#include "../examples/check.h"
#include "../examples/picture.h"
#include "../examples/scanout.h"
#include "buffer.h"
#include "cost.h"
#include "peer.h"

struct show {
	const struct demo_options *options;
	struct display display;
	struct gbm_device *gbm;
	struct peer renderer;
	struct buffer buffers[DEMO_B_BUFFERS];
	struct gbm_bo *bos[DEMO_B_BUFFERS];
	uint32_t framebuffers[DEMO_B_BUFFERS];
	struct demo_report *report;
	struct cost cost;
};

static void open_display(struct show *show)
{
	const char *path = show->options->display;
	int error = display_open(&show->display, path, DEMO_WIDTH, DEMO_HEIGHT);
	drmVersion *version;

	if (error == -EDOM)
		error = display_open(&show->display, path, 0, 0);
	if (error == -ENODEV || error == -ENOENT)
		errx(EXIT_FAILURE,
		     "%s: no display: no driver for one is loaded, or nothing is plugged in",
		     path ?: "/dev/dri/card*");
	check(error, path ?: "/dev/dri/card*");
	show->gbm = gbm_create_device(show->display.fd);
	if (!show->gbm)
		errx(EXIT_FAILURE, "GBM does not know %s", show->display.path);
	version = drmGetVersion(show->display.fd);
	snprintf(show->report->device, sizeof(show->report->device), "%s",
		 version ? version->name : "");
	drmFreeVersion(version);
}

static void say_size(const struct show *show)
{
	const struct demo_screen screen = {
		.width = show->display.mode.hdisplay,
		.height = show->display.mode.vdisplay,
		.address_bits = show->display.address_bits,
	};

	show->report->width = screen.width;
	show->report->height = screen.height;
	peer_send(&show->renderer, NULL, 0, &screen, sizeof(screen));
}

static void receive_buffers(struct show *show, struct demo_ring *ring)
{
	int fds[DEMO_B_BUFFERS];

	peer_receive(&show->renderer, fds, DEMO_B_BUFFERS, ring, sizeof(*ring));
	buffers_take(show->buffers, fds, DEMO_B_BUFFERS, ring->size,
		     show->report);
	for (int i = 0; i < DEMO_B_BUFFERS; i++) {
		const struct display_image image = {
			.fd = fds[i],
			.width = ring->width,
			.height = ring->height,
			.stride = ring->stride,
			.format = DRM_FORMAT_XRGB8888,
		};

		check(scanout_import(&show->display, show->gbm, &image, false,
				     &show->bos[i], &show->framebuffers[i]),
		      "import a buffer for the display");
	}
}

/* For the user, while the frame is shown. */
static void run_command(const char *command, uint32_t frame)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", frame);
	setenv("KDMABUF_FRAME", number, true);
	if (system(command))
		errx(EXIT_FAILURE, "frame %u: '%s' has failed", frame, command);
}

/* Shows the frame that comes, and returns the number of its buffer. */
static uint32_t show_frame(struct show *show)
{
	struct demo_frame frame;

	peer_receive(&show->renderer, NULL, 0, &frame, sizeof(frame));
	if (frame.buffer >= DEMO_B_BUFFERS)
		peer_sends_nonsense(&show->renderer);
	cost_pause(&show->cost);
	buffer_prove(&show->buffers[frame.buffer], &frame, show->report);
	cost_resume(&show->cost);
	check(display_show(&show->display, show->framebuffers[frame.buffer]),
	      "show a frame");
	cost_pause(&show->cost);
	cost_of_frame(&show->cost, frame.number);
	if (show->options->each)
		run_command(show->options->each, frame.number);
	cost_resume(&show->cost);
	return frame.buffer;
}

static void give_back(const struct show *show, uint32_t buffer)
{
	const struct demo_return back = { .buffer = buffer };

	peer_send(&show->renderer, NULL, 0, &back, sizeof(back));
}

static void write_last(const struct show *show, const struct demo_ring *ring,
		       uint32_t buffer)
{
	const char *path = show->options->output;

	if (path)
		check(picture_write(path, show->buffers[buffer].memory,
				    ring->width, ring->height, ring->stride),
		      path);
}

void demo_show(const struct demo_options *options, struct demo_report *report,
	       int renderer)
{
	struct show show = {
		.options = options,
		.renderer = { renderer, "the renderer" },
		.report = report,
		.cost = { .report = report },
	};
	uint32_t buffer, shown = DEMO_B_BUFFERS;
	struct demo_ring ring;

	open_display(&show);
	say_size(&show);
	receive_buffers(&show, &ring);
	cost_resume(&show.cost);
	for (uint32_t i = 0; i < options->frames; i++) {
		buffer = show_frame(&show);
		/* The display reads a buffer until it shows another. */
		if (shown < DEMO_B_BUFFERS)
			give_back(&show, shown);
		shown = buffer;
	}
	write_last(&show, &ring, shown);
	for (int i = 0; i < DEMO_B_BUFFERS; i++) {
		buffer_find_mappings(&show.buffers[i], report);
		gbm_bo_destroy(show.bos[i]);
	}
	gbm_device_destroy(show.gbm);
	display_close(&show.display);
	give_back(&show, shown);
}
