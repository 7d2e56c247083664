/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings at chosen places. mmap() puts those of dma-bufs anywhere, mostly where no
 * huge entry fits.
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* What one entry of the second lowest page table maps. */
#define HUGE ((size_t)2 << 20)

/*
 * Reserved address space of @size bytes, of which a huge entry would fit @skew
 * bytes before the first. NULL: there is none.
 */
static inline char *place(size_t size, size_t skew)
{
	char *area = mmap(NULL, size + 2 * HUGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uintptr_t address = (uintptr_t)area;

	if (area == MAP_FAILED)
		return NULL;
	return (char *)((address + HUGE - 1) / HUGE * HUGE) + skew;
}

static inline char *map_at(char *address, int fd, size_t size, off_t offset,
			   int flags)
{
	return mmap(address, size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED | flags, fd, offset);
}

#endif /* TESTS_PLACE_H */
