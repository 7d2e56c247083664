/* SPDX-License-Identifier: MIT */
/*
 * One end of a conversation over a Unix socket that is named by a path
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>

#include "options.h"

struct endpoint {
	/* In the file system, or "@name" for the abstract namespace. */
	const char *path;
	/* Make the socket and wait for a peer, or connect to one that did. */
	bool listens;
	/* Seconds for everything, INFINITY for no limit. */
	double timeout;
};

/* For getopt_long() and --help. */
extern const struct option endpoint_options[];
extern const char endpoint_options_help[];

#define ENDPOINT_DEFAULT_TIMEOUT 30

/* Takes one of those options. Returns STATUS_OK, or complains. */
int endpoint_option(struct endpoint *endpoint,
		    const struct subcommand *subcommand, int option,
		    const char *value);

/*
 * Returns a connected socket, on which sending and receiving time out, too; or -1
 * after a complaint.
 */
int connect_endpoint(const struct endpoint *endpoint);

/* As fail(), calling a timeout by its name. */
int fail_endpoint(const struct endpoint *endpoint, const char *operation,
		  int error);

#endif /* ENDPOINT_H */
