// SPDX-License-Identifier: MIT
/*
 * kdmabuf run: become a command that has a buffer
 */
#include <unistd.h>

#include "device.h"
#include "execute.h"
#include "report.h"
#include "request.h"

static int run(const struct request *request, char **command)
{
	int device = open_device();
	int fd;

	if (device < 0)
		return STATUS_FAILED;
	fd = allocate(device, request);
	close(device);
	return fd < 0 ? STATUS_FAILED : execute(command, &fd, 1);
}

static int run_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct option options[OPTIONS_MAX];
	struct request request = { 0 };
	int option, status;

	join_options(options, own, request_options);
	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (option == 'h')
			return print_help(&run_subcommand);
		status = request_option(&request, &run_subcommand, option,
					optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind == argc)
		return usage_error(&run_subcommand, "no SIZE given");
	status = request_size(&request, &run_subcommand, argv[optind++]);
	if (status != STATUS_OK)
		return status;
	if (optind == argc)
		return usage_error(
			&run_subcommand,
			"no command given: kdmabuf run SIZE -- COMMAND");
	return run(&request, argv + optind);
}

const struct subcommand run_subcommand = {
	.name = "run",
	.synopsis = "SIZE [OPTION]... -- COMMAND [ARGUMENT]...",
	.summary = "Run a command with a new buffer as its descriptor 3",
	.remarks =
		"COMMAND finds 3 in its environment as KDMABUF_FD. The exit status is COMMAND's;\n"
		"126 if it cannot be executed, 127 if it is not found. SIZE is in bytes; with\n"
		"K, M, G or T in KiB, MiB, GiB or TiB.\n",
	.shared_options = request_options_help,
	.options = "",
	.main = run_main,
};
