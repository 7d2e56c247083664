// SPDX-License-Identifier: MIT
/*
 * kdmabuf send: hand descriptors to another process
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "endpoint.h"
#include "number.h"
#include "report.h"

#define DEFAULT_FD 3

struct send_options {
	struct endpoint endpoint;
	int fds[KDMABUF_FDS_MAX];
	size_t count;
	const char *message;
};

static int add_descriptor(struct send_options *options, const char *text)
{
	uint64_t fd = 0;

	if (!parse_number(text, INT_MAX, &fd))
		return usage_error(
			&send_subcommand,
			"bad --fd '%s': expected a descriptor's number", text);
	if (options->count == KDMABUF_FDS_MAX)
		return usage_error(&send_subcommand,
				   "more than %d descriptors for one message",
				   KDMABUF_FDS_MAX);
	options->fds[options->count++] = fd;
	return STATUS_OK;
}

/* Before sockets are opened, which could get the number of a closed one. */
static int check_descriptors(const struct send_options *options)
{
	char object[32];

	for (size_t i = 0; i < options->count; i++) {
		if (fcntl(options->fds[i], F_GETFD) >= 0)
			continue;
		snprintf(object, sizeof(object), "descriptor %d",
			 options->fds[i]);
		return fail(object, "send", -errno,
			    "it is not open here; --fd chooses another");
	}
	return STATUS_OK;
}

static int send_all(const struct send_options *options)
{
	int peer, error;

	if (check_descriptors(options) != STATUS_OK)
		return STATUS_FAILED;
	peer = connect_endpoint(&options->endpoint);
	if (peer < 0)
		return STATUS_FAILED;
	error = kdmabuf_send(peer, options->fds, options->count,
			     options->message, strlen(options->message));
	close(peer);
	return error ? fail_endpoint(&options->endpoint, "send", error) :
		       STATUS_OK;
}

static int send_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "fd", required_argument, NULL, 'f' },
		{ "message", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct option long_options[OPTIONS_MAX];
	struct send_options options = {
		.endpoint.timeout = ENDPOINT_DEFAULT_TIMEOUT,
		.message = "",
	};
	int option, status;

	join_options(long_options, own, endpoint_options);
	while ((option = getopt_long(argc, argv, "f:m:h", long_options,
				     NULL)) >= 0) {
		status = STATUS_OK;
		switch (option) {
		case 'f':
			status = add_descriptor(&options, optarg);
			break;
		case 'm':
			options.message = optarg;
			break;
		case 'h':
			return print_help(&send_subcommand);
		default:
			status = endpoint_option(&options.endpoint,
						 &send_subcommand, option,
						 optarg);
		}
		if (status != STATUS_OK)
			return status;
	}
	if (argc - optind != 1)
		return usage_error(&send_subcommand,
				   "send takes one SOCKET, not %d",
				   argc - optind);
	options.endpoint.path = argv[optind];
	if (!options.count)
		options.fds[options.count++] = DEFAULT_FD;
	return send_all(&options);
}

const struct subcommand send_subcommand = {
	.name = "send",
	.synopsis = "SOCKET [OPTION]...",
	.summary = "Send inherited descriptors to another process",
	.remarks =
		"SOCKET is the path of a Unix socket (SOCK_SEQPACKET), or @NAME for one that is\n"
		"in no file system. 'kdmabuf recv' listens there, or any program. --connect is\n"
		"the default.\n",
	.shared_options = endpoint_options_help,
	.options =
		"  -f, --fd N         send descriptor N (3); may be repeated\n"
		"  -m, --message TEXT send TEXT with it\n",
	.main = send_main,
};
