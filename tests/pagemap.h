/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc/self/pagemap says of the pages behind a dma-buf: a witness of where
 * they lie that is none of ours.
 */
#ifndef TESTS_PAGEMAP_H
#define TESTS_PAGEMAP_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_PFN ((1ull << 55) - 1)

/* Physically contiguous runs, in bytes. */
struct runs {
	unsigned int number;
	uint64_t address; /* of the first byte */
	uint64_t end; /* the byte after the highest */
	uint64_t longest;
};

/* Page frame numbers of a populated mapping; false if one is not there. */
static inline bool page_frames(const void *address, size_t pages,
			       uint64_t *frames)
{
	size_t done = 0, bytes = pages * sizeof(*frames), i;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t offset = (uintptr_t)address / 4096 * sizeof(*frames);

	while (fd >= 0 && done < bytes) {
		ssize_t n = pread(fd, (char *)frames + done, bytes - done,
				  offset + done);

		if (n <= 0)
			break;
		done += n;
	}
	close(fd);
	if (done < bytes)
		return false;
	for (i = 0; i < pages; i++) {
		if (!(frames[i] & PAGEMAP_PRESENT))
			return false;
		frames[i] &= PAGEMAP_PFN;
	}
	return true;
}

/* The runs that @size bytes of the dma-buf @fd lie in. */
static inline bool find_runs(int fd, uint64_t size, struct runs *runs)
{
	size_t pages = (size + 4095) / 4096, i, first = 0;
	uint64_t *frames = malloc(pages * sizeof(*frames));
	void *address = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	bool found = frames && address != MAP_FAILED &&
		     !madvise(address, size, MADV_POPULATE_READ) &&
		     page_frames(address, pages, frames);

	*runs = (struct runs){ 0 };
	for (i = 0; found && i < pages; i++) {
		if (!i || frames[i] != frames[i - 1] + 1) {
			first = i;
			runs->number++;
		}
		if ((i - first + 1) * 4096 > runs->longest)
			runs->longest = (i - first + 1) * 4096;
		if ((frames[i] + 1) * 4096 > runs->end)
			runs->end = (frames[i] + 1) * 4096;
	}
	if (found)
		runs->address = frames[0] * 4096;
	if (address != MAP_FAILED)
		munmap(address, size);
	free(frames);
	return found;
}

#endif /* TESTS_PAGEMAP_H */
