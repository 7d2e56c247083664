// SPDX-License-Identifier: MIT
/*
 * kdmabuf recv: receive descriptors from another process
 */
#include <errno.h>
#include <kdmabuf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "description.h"
#include "endpoint.h"
#include "execute.h"
#include "report.h"
#include "text.h"

#define MESSAGE_SIZE_MAX 4096

struct recv_options {
	struct endpoint endpoint;
	bool json;
	char **command;
};

struct received {
	int fds[KDMABUF_FDS_MAX];
	size_t count;
	char message[MESSAGE_SIZE_MAX + 1];
};

static int receive(const struct endpoint *endpoint, struct received *received)
{
	int peer = connect_endpoint(endpoint);
	ssize_t length;

	if (peer < 0)
		return STATUS_FAILED;
	received->count = KDMABUF_FDS_MAX;
	length = kdmabuf_recv(peer, received->fds, &received->count,
			      received->message, MESSAGE_SIZE_MAX);
	close(peer);
	if (length < 0)
		return fail_endpoint(endpoint, "receive", length);
	received->message[length] = '\0';
	if (!received->count)
		return fail(endpoint->path, "receive", -ENOMSG,
			    "the peer has sent text, but no descriptor");
	return STATUS_OK;
}

static int show_json(const struct received *received,
		     const struct description *descriptions)
{
	json_t *json = json_object();

	json_put(&json, "message", json_text(received->message));
	json_put(&json, "buffers",
		 descriptions_json(descriptions, received->count));
	return print_json(json);
}

static int show_text(const struct received *received,
		     const struct description *descriptions)
{
	if (*received->message) {
		printf("message           ");
		print_text(received->message);
		putchar('\n');
	}
	print_descriptions(descriptions, received->count);
	return STATUS_OK;
}

static int show(const struct received *received, bool json)
{
	struct description *descriptions;
	int status;

	descriptions = calloc(received->count, sizeof(*descriptions));
	if (!descriptions)
		return fail("descriptions", "allocate", -ENOMEM, NULL);
	status = describe_all(received->fds, received->count, descriptions);
	if (status == STATUS_OK)
		status = json ? show_json(received, descriptions) :
				show_text(received, descriptions);
	free(descriptions);
	return status;
}

/* The descriptors are closed by exit, or the command has them. */
static int receive_and_use(const struct recv_options *options)
{
	struct received received;
	int status = receive(&options->endpoint, &received);

	if (status != STATUS_OK)
		return status;
	if (!*options->command)
		return show(&received, options->json);
	if (setenv("KDMABUF_MESSAGE", received.message, 1))
		return fail("KDMABUF_MESSAGE", "set", -errno, NULL);
	return execute(options->command, received.fds, received.count);
}

static int recv_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct option long_options[OPTIONS_MAX];
	struct recv_options options = {
		.endpoint.listens = true,
		.endpoint.timeout = ENDPOINT_DEFAULT_TIMEOUT,
	};
	int option, status;

	join_options(long_options, own, endpoint_options);
	while ((option = getopt_long(argc, argv, "jh", long_options, NULL)) >=
	       0) {
		switch (option) {
		case 'j':
			options.json = true;
			break;
		case 'h':
			return print_help(&recv_subcommand);
		default:
			status = endpoint_option(&options.endpoint,
						 &recv_subcommand, option,
						 optarg);
			if (status != STATUS_OK)
				return status;
		}
	}
	if (optind == argc)
		return usage_error(&recv_subcommand, "no SOCKET given");
	options.endpoint.path = argv[optind++];
	options.command = argv + optind;
	return receive_and_use(&options);
}

const struct subcommand recv_subcommand = {
	.name = "recv",
	.synopsis = "SOCKET [OPTION]... [-- COMMAND [ARGUMENT]...]",
	.summary =
		"Receive descriptors and show them, or run a command with them",
	.remarks =
		"SOCKET is the path of a Unix socket (SOCK_SEQPACKET), or @NAME for one that is\n"
		"in no file system. COMMAND gets the descriptors as 3, 4 and so on, and finds in\n"
		"its environment 3 as KDMABUF_FD, their number as KDMABUF_FDS, and the text that\n"
		"came with them as KDMABUF_MESSAGE. Without COMMAND they are shown as by\n"
		"'kdmabuf info'. --listen is the default.\n",
	.shared_options = endpoint_options_help,
	.options = "  -j, --json         without COMMAND: show as JSON\n",
	.main = recv_main,
};
