// SPDX-License-Identifier: MIT
/*
 * A bar that tells people at a terminal how far long work is
 */
#include <stdio.h>
#include <unistd.h>

#include "progress.h"

#define WIDTH 30
/* The escape sequence clears the rest of the line. */
#define CLEAR "\r\033[K"

static const char bar[] = "##############################";

void progress_show(unsigned int done, unsigned int total, const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, CLEAR "[%-*.*s] %3u %% %s", WIDTH,
			(int)(WIDTH * done / total), bar, 100 * done / total,
			what);
}

void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs(CLEAR, stderr);
}
