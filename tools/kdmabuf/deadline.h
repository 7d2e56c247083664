/* SPDX-License-Identifier: MIT */
/*
 * Waiting until a point in time, not longer, however often it is interrupted
 */
#ifndef DEADLINE_H
#define DEADLINE_H

/* @seconds from now; INFINITY is never. */
double deadline_in(double seconds);

/* Seconds until @deadline, not negative. */
double time_left(double deadline);

/* Returns 0, -ETIMEDOUT or what poll() says. */
int wait_until_readable(int fd, double deadline);

#endif /* DEADLINE_H */
