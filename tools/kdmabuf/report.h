/* SPDX-License-Identifier: MIT */
/*
 * Complaints on standard error, each of which returns the exit status to end with
 */
#ifndef REPORT_H
#define REPORT_H

#include "subcommand.h"

/*
 * "kdmabuf: object: operation: reason", where the reason is that of the negative
 * errno @error, and in a line of its own what to do about it unless @hint is NULL.
 */
int fail(const char *object, const char *operation, int error, const char *hint,
	 ...) __attribute__((format(printf, 4, 5)));

/* The same for what no errno stands for. */
int fail_because(const char *object, const char *operation, const char *reason);

/* "kdmabuf subcommand: message", and where to find help. */
int usage_error(const struct subcommand *subcommand, const char *message, ...)
	__attribute__((format(printf, 2, 3)));

/* Only where to find help, after a message of getopt_long(). */
int usage_hint(const struct subcommand *subcommand);

#endif /* REPORT_H */
