// SPDX-License-Identifier: MIT
/*
 * kdmabuf open: a descriptor to a buffer that is known by its id
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "description.h"
#include "device.h"
#include "execute.h"
#include "number.h"
#include "options.h"
#include "report.h"
#include "text.h"

struct open_options {
	const char *object;
	uint64_t id;
	bool read_only;
	bool json;
	char **command;
};

static int show(int fd, bool json)
{
	struct description description;
	int status = describe_all(&fd, 1, &description);

	if (status != STATUS_OK)
		return status;
	if (json)
		return print_json(description_json(&description));
	print_description(&description);
	return STATUS_OK;
}

/* The descriptor is closed by exit, or the command has it. */
static int open_and_use(const struct open_options *options)
{
	int device = open_device();
	int fd;

	if (device < 0)
		return STATUS_FAILED;
	fd = kdmabuf_open_id(device, options->id,
			     options->read_only ? O_RDONLY : O_RDWR);
	close(device);
	if (fd < 0)
		return fail(
			options->object, "open", fd,
			fd == -ENOENT ?
				"no such buffer is there for this user; see 'kdmabuf list'" :
				NULL);
	return *options->command ? execute(options->command, &fd, 1) :
				   show(fd, options->json);
}

static int open_main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "read-only", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct open_options options = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "rjh", long_options, NULL)) >=
	       0) {
		switch (option) {
		case 'r':
			options.read_only = true;
			break;
		case 'j':
			options.json = true;
			break;
		case 'h':
			return print_help(&open_subcommand);
		default:
			return usage_hint(&open_subcommand);
		}
	}
	if (optind == argc)
		return usage_error(&open_subcommand, "no ID given");
	options.object = argv[optind++];
	if (!parse_number(options.object, UINT64_MAX, &options.id))
		return usage_error(&open_subcommand,
				   "'%s' is not an id: expected a number",
				   options.object);
	options.command = argv + optind;
	return open_and_use(&options);
}

const struct subcommand open_subcommand = {
	.name = "open",
	.synopsis = "ID [OPTION]... [-- COMMAND [ARGUMENT]...]",
	.summary =
		"Open a published buffer and show it, or run a command with it",
	.remarks =
		"ID is what 'kdmabuf publish' printed. COMMAND gets the buffer as its descriptor\n"
		"3, as from 'kdmabuf run'; read-only if no more is allowed. Without COMMAND it is\n"
		"shown as by 'kdmabuf info'.\n",
	.options = "  -r, --read-only    not to write, though it be allowed\n"
		   "  -j, --json         without COMMAND: show as JSON\n",
	.main = open_main,
};
