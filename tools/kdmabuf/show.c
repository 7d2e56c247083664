// SPDX-License-Identifier: MIT
/*
 * kdmabuf show: put a buffer on a display
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <kdmabuf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../examples/canvas.h"
#include "../examples/display.h"
#include "descriptor.h"
#include "device.h"
#include "hold.h"
#include "number.h"
#include "picture_size.h"
#include "report.h"
#include "request.h"

struct show_options {
	bool test_pattern;
	const char *device;
	struct display_image image;
	/* Negative: until standard input ends. */
	double hold;
};

static int fail_open(const struct show_options *options, int error)
{
	const char *object = options->device ?: "/dev/dri";
	char reason[64];

	switch (error) {
	case -ENOENT:
	case -ENODEV:
		return fail(
			object, "find a display", -ENODEV,
			"no driver for one is loaded, or nothing is plugged in");
	case -EDOM:
		snprintf(reason, sizeof(reason), "none has %ux%u pixels",
			 options->image.width, options->image.height);
		return fail_because(object, "find a display", reason);
	case -EACCES:
		return fail(
			object, "open", error,
			"only root and the members of the group video may use it");
	default:
		return fail(object, "open", error, NULL);
	}
}

static int fail_import(const struct display *display, const char *object,
		       int error)
{
	/* So far KMS has looked at the numbers only, not at the memory. */
	if (error == -EINVAL)
		return fail(
			object, "import for the display", error,
			"its driver does not take that format, size or stride");
	if (display->address_bits)
		return fail(
			object, "import for the display", error,
			"the display reaches addresses of %u bits: see 'kdmabuf run --address-bits'",
			display->address_bits);
	return fail(object, "import for the display", error,
		    "its driver cannot use that buffer");
}

/* Fills in what was not given: the image is as large as the display. */
static void complete(struct display_image *image, const struct display *display)
{
	image->width = display->mode.hdisplay;
	image->height = display->mode.vdisplay;
	if (!image->format)
		image->format = DRM_FORMAT_XRGB8888;
	if (!image->stride)
		image->stride = 4 * image->width;
}

/* Returns a descriptor of a buffer with a picture, or -1 after a complaint. */
static int draw(const struct display *display,
		const struct display_image *image)
{
	const struct request request = {
		.alloc.size = (uint64_t)image->stride * image->height,
		.alloc.address_bits = display->address_bits,
		.alloc.name = "test pattern",
	};
	struct canvas canvas = {
		.width = image->width,
		.height = image->height,
		.stride = image->stride,
	};
	int device = open_device(), error;
	void *pixels;

	if (device < 0)
		return -1;
	canvas.fd = allocate(device, &request);
	close(device);
	if (canvas.fd < 0)
		return -1;
	error = kdmabuf_map(canvas.fd, 0, request.alloc.size,
			    PROT_READ | PROT_WRITE, &pixels);
	if (error) {
		fail("test pattern", "map", error, NULL);
		return -1;
	}
	canvas.pixels = pixels;
	canvas_draw(&canvas, 0);
	return canvas.fd;
}

static int check_length(const char *object, const struct display_image *image)
{
	const uint64_t needed = (uint64_t)image->stride * image->height;
	off_t length = lseek(image->fd, 0, SEEK_END);
	char reason[128];

	if (length < 0)
		return fail(object, "find out its size", -errno,
			    "it is no dma-buf");
	if ((uint64_t)length >= needed)
		return STATUS_OK;
	snprintf(
		reason, sizeof(reason),
		"it has %jd bytes, %ux%u pixels are %ju: see --size and --stride",
		(intmax_t)length, image->width, image->height,
		(uintmax_t)needed);
	return fail_because(object, "show", reason);
}

static int fail_show(const struct display *display, int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
	case -EBUSY:
		return fail(
			display->path, "show", error,
			"another program, a desktop perhaps, has the display: use a text console");
	default:
		return fail(display->path, "show", error, NULL);
	}
}

static int show_image(const struct show_options *options, const char *object,
		      struct display *display,
		      const struct display_image *image)
{
	char format[FORMAT_TEXT_LENGTH];
	uint32_t framebuffer;
	int error = display_import(display, image, &framebuffer);

	if (error)
		return fail_import(display, object, error);
	error = display_show(display, framebuffer);
	if (error)
		return fail_show(display, error);
	printf("%s: %s, %ux%u\n", display->path,
	       format_text(image->format, format), image->width, image->height);
	if (fflush(stdout))
		return fail("standard output", "write", -errno, NULL);
	hold(options->hold);
	return STATUS_OK;
}

