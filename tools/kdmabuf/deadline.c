// SPDX-License-Identifier: MIT
/*
 * Waiting until a point in time, not longer, however often it is interrupted
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

#include "deadline.h"

double deadline_in(double seconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9 + seconds;
}

double time_left(double deadline)
{
	double left = deadline - deadline_in(0);

	return left > 0 ? left : 0;
}

int wait_until_readable(int fd, double deadline)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	double milliseconds;
	int ready;

	do {
		milliseconds = time_left(deadline) * 1000;
		ready = poll(&wait, 1,
			     milliseconds < INT_MAX ? (int)milliseconds : -1);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return ready ? 0 : -ETIMEDOUT;
}
