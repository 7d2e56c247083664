/* SPDX-License-Identifier: MIT */
/*
 * Lines that tell one thing each: a label, then in a column of its own the value
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdint.h>

void print_bytes(const char *label, uint64_t bytes);

/* Nothing if the name is empty. */
void print_name(const char *label, const char *name);

#endif /* FIELD_H */
