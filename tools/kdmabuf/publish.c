// SPDX-License-Identifier: MIT
/*
 * kdmabuf publish: let others open a buffer by its id
 */
#include <errno.h>
#include <getopt.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <unistd.h>

#include "descriptor.h"
#include "device.h"
#include "mode.h"
#include "report.h"

#define DEFAULT_MODE 0600

/* What each errno of KDMABUF_IOCTL_PUBLISH means here. */
static int fail_publish(const char *object, int error)
{
	static const char operation[] = "publish";

	switch (error) {
	case -EMEDIUMTYPE:
		return fail(object, operation, error,
			    "it is no dma-buf, or not one of kdmabuf");
	case -EDOM:
		return fail(object, operation, error,
			    "who may write has to be allowed to read, too");
	case -EACCES:
		return fail(
			object, operation, error,
			"it takes a descriptor to the whole buffer, for reading and writing");
	case -EPERM:
		return fail(object, operation, error,
			    "another user has allocated the buffer");
	default:
		return fail(object, operation, error, NULL);
	}
}

static int publish(const char *object, int fd, uint32_t mode)
{
	int device = open_device();
	uint64_t id;
	int error;

	if (device < 0)
		return STATUS_FAILED;
	error = kdmabuf_publish(device, fd, mode, &id);
	close(device);
	if (error)
		return fail_publish(object, error);
	printf("%ju\n", (uintmax_t)id);
	return STATUS_OK;
}

static int publish_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	uint32_t mode = DEFAULT_MODE;
	int option, status, fd;

	while ((option = getopt_long(argc, argv, "m:h", options, NULL)) >= 0) {
		switch (option) {
		case 'm':
			if (!parse_mode(optarg, &mode))
				return usage_error(
					&publish_subcommand,
					"bad --mode '%s': expected octal digits, of 4 and 2, as 0640",
					optarg);
			break;
		case 'h':
			return print_help(&publish_subcommand);
		default:
			return usage_hint(&publish_subcommand);
		}
	}
	fd = take_descriptor(&publish_subcommand, argc, argv, &status);
	return fd < 0 ? status : publish(argv[optind], fd, mode);
}

const struct subcommand publish_subcommand = {
	.name = "publish",
	.synopsis = "FD|PATH [OPTION]...",
	.summary = "Let others open a buffer by its id, and print that",
	.remarks =
		"FD and PATH are as for 'kdmabuf info'. The publication ends with the buffer, or\n"
		"with --mode 0. 'kdmabuf open' opens it.\n",
	.options =
		"  -m, --mode MODE    who may, as of a file: 4 to read, 6 to write too, for the\n"
		"                     user who allocated it, the group, and others (0600)\n",
	.main = publish_main,
};
