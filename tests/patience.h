/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for what happens a moment later, elsewhere. */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#include <unistd.h>

/* Looks every 10 ms; false if it has not come true in so many seconds. */
#define COMES_TRUE(condition, seconds)               \
	({                                           \
		int looks_ = 100 * (seconds);        \
		while (looks_-- > 0 && !(condition)) \
			usleep(10000);               \
		looks_ >= 0;                         \
	})

#endif /* TESTS_PATIENCE_H */
