// SPDX-License-Identifier: MIT
/*
 * How long buffers are held, or shown
 */
#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "hold.h"

static void wait_for_end_of_input(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char discarded[256];

	/* poll(): a background job may wait at a terminal, but not read it. */
	while (poll(&input, 1, -1) < 0 ||
	       read(STDIN_FILENO, discarded, sizeof(discarded)) > 0)
		;
}

void hold(double seconds)
{
	struct timespec time;

	if (seconds < 0) {
		wait_for_end_of_input();
	} else if (seconds > INT_MAX) {
		pause();
	} else {
		time.tv_sec = seconds;
		time.tv_nsec = (seconds - time.tv_sec) * 1e9;
		nanosleep(&time, NULL);
	}
}
