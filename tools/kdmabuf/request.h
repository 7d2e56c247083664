/* SPDX-License-Identifier: MIT */
/*
 * The buffer that alloc and run are asked for, and its allocation
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <kdmabuf.h>
#include <stdbool.h>

#include "options.h"

struct request {
	struct kdmabuf_alloc alloc;
	bool read_only;
};

/* For getopt_long() and --help. */
extern const struct option request_options[];
extern const char request_options_help[];

/*
 * Takes one of those options, or the size. Return STATUS_OK, or STATUS_USAGE
 * after a complaint.
 */
int request_option(struct request *request, const struct subcommand *subcommand,
		   int option, const char *value);
int request_size(struct request *request, const struct subcommand *subcommand,
		 const char *text);

/* Returns a descriptor, with FD_CLOEXEC set, or -1 after a complaint. */
int allocate(int device, const struct request *request);

#endif /* REQUEST_H */
