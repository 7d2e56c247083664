/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells in lines such as "MemAvailable:  123456 kB"
 */
#ifndef PROCFS_H
#define PROCFS_H

#include <stdint.h>

/* Bytes, of the line of @path that begins with @key; 0 if there is none. */
uint64_t procfs_bytes(const char *path, const char *key);

#endif /* PROCFS_H */
