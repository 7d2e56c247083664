// SPDX-License-Identifier: MIT
/*
 * Memory as users map it and touch it
 */
#include <errno.h>
#include <kdmabuf.h>

#include "touch.h"

#define STRIDE 4096

int map_whole(int fd, uint64_t size, bool by_library, void **address)
{
	if (by_library)
		return kdmabuf_map(fd, 0, size, PROT_READ | PROT_WRITE,
				   address);
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return *address == MAP_FAILED ? -errno : 0;
}

void touch(char *bytes, uint64_t size)
{
	for (uint64_t i = 0; i < size; i += STRIDE)
		bytes[i] = 1;
}

unsigned int reread(const char *bytes, uint64_t size)
{
	unsigned int sum = 0;

	for (uint64_t i = 0; i < size; i += STRIDE)
		sum += bytes[i];
	return sum;
}
