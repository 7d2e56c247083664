// SPDX-License-Identifier: MIT
/*
 * What the exporter tells of its pool in debugfs: lines of a name and a number
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pool.h"

#define PATH "/sys/kernel/debug/kdmabuf/pool"

/* Microseconds, and how many of them at most. */
#define PAUSE 20000
#define PAUSES_MAX 500

bool pool_value(const char *name, uint64_t *value)
{
	FILE *file = fopen(PATH, "re");
	bool found = false;
	char key[64];

	if (!file)
		return false;
	while (!found && fscanf(file, "%63s %" SCNu64, key, value) == 2)
		found = !strcmp(key, name);
	fclose(file);
	return found;
}

void pool_settle(void)
{
	uint64_t dirty;
	int pauses = 0;

	do {
		usleep(PAUSE);
	} while (pool_value(POOL_DIRTY, &dirty) && dirty &&
		 ++pauses < PAUSES_MAX);
}
