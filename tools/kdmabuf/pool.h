/* SPDX-License-Identifier: MIT */
/*
 * What the exporter tells of its pool in debugfs, to those who may read that
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stdint.h>

/* Names: bytes zeroed while somebody waited, after they were freed, and to be zeroed. */
#define POOL_ZEROED "zeroed_in_calls"
#define POOL_ZEROED_IN_BACKGROUND "zeroed_in_background"
#define POOL_DIRTY "dirty"

/* False if it is not told. */
bool pool_value(const char *name, uint64_t *value);

/* Lets what goes on in the background come to an end, or not, after a while. */
void pool_settle(void);

#endif /* POOL_H */
