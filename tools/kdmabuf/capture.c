// SPDX-License-Identifier: MIT
/*
 * kdmabuf capture: have a camera write a frame into a buffer
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../examples/camera.h"
#include "deadline.h"
#include "device.h"
#include "execute.h"
#include "number.h"
#include "picture_size.h"
#include "report.h"
#include "request.h"

/* As many as any driver wants to have before it begins. */
#define BUFFERS 4

#define TIMEOUT_SECONDS 30

struct capture_options {
	const char *device;
	struct camera_format format;
	uint64_t skip;
	const char *output;
	/* NULL: none. */
	char **command;
};

static int fail_open(const char *path, int error)
{
	const char *object = path ?: "/dev/video*";

	switch (error) {
	case -ENODEV:
		return fail(
			object, "find a camera", error,
			"no driver for one is loaded, nothing is plugged in, or its pictures are in several planes");
	case -EDOM:
		return fail(
			object, "find a camera", -ENODEV,
			"none writes that size and format to dma-bufs; 'v4l2-ctl --list-formats-ext' tells what it has");
	case -EACCES:
		return fail(
			object, "open", error,
			"only root and the members of the group video may use it");
	case -EBUSY:
		return fail(object, "set up", error,
			    "another program has the camera");
	default:
		return fail(object, "open", error, NULL);
	}
}

static int make_buffers(const struct camera *camera, int *fds)
{
	const struct request request = {
		.alloc.size = camera->frame_size,
		.alloc.address_bits = camera->address_bits,
		.alloc.name = "frame",
	};
	int device = open_device(), error;

	if (device < 0)
		return STATUS_FAILED;
	for (int i = 0; i < BUFFERS; i++) {
		fds[i] = allocate(device, &request);
		if (fds[i] < 0)
			return STATUS_FAILED;
		error = camera_queue(camera, i, fds[i]);
		if (error)
			return fail(camera->path, "give it a buffer", error,
				    NULL);
	}
	close(device);
	return STATUS_OK;
}

/*
 * Waits TIMEOUT_SECONDS for each frame that is not damaged. Returns a negative errno
 * if there is none.
 */
static int take_frame(const struct camera *camera, const int *fds,
		      uint64_t skip, struct camera_frame *frame)
{
	int error = camera_start(camera);
	double deadline = deadline_in(TIMEOUT_SECONDS);

	while (!error) {
		error = wait_until_readable(camera->fd, deadline);
		error = error ?: camera_dequeue(camera, frame);
		if (error)
			break;
		if (!frame->damaged && !skip)
			return camera_stop(camera);
		if (!frame->damaged) {
			skip--;
			deadline = deadline_in(TIMEOUT_SECONDS);
		}
		error = camera_queue(camera, frame->buffer, fds[frame->buffer]);
	}
	return error;
}

static int write_frame(const char *path, int fd, size_t size)
{
	FILE *file = fopen(path, "wbe");
	void *bytes;
	int error;

	if (!file)
		return fail(path, "open", -errno, NULL);
	error = kdmabuf_map(fd, 0, size, PROT_READ, &bytes);
	error = error ?: kdmabuf_begin_cpu_access(fd, DMA_BUF_SYNC_READ);
	if (!error && fwrite(bytes, 1, size, file) != size)
		error = -errno;
	error = error ?: kdmabuf_end_cpu_access(fd, DMA_BUF_SYNC_READ);
	if (fclose(file))
		error = error ?: -errno;
	return error ? fail(path, "write", error, NULL) : STATUS_OK;
}

