// SPDX-License-Identifier: MIT
/*
 * kdmabuf info: what a descriptor stands for
 */
#include <stdbool.h>

#include "description.h"
#include "descriptor.h"
#include "options.h"
#include "report.h"
#include "text.h"

static int show(const char *object, int fd, bool json)
{
	struct description description;
	int error, status;

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
	int fd;

	if (parse_json_option(&info_subcommand, argc, argv, &json, &status))
		return status;
	fd = take_descriptor(&info_subcommand, argc, argv, &status);
	return fd < 0 ? status : show(argv[optind], fd, json);
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
