// SPDX-License-Identifier: MIT
/*
 * The demo's second process: draws what is in the ring A into the ring B
 */
#include <GLES2/gl2.h>
#include <drm_fourcc.h>
#include <poll.h>
#include <stdio.h>

#include "../examples/check.h"
#include "buffer.h"
#include "cost.h"
#include "peer.h"
#include "scene.h"

struct render {
	struct peer camera, screen;
	struct buffer a[DEMO_A_BUFFERS], b[DEMO_B_BUFFERS];
	unsigned int sources[DEMO_A_BUFFERS], targets[DEMO_B_BUFFERS];
	struct scene scene;
	struct demo_report *report;
	struct cost cost;
	uint32_t frames;
	/* Those of the ring B that the screen's process has, as bits. */
	uint32_t lent;
};

static struct gpu_image image_of(const struct buffer *buffer,
				 const struct demo_ring *ring)
{
	return (struct gpu_image){
		.fd = buffer->fd,
		.width = ring->width,
		.height = ring->height,
		.stride = ring->stride,
		.format = DRM_FORMAT_XRGB8888,
	};
}

static void receive_a(struct render *render)
{
	struct demo_ring ring;
	int fds[DEMO_A_BUFFERS];

	peer_receive(&render->camera, fds, DEMO_A_BUFFERS, &ring, sizeof(ring));
	buffers_take(render->a, fds, DEMO_A_BUFFERS, ring.size, render->report);
	for (int i = 0; i < DEMO_A_BUFFERS; i++) {
		struct gpu_image image = image_of(&render->a[i], &ring);

		render->sources[i] = scene_source(&image);
	}
}

static void send_b(struct render *render, const struct demo_screen *screen)
{
	const struct demo_ring ring = {
		.width = screen->width,
		.height = screen->height,
		.stride = 4 * screen->width,
		.size = 4 * screen->width * screen->height,
	};
	int fds[DEMO_B_BUFFERS];

	buffers_make(render->b, DEMO_B_BUFFERS, ring.size, screen->address_bits,
		     "demo B");
	for (int i = 0; i < DEMO_B_BUFFERS; i++) {
		struct gpu_image image = image_of(&render->b[i], &ring);

		fds[i] = render->b[i].fd;
		render->targets[i] = scene_target(&render->scene, &image);
	}
	peer_send(&render->screen, fds, DEMO_B_BUFFERS, &ring, sizeof(ring));
}

/* DEMO_B_BUFFERS if there is none. */
static uint32_t find_free(const struct render *render)
{
	uint32_t b = 0;

	while (b < DEMO_B_BUFFERS && render->lent & 1u << b)
		b++;
	return b;
}

/* Draws the frame that comes into @b. */
static void draw(struct render *render, uint32_t b)
{
	const struct buffer *target = &render->b[b];
	struct demo_return back;
	struct demo_frame frame;

	peer_receive(&render->camera, NULL, 0, &frame, sizeof(frame));
	if (frame.buffer >= DEMO_A_BUFFERS)
		peer_sends_nonsense(&render->camera);
	cost_pause(&render->cost);
	buffer_prove(&render->a[frame.buffer], &frame, render->report);
	cost_resume(&render->cost);

	gpu_wait_for(render->a[frame.buffer].fd);
	gpu_wait_to_draw_on(target->fd);
	scene_draw(&render->scene, render->targets[b],
		   render->sources[frame.buffer], frame.number);
	gpu_writes_to(target->fd);

	back.buffer = frame.buffer;
	frame.buffer = b;
	cost_pause(&render->cost);
	/* This waits for the GPU, and cameras do not: they get A back after it. */
	frame.checksum = buffer_checksum(target);
	cost_of_frame(&render->cost, frame.number);
	cost_resume(&render->cost);
	peer_send(&render->camera, NULL, 0, &back, sizeof(back));
	peer_send(&render->screen, NULL, 0, &frame, sizeof(frame));
	render->lent |= 1u << b;
}

static void take_back(struct render *render)
{
	struct demo_return back;

	peer_receive(&render->screen, NULL, 0, &back, sizeof(back));
	if (back.buffer >= DEMO_B_BUFFERS)
		peer_sends_nonsense(&render->screen);
	render->lent &= ~(1u << back.buffer);
}

static void run(struct render *render)
{
	uint32_t drawn = 0;

	while (drawn < render->frames || render->lent) {
		uint32_t b = find_free(render);
		bool draws = drawn < render->frames && b < DEMO_B_BUFFERS;
		struct pollfd wait[] = {
			{ .fd = render->screen.socket, .events = POLLIN },
			{ .fd = draws ? render->camera.socket : -1,
			  .events = POLLIN },
		};

		if (poll(wait, 2, -1) < 0)
			err(EXIT_FAILURE, "poll");
		if (wait[0].revents)
			take_back(render);
		if (wait[1].revents) {
			draw(render, b);
			drawn++;
		}
	}
}

void demo_render(const struct demo_options *options, struct demo_report *report,
		 int camera, int screen)
{
	struct render render = {
		.camera = { camera, "the camera's process" },
		.screen = { screen, "the screen's process" },
		.report = report,
		.cost = { .report = report },
		.frames = options->frames,
	};
	struct demo_screen size;

	peer_receive(&render.screen, NULL, 0, &size, sizeof(size));
	gpu_open(options->software);
	snprintf(report->device, sizeof(report->device), "%s",
		 glGetString(GL_RENDERER));
	report->width = size.width;
	report->height = size.height;
	scene_make(&render.scene, size.width, size.height);
	receive_a(&render);
	send_b(&render, &size);
	cost_resume(&render.cost);
	run(&render);
	for (int i = 0; i < DEMO_A_BUFFERS; i++)
		buffer_find_mappings(&render.a[i], report);
}
