/* SPDX-License-Identifier: GPL-2.0 */
/* The machine's memory as a whole. */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <stdio.h>

#include "node.h"

/* The number that follows @name in a file such as /proc/meminfo, or 0. */
static inline unsigned long read_counter(const char *path, const char *name)
{
	size_t length = strlen(name);
	unsigned long number = 0;
	char line[128];
	FILE *file = fopen(path, "re");

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length))
			sscanf(line + length, "%lu", &number);
	if (file)
		fclose(file);
	return number;
}

/* Bytes that the machine has to spare. */
static inline uint64_t available(int node)
{
	drain_lists(node);
	return KIB(read_counter("/proc/meminfo", "MemAvailable:"));
}

#endif /* TESTS_MEMORY_H */
