/* SPDX-License-Identifier: MIT */
/*
 * Memory as users map it and touch it
 */
#ifndef TOUCH_H
#define TOUCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Maps all of @fd for reading and writing, by kdmabuf_map() or by plain mmap().
 * Returns 0 or a negative errno.
 */
int map_whole(int fd, uint64_t size, bool by_library, void **address);

/* Writes the first byte of each 4 KiB. */
void touch(char *bytes, uint64_t size);

/* Reads it. Returns the sum, so that a compiler cannot leave the reading out. */
unsigned int reread(const char *bytes, uint64_t size);

#endif /* TOUCH_H */
