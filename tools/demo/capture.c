// SPDX-License-Identifier: MIT
/*
 * The demo's first process: a camera writes frames into the ring A
 */
#include <errno.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../examples/camera.h"
#include "../examples/check.h"
#include "buffer.h"
#include "cost.h"
#include "peer.h"

/* Long enough for a guest without hardware virtualization. */
#define CAMERA_TIMEOUT_SECONDS 30

struct capture {
	struct camera camera;
	struct peer renderer;
	struct buffer buffers[DEMO_A_BUFFERS];
	struct demo_report *report;
	struct cost cost;
	uint32_t frames, sent, lent;
	/* What the camera numbers its next frame, if it misses none. */
	uint32_t sequence;
};

static void open_camera(struct capture *capture, const char *path)
{
	const struct camera_format format = {
		.pixels = V4L2_PIX_FMT_XBGR32,
		.width = DEMO_WIDTH,
		.height = DEMO_HEIGHT,
	};
	struct v4l2_capability capability = { 0 };
	int error =
		camera_open(&capture->camera, path, &format, DEMO_A_BUFFERS);

	if (error == -ENODEV || error == -EDOM || error == -ENOTTY)
		errx(EXIT_FAILURE,
		     "%s: no camera that gives %dx%d 32-bit RGB into dma-bufs; try 'modprobe vivid'",
		     path ?: "/dev/video*", DEMO_WIDTH, DEMO_HEIGHT);
	check(error, capture->camera.path);
	ioctl(capture->camera.fd, VIDIOC_QUERYCAP, &capability);
	snprintf(capture->report->device, sizeof(capture->report->device), "%s",
		 (char *)capability.driver);
}

static void send_buffers(const struct capture *capture)
{
	const struct demo_ring ring = {
		.width = DEMO_WIDTH,
		.height = DEMO_HEIGHT,
		.stride = capture->camera.stride,
		.size = capture->camera.frame_size,
	};
	int fds[DEMO_A_BUFFERS];

	for (int i = 0; i < DEMO_A_BUFFERS; i++)
		fds[i] = capture->buffers[i].fd;
	peer_send(&capture->renderer, fds, DEMO_A_BUFFERS, &ring, sizeof(ring));
}

static void give_to_camera(const struct capture *capture, uint32_t buffer)
{
	check(camera_queue(&capture->camera, buffer,
			   capture->buffers[buffer].fd),
	      "give a buffer to the camera");
}

static void camera_to_renderer(struct capture *capture)
{
	struct camera_frame frame;
	struct demo_frame message;

	check(camera_dequeue(&capture->camera, &frame),
	      "take a frame from the camera");
	if (capture->sent)
		capture->report->missed += frame.sequence - capture->sequence;
	capture->sequence = frame.sequence + 1;
	if (frame.damaged) {
		give_to_camera(capture, frame.buffer);
		return;
	}
	cost_pause(&capture->cost);
	message = (struct demo_frame){
		.buffer = frame.buffer,
		.number = capture->sent,
		.checksum = buffer_checksum(&capture->buffers[frame.buffer]),
	};
	cost_of_frame(&capture->cost, capture->sent);
	cost_resume(&capture->cost);
	peer_send(&capture->renderer, NULL, 0, &message, sizeof(message));
	capture->report->frames = ++capture->sent;
	capture->lent++;
}

static void renderer_to_camera(struct capture *capture)
{
	struct demo_return message;

	peer_receive(&capture->renderer, NULL, 0, &message, sizeof(message));
	if (message.buffer >= DEMO_A_BUFFERS)
		peer_sends_nonsense(&capture->renderer);
	capture->lent--;
	give_to_camera(capture, message.buffer);
}

static void run(struct capture *capture)
{
	while (capture->sent < capture->frames || capture->lent) {
		struct pollfd wait[] = {
			{ .fd = capture->renderer.socket, .events = POLLIN },
			{ .fd = capture->camera.fd, .events = POLLIN },
		};
		/* A camera without buffers has nothing to say. */
		bool waits_for_camera = capture->sent < capture->frames &&
					capture->lent < DEMO_A_BUFFERS;
		int ready = poll(
			wait, waits_for_camera ? 2 : 1,
			waits_for_camera ? CAMERA_TIMEOUT_SECONDS * 1000 : -1);

		if (ready < 0)
			err(EXIT_FAILURE, "poll");
		if (!ready)
			errx(EXIT_FAILURE, "%s: no frame in %d seconds",
			     capture->camera.path, CAMERA_TIMEOUT_SECONDS);
		if (wait[0].revents)
			renderer_to_camera(capture);
		if (waits_for_camera && wait[1].revents)
			camera_to_renderer(capture);
	}
}

void demo_capture(const struct demo_options *options,
		  struct demo_report *report, int renderer)
{
	struct capture capture = {
		.renderer = { renderer, "the renderer" },
		.report = report,
		.cost = { .report = report },
		.frames = options->frames,
	};

	open_camera(&capture, options->camera);
	buffers_make(capture.buffers, DEMO_A_BUFFERS, capture.camera.frame_size,
		     capture.camera.address_bits, "demo A");
	report->width = DEMO_WIDTH;
	report->height = DEMO_HEIGHT;
	send_buffers(&capture);
	for (uint32_t buffer = 0; buffer < DEMO_A_BUFFERS; buffer++)
		give_to_camera(&capture, buffer);
	check(camera_start(&capture.camera), capture.camera.path);
	cost_resume(&capture.cost);
	run(&capture);
	check(camera_stop(&capture.camera), capture.camera.path);
}