static int run_command(char **command, const struct camera *camera, int fd,
		       uint32_t bytes)
{
	char format[FORMAT_TEXT_LENGTH], size[32], stride[16], length[16];

	snprintf(size, sizeof(size), "%ux%u", camera->format.width,
		 camera->format.height);
	snprintf(stride, sizeof(stride), "%u", camera->stride);
	snprintf(length, sizeof(length), "%u", bytes);
	setenv("KDMABUF_FORMAT", format_text(camera->format.pixels, format), 1);
	setenv("KDMABUF_SIZE", size, 1);
	setenv("KDMABUF_STRIDE", stride, 1);
	setenv("KDMABUF_BYTES", length, 1);
	return execute(command, &fd, 1);
}

static int use_frame(const struct capture_options *options,
		     const struct camera *camera, int fd, uint32_t bytes)
{
	char format[FORMAT_TEXT_LENGTH];
	int status;

	if (options->output) {
		status = write_frame(options->output, fd, bytes);
		if (status != STATUS_OK)
			return status;
	}
	if (options->command)
		return run_command(options->command, camera, fd, bytes);
	printf("%s: %s, %ux%u, %u bytes a line\n", camera->path,
	       format_text(camera->format.pixels, format), camera->format.width,
	       camera->format.height, camera->stride);
	return STATUS_OK;
}

static int capture(const struct capture_options *options)
{
	int fds[BUFFERS], status;
	struct camera_frame frame;
	struct camera camera;
	int error = camera_open(&camera, options->device, &options->format,
				BUFFERS);

	if (error)
		return fail_open(options->device, error);
	status = make_buffers(&camera, fds);
	if (status != STATUS_OK)
		return status;
	error = take_frame(&camera, fds, options->skip, &frame);
	if (error)
		return fail(camera.path, "capture", error, NULL);
	close(camera.fd);
	return use_frame(options, &camera, fds[frame.buffer], frame.bytes);
}

static int take_option(struct capture_options *options, int option,
		       const char *value)
{
	switch (option) {
	case 'd':
		options->device = value;
		return STATUS_OK;
	case 's':
		return take_picture_size(&options->format.width,
					 &options->format.height,
					 &capture_subcommand, value);
	case 'f':
		return take_format(&options->format.pixels, &capture_subcommand,
				   value);
	case 'k':
		if (!parse_number(value, INT_MAX, &options->skip))
			return usage_error(&capture_subcommand,
					   "bad --skip '%s': expected a number",
					   value);
		return STATUS_OK;
	case 'o':
		options->output = value;
		return STATUS_OK;
	default:
		return usage_hint(&capture_subcommand);
	}
}

static int capture_main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "size", required_argument, NULL, 's' },
		{ "format", required_argument, NULL, 'f' },
		{ "skip", required_argument, NULL, 'k' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct capture_options options = { 0 };
	int option, status;

	while ((option = getopt_long(argc, argv, "+d:s:f:k:o:h", long_options,
				     NULL)) >= 0) {
		if (option == 'h')
			return print_help(&capture_subcommand);
		status = take_option(&options, option, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind < argc)
		options.command = argv + optind;
	if (!options.command && !options.output)
		return usage_error(
			&capture_subcommand,
			"what is to be done with the frame: --output FILE, or -- COMMAND?");
	return capture(&options);
}

const struct subcommand capture_subcommand = {
	.name = "capture",
	.synopsis = "[OPTION]... [-- COMMAND [ARGUMENT]...]",
	.summary = "Have a camera write a frame into a new buffer",
	.remarks =
		"COMMAND has the buffer as its descriptor 3, as from 'kdmabuf run', and finds what\n"
		"is in it as KDMABUF_FORMAT, KDMABUF_SIZE, KDMABUF_STRIDE and KDMABUF_BYTES in its\n"
		"environment.\n",
	.options =
		"  -d, --device PATH  the camera, /dev/videoN; else the first that will do\n"
		"  -s, --size WxH     pixels; else as it is set\n"
		"  -f, --format NAME  of the pixels, as V4L2 calls it; else as it is set\n"
		"  -k, --skip N       let N frames go by first (0)\n"
		"  -o, --output FILE  write the bytes of the frame to it\n",
	.main = capture_main,
};
