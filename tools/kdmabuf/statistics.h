/* SPDX-License-Identifier: MIT */
/*
 * What several measurements of the same come to
 */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <stdint.h>

struct statistics {
	int64_t median;
	int64_t least;
	int64_t most;
};

/* Of @count values, at least one, which get sorted. */
struct statistics statistics_of(int64_t *values, unsigned int count);

/* How far apart least and most are, in per cent of the median. */
double spread_of(const struct statistics *statistics);

#endif /* STATISTICS_H */
