// SPDX-License-Identifier: MIT
/*
 * kdmabuf-demo-capture: has a camera write frames into kdmabuf buffers and lets
 * another process read them there
 *
 * All buffers are allocated once and handed over once; then only messages of a few
 * bytes pass, saying whose a buffer is.
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "camera.h"
#include "check.h"
#include "demo.h"

#define WIDTH 1280
#define HEIGHT 720

struct capture {
	struct camera camera;
	int socket;
	int fds[DEMO_BUFFERS];
	const void *memory[DEMO_BUFFERS];
	uint32_t frames;
	/* Frames that the viewer has got, and those it has not given back. */
	uint32_t sent;
	uint32_t lent;
};

static void open_camera(struct capture *capture, const char *path)
{
	const struct camera_format format = {
		.pixels = V4L2_PIX_FMT_XBGR32,
		.width = WIDTH,
		.height = HEIGHT,
	};
	int error = camera_open(&capture->camera, path, &format, DEMO_BUFFERS);

	if (error == -ENODEV)
		errx(EXIT_FAILURE,
		     "%s: no camera that gives %dx%d 32-bit RGB into dma-bufs; try 'modprobe vivid'",
		     path ? path : "/dev/video*", WIDTH, HEIGHT);
	check(error, path);
}

static void allocate_buffers(struct capture *capture)
{
	struct kdmabuf_alloc request = {
		.size = capture->camera.frame_size,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.name = "kdmabuf-demo",
	};
	int device = kdmabuf_open();
	void *memory;

	check(device, "/dev/kdmabuf");
	for (int i = 0; i < DEMO_BUFFERS; i++) {
		capture->fds[i] =
			kdmabuf_alloc_with(device, &request, sizeof(request));
		check(capture->fds[i], "allocate a buffer");
		check(kdmabuf_map(capture->fds[i], 0, request.size, PROT_READ,
				  &memory),
		      "map a buffer");
		capture->memory[i] = memory;
	}
	close(device);
}

static void send_buffers(const struct capture *capture)
{
	const struct demo_start start = {
		.width = WIDTH,
		.height = HEIGHT,
		.stride = capture->camera.stride,
		.buffer_size = capture->camera.frame_size,
		.frames = capture->frames,
	};

	check(kdmabuf_send(capture->socket, capture->fds, DEMO_BUFFERS, &start,
			   sizeof(start)),
	      "send the buffers");
}

static void give_to_camera(struct capture *capture, uint32_t buffer)
{
	check(camera_queue(&capture->camera, buffer, capture->fds[buffer]),
	      "give a buffer to the camera");
}

static uint32_t checksum(const struct capture *capture, uint32_t buffer,
			 uint32_t bytes)
{
	uint32_t sum;

	check(kdmabuf_begin_cpu_access(capture->fds[buffer], DMA_BUF_SYNC_READ),
	      "begin reading a frame");
	sum = crc32_z(0, capture->memory[buffer], bytes);
	check(kdmabuf_end_cpu_access(capture->fds[buffer], DMA_BUF_SYNC_READ),
	      "end reading a frame");
	return sum;
}

static void camera_to_viewer(struct capture *capture)
{
	struct camera_frame frame;
	struct demo_frame message;

	check(camera_dequeue(&capture->camera, &frame),
	      "take a frame from the camera");
	if (frame.damaged) {
		give_to_camera(capture, frame.buffer);
		return;
	}
	message = (struct demo_frame){
		.buffer = frame.buffer,
		.sequence = frame.sequence,
		.bytes = frame.bytes,
		.checksum = checksum(capture, frame.buffer, frame.bytes),
	};
	check(kdmabuf_send(capture->socket, NULL, 0, &message, sizeof(message)),
	      "send a frame");
	capture->sent++;
	capture->lent++;
}

static void viewer_to_camera(struct capture *capture)
{
	struct demo_return message;
	ssize_t length = kdmabuf_recv(capture->socket, NULL, NULL, &message,
				      sizeof(message));

	if (length == -ENODATA)
		errx(EXIT_FAILURE, "the viewer has gone");
	check(length, "receive from the viewer");
	if (length != sizeof(message) || message.buffer >= DEMO_BUFFERS)
		errx(EXIT_FAILURE, "the viewer has sent nonsense");
	give_to_camera(capture, message.buffer);
	capture->lent--;
}

static void run(struct capture *capture)
{
	while (capture->sent < capture->frames || capture->lent) {
		struct pollfd wait[] = {
			{ .fd = capture->socket, .events = POLLIN },
			{ .fd = capture->camera.fd, .events = POLLIN },
		};
		/* A camera without buffers has nothing to say. */
		bool waits_for_camera = capture->sent < capture->frames &&
					capture->lent < DEMO_BUFFERS;
		int ready = poll(wait, waits_for_camera ? 2 : 1,
				 DEMO_FRAME_TIMEOUT_SECONDS * 1000);

		if (ready < 0)
			err(EXIT_FAILURE, "poll");
		if (!ready)
			errx(EXIT_FAILURE, "%s: no frame in %d seconds",
			     waits_for_camera ? capture->camera.path :
						"the viewer",
			     DEMO_FRAME_TIMEOUT_SECONDS);
		if (wait[0].revents)
			viewer_to_camera(capture);
		if (waits_for_camera && wait[1].revents)
			camera_to_viewer(capture);
	}
}

int main(int argc, char **argv)
{
	struct capture capture = { 0 };

	if (argc < 3 || argc > 4)
		errx(2,
		     "usage: kdmabuf-demo-capture SOCKET-FD FRAMES [CAMERA]");
	capture.socket = atoi(argv[1]);
	capture.frames = atoi(argv[2]);

	open_camera(&capture, argv[3]);
	allocate_buffers(&capture);
	send_buffers(&capture);
	for (uint32_t buffer = 0; buffer < DEMO_BUFFERS; buffer++)
		give_to_camera(&capture, buffer);
	check(camera_start(&capture.camera), capture.camera.path);
	run(&capture);
	return EXIT_SUCCESS;
}
