/* SPDX-License-Identifier: MIT */
#ifndef CHECK_H
#define CHECK_H

#include <err.h>
#include <errno.h>
#include <stdlib.h>

/* Ends the process if a function has returned a negative errno. */
static inline void check(int error, const char *what)
{
	if (error >= 0)
		return;
	errno = -error;
	err(EXIT_FAILURE, "%s", what);
}

#endif /* CHECK_H */
