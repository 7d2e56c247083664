/* SPDX-License-Identifier: MIT */
/*
 * Numbers, sizes and times as people write them on a command line
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* What a size may look like, for messages. */
#define SIZE_SYNTAX \
	"a number of bytes with or without K, M, G or T (1K is 1024)"

/*
 * Bytes: 4096, 4K, 4KiB, 8M, 1G. Returns 0; -ERANGE if it does not fit; -EINVAL
 * for anything else, as no number, a sign, a fraction, another unit.
 */
int parse_size(const char *text, uint64_t *size);

/* A decimal number without sign, at most @most. False if it is none. */
bool parse_number(const char *text, uint64_t most, uint64_t *number);

/* Seconds, not negative, with or without a fraction; "inf". False if not. */
bool parse_seconds(const char *text, double *seconds);

/* Room for what format_size() writes. */
#define SIZE_TEXT_LENGTH 24

/* The shortest text without a fraction that parse_size() reads as @size. */
const char *format_size(uint64_t size, char text[SIZE_TEXT_LENGTH]);

#endif /* NUMBER_H */