static int show(const struct show_options *options, const char *object)
{
	struct display_image image = options->image;
	struct display display;
	int status = STATUS_OK;
	int error = display_open(&display, options->device, image.width,
				 image.height);

	if (error)
		return fail_open(options, error);
	complete(&image, &display);
	if (options->test_pattern) {
		image.fd = draw(&display, &image);
		if (image.fd < 0)
			status = STATUS_FAILED;
	} else {
		status = check_length(object, &image);
	}
	if (status == STATUS_OK)
		status = show_image(options, object, &display, &image);
	display_close(&display);
	return status;
}

/* What <drm_fourcc.h> has in more than one plane. */
static bool has_planes(const char *format)
{
	static const char *const formats[] = {
		"NV12", "NV21", "NV16", "NV61", "NV24", "NV42", "NV15", "NV20",
		"NV30", "P010", "P012", "P016", "P030", "P210", "P230", "Q401",
		"Q410", "S010", "S012", "S016", "S210", "S212", "S216", "S410",
		"S412", "S416", "T430", "YUV9", "YVU9", "YU11", "YV11", "YU12",
		"YV12", "YU16", "YV16", "YU24", "YV24", "XRA8", "XBA8", "RXA8",
		"BXA8", "R8A8", "B8A8", "R5A8", "B5A8",
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(format, formats[i]))
			return true;
	return false;
}

static int take_option(struct show_options *options, int option,
		       const char *value)
{
	uint64_t number = 0;

	switch (option) {
	case 'p':
		options->test_pattern = true;
		return STATUS_OK;
	case 'd':
		options->device = value;
		return STATUS_OK;
	case 's':
		return take_picture_size(&options->image.width,
					 &options->image.height,
					 &show_subcommand, value);
	case 'f':
		if (has_planes(value))
			return usage_error(
				&show_subcommand,
				"bad --format '%s': its pixels are in several planes, a buffer is shown as one",
				value);
		return take_format(&options->image.format, &show_subcommand,
				   value);
	case 'b':
		if (!parse_number(value, UINT32_MAX, &number) || !number)
			return usage_error(
				&show_subcommand,
				"bad --stride '%s': expected bytes from one line to the next",
				value);
		options->image.stride = number;
		return STATUS_OK;
	case 't':
		if (!parse_seconds(value, &options->hold))
			return usage_error(
				&show_subcommand,
				"bad --hold '%s': expected seconds or 'inf'",
				value);
		return STATUS_OK;
	default:
		return usage_hint(&show_subcommand);
	}
}

static int show_main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "test-pattern", no_argument, NULL, 'p' },
		{ "device", required_argument, NULL, 'd' },
		{ "size", required_argument, NULL, 's' },
		{ "format", required_argument, NULL, 'f' },
		{ "stride", required_argument, NULL, 'b' },
		{ "hold", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct show_options options = { .hold = -1 };
	int option, status;

	while ((option = getopt_long(argc, argv, "pd:s:f:b:t:h", long_options,
				     NULL)) >= 0) {
		if (option == 'h')
			return print_help(&show_subcommand);
		status = take_option(&options, option, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (!options.test_pattern) {
		options.image.fd =
			take_descriptor(&show_subcommand, argc, argv, &status);
		return options.image.fd < 0 ? status :
					      show(&options, argv[optind]);
	}
	if (optind < argc || options.image.format || options.image.stride)
		return usage_error(
			&show_subcommand,
			"--test-pattern goes with no descriptor, --format or --stride");
	return show(&options, "test pattern");
}

const struct subcommand show_subcommand = {
	.name = "show",
	.synopsis = "FD|PATH|--test-pattern [OPTION]...",
	.summary = "Put a buffer on a display",
	.remarks =
		"FD and PATH are as for 'kdmabuf info', of any exporter. Shows it until standard\n"
		"input ends, or as long as --hold says. Needs a console without a desktop.\n",
	.options =
		"  -p, --test-pattern show a picture in a new buffer that the display reaches\n"
		"  -d, --device PATH  the display, /dev/dri/cardN; else the first in use\n"
		"  -s, --size WxH     pixels, of the buffer and of the display; else the\n"
		"                     display's own\n"
		"  -f, --format NAME  of the pixels, in one plane, as DRM calls it (XR24)\n"
		"  -b, --stride BYTES from one line to the next (4 a pixel)\n"
		"  -t, --hold SECONDS show it that long; inf: for ever\n",
	.main = show_main,
};
