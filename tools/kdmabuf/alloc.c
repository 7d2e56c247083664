// SPDX-License-Identifier: MIT
/*
 * kdmabuf alloc: allocate buffers, show them and keep them for a while
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "description.h"
#include "device.h"
#include "hold.h"
#include "number.h"
#include "report.h"
#include "request.h"
#include "text.h"

struct alloc_options {
	struct request request;
	uint64_t count;
	/* Negative: until standard input ends. */
	double hold;
	bool json;
};

static int show_and_hold(const struct alloc_options *options, const int *fds,
			 struct description *descriptions)
{
	int status = describe_all(fds, options->count, descriptions);

	if (status != STATUS_OK)
		return status;
	if (options->json)
		status = print_json(
			descriptions_json(descriptions, options->count));
	else
		print_descriptions(descriptions, options->count);
	if (fflush(stdout))
		return fail("standard output", "write", -errno, NULL);
	hold(options->hold);
	return status;
}

static int allocate_all(const struct alloc_options *options, int *fds)
{
	int device = open_device();
	int status = STATUS_OK;

	if (device < 0)
		return STATUS_FAILED;
	for (uint64_t i = 0; i < options->count; i++) {
		fds[i] = allocate(device, &options->request);
		if (fds[i] < 0) {
			status = STATUS_FAILED;
			break;
		}
	}
	close(device);
	return status;
}

/* The descriptors are closed by exit, after the last message. */
static int alloc(const struct alloc_options *options)
{
	struct description *descriptions;
	int status;
	int *fds;

	fds = calloc(options->count, sizeof(*fds));
	descriptions = calloc(options->count, sizeof(*descriptions));
	if (!fds || !descriptions)
		status = fail("descriptions", "allocate", -ENOMEM, NULL);
	else
		status = allocate_all(options, fds);
	if (status == STATUS_OK)
		status = show_and_hold(options, fds, descriptions);
	free(descriptions);
	free(fds);
	return status;
}

static int alloc_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "count", required_argument, NULL, 'n' },
		{ "hold", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct option long_options[OPTIONS_MAX];
	struct alloc_options options = { .count = 1, .hold = -1 };
	int option, status;

	join_options(long_options, own, request_options);
	while ((option = getopt_long(argc, argv, "n:t:jh", long_options,
				     NULL)) >= 0) {
		switch (option) {
		case 'n':
			if (!parse_number(optarg, INT_MAX, &options.count) ||
			    !options.count)
				return usage_error(
					&alloc_subcommand,
					"bad --count '%s': expected a number from 1",
					optarg);
			break;
		case 't':
			if (!parse_seconds(optarg, &options.hold))
				return usage_error(
					&alloc_subcommand,
					"bad --hold '%s': expected seconds or 'inf'",
					optarg);
			break;
		case 'j':
			options.json = true;
			break;
		case 'h':
			return print_help(&alloc_subcommand);
		default:
			status = request_option(&options.request,
						&alloc_subcommand, option,
						optarg);
			if (status != STATUS_OK)
				return status;
		}
	}
	if (optind == argc)
		return usage_error(&alloc_subcommand, "no SIZE given");
	if (optind + 1 < argc)
		return usage_error(
			&alloc_subcommand,
			"one SIZE is enough: '%s'; for a command with the buffer see 'kdmabuf run'",
			argv[optind + 1]);
	status =
		request_size(&options.request, &alloc_subcommand, argv[optind]);
	return status == STATUS_OK ? alloc(&options) : status;
}

const struct subcommand alloc_subcommand = {
	.name = "alloc",
	.synopsis = "SIZE [OPTION]...",
	.summary = "Allocate buffers, show them and hold them",
	.remarks =
		"Holds them until standard input ends, or as long as --hold says. SIZE is in\n"
		"bytes; with K, M, G or T in KiB, MiB, GiB or TiB.\n",
	.shared_options = request_options_help,
	.options =
		"  -n, --count N      allocate N buffers alike (1)\n"
		"  -t, --hold SECONDS hold them that long; 0: not at all, inf: for ever\n"
		"  -j, --json         show them as a JSON array\n",
	.main = alloc_main,
};
