// SPDX-License-Identifier: MIT
/*
 * What the kernel tells in lines such as "MemAvailable:  123456 kB"
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "procfs.h"

uint64_t procfs_bytes(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(key);
	uint64_t kib = 0;
	char line[256];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, length) &&
		    sscanf(line + length, ": %" SCNu64 " kB", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}
