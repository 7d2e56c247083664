// SPDX-License-Identifier: MIT
/*
 * Complaints: what failed, why, and what to do about it
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

int fail_because(const char *object, const char *operation, const char *reason)
{
	fprintf(stderr, "kdmabuf: %s: %s: %s\n", object, operation, reason);
	return STATUS_FAILED;
}

int fail(const char *object, const char *operation, int error, const char *hint,
	 ...)
{
	va_list values;

	fail_because(object, operation, strerror(-error));
	if (hint) {
		va_start(values, hint);
		fputs("  ", stderr);
		vfprintf(stderr, hint, values);
		fputc('\n', stderr);
		va_end(values);
	}
	return STATUS_FAILED;
}

int usage_hint(const struct subcommand *subcommand)
{
	if (subcommand)
		fprintf(stderr, "Try 'kdmabuf %s --help'.\n", subcommand->name);
	else
		fputs("Try 'kdmabuf --help'.\n", stderr);
	return STATUS_USAGE;
}

int usage_error(const struct subcommand *subcommand, const char *message, ...)
{
	va_list values;

	va_start(values, message);
	fputs("kdmabuf: ", stderr);
	vfprintf(stderr, message, values);
	fputc('\n', stderr);
	va_end(values);
	return usage_hint(subcommand);
}
