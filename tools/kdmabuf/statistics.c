// SPDX-License-Identifier: MIT
/*
 * What several measurements of the same come to
 */
#include <math.h>
#include <stdlib.h>

#include "statistics.h"

static int compare(const void *one, const void *other)
{
	int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return (a > b) - (a < b);
}

struct statistics statistics_of(int64_t *values, unsigned int count)
{
	unsigned int middle = count / 2;
	int64_t median;

	qsort(values, count, sizeof(*values), compare);
	median = values[middle];
	if (count % 2 == 0)
		median = (values[middle - 1] + median) / 2;
	return (struct statistics){
		.median = median,
		.least = values[0],
		.most = values[count - 1],
	};
}

double spread_of(const struct statistics *statistics)
{
	if (!statistics->median)
		return statistics->most == statistics->least ? 0 : INFINITY;
	return 100.0 * (statistics->most - statistics->least) /
	       llabs(statistics->median);
}
