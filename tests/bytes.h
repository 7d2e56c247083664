/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Contents that tell where they belong: every eight bytes hold a seed and their
 * offset, so bytes that are missing, moved or from elsewhere are noticed. Sizes
 * and offsets are multiples of eight.
 */
#ifndef TESTS_BYTES_H
#define TESTS_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t word_at(uint64_t seed, uint64_t offset)
{
	return (offset + 8) * 0x9e3779b97f4a7c15ull ^ seed << 1;
}

/* Write the contents of [offset, offset + size). */
static inline void fill(void *address, uint64_t seed, uint64_t offset,
			size_t size)
{
	uint64_t *words = address;
	size_t i;

	for (i = 0; i < size / 8; i++)
		words[i] = word_at(seed, offset + 8 * i);
}

/* How many bytes, from the first, are those of [offset, offset + size). */
static inline size_t matching(const void *address, uint64_t seed,
			      uint64_t offset, size_t size)
{
	const uint64_t *words = address;
	size_t i;

	for (i = 0; i < size / 8; i++)
		if (words[i] != word_at(seed, offset + 8 * i))
			return 8 * i;
	return size;
}

/* How many bytes, from the first, are zero. */
static inline size_t zeroes(const void *address, size_t size)
{
	const uint64_t *words = address;
	size_t i;

	for (i = 0; i < size / 8; i++)
		if (words[i])
			return 8 * i;
	return size;
}

#endif /* TESTS_BYTES_H */
