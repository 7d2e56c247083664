// SPDX-License-Identifier: MIT
/*
 * kdmabuf info: what a descriptor stands for
 */
#include <errno.h>
#include <stdbool.h>

#include "description.h"
#include "descriptor.h"
#include "options.h"
#include "report.h"
#include "text.h"

static int fail_find(const char *object, int fd)
{
	switch (fd) {
	case -EINVAL:
		return usage_error(
			&info_subcommand,
			"'%s' is not a descriptor: expected a number or /proc/PID/fd/NUMBER",
			object);
	case -EBADF:
		return fail(
			object, "find", fd,
			"no such descriptor is open; ls -l /proc/PID/fd shows those that are");
	case -EPERM:
		return fail(
			object, "find", fd,
			"it takes the right to trace that process: the same user's, or root's");
	default:
		return fail(object, "find", fd, NULL);
	}
}

static int show(const char *object, bool json)
{
	struct description description;
	int error, status;
	int fd = find_descriptor(object);

	if (fd < 0)
		return fail_find(object, fd);
	error = describe(fd, &description);
	if (error)
		return fail_describe(object, error);

	status = STATUS_OK;
	if (json)
		status = print_json(description_json(&description));
	else
		print_description(&description);
	if (description.device_error)
		status = fail(
			"/dev/kdmabuf", "open", description.device_error,
			"without it only the kernel's general facts about '%s' can be shown",
			object);
	return status;
}

static int info_main(int argc, char **argv)
{
	bool json;
	int status;

	if (parse_json_option(&info_subcommand, argc, argv, &json, &status))
		return status;
	if (argc - optind != 1)
		return usage_error(&info_subcommand,
				   "info takes one descriptor, not %d",
				   argc - optind);
	return show(argv[optind], json);
}

const struct subcommand info_subcommand = {
	.name = "info",
	.synopsis = "FD|PATH [--json]",
	.summary = "Show what a dma-buf is",
	.remarks =
		"FD is the number of a descriptor that the command has inherited, as in\n"
		"  kdmabuf run 8M -- sh -c 'kdmabuf info 3'\n"
		"PATH is /proc/PID/fd/FD, for a descriptor of another process.\n"
		"\n"
		"Of dma-bufs of other exporters only what the kernel tells about all is shown.\n",
	.options =
		"  -j, --json         as a JSON object; sizes and offsets in bytes\n",
	.main = info_main,
};
