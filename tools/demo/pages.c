// SPDX-License-Identifier: MIT
/*
 * Whether what a process has mapped is the very memory of a buffer: which pages are
 * under its mappings, and where the exporter says that the buffer is
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../examples/check.h"
#include "buffer.h"

/* In an entry of /proc/PID/pagemap: which page frame, 0 if that is not for us. */
#define PAGEMAP_FRAME ((1ull << 55) - 1)
#define PAGEMAP_PRESENT (1ull << 63)

/* The entries of @count pages from @address on, to be freed. */
static uint64_t *read_pagemap(uintptr_t address, size_t count)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t *entries = calloc(count, sizeof(*entries));
	ssize_t size = count * sizeof(*entries);

	if (!entries || pagemap < 0 ||
	    pread(pagemap, entries, size,
		  address / sysconf(_SC_PAGESIZE) * sizeof(*entries)) != size)
		err(EXIT_FAILURE, "/proc/self/pagemap");
	close(pagemap);
	return entries;
}

void buffer_prove(const struct buffer *buffer, const struct demo_frame *frame,
		  struct demo_report *report)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t pages = (buffer->size + page - 1) / page;
	uint64_t *entries, first = buffer->physical_address / page;
	uint64_t copied = 0;

	if (frame->number != report->frames + report->lost)
		report->lost = frame->number - report->frames;
	report->frames++;
	if (buffer_checksum(buffer) != frame->checksum)
		report->wrong++;

	entries = read_pagemap((uintptr_t)buffer->memory, pages);
	for (size_t i = 0; i < pages; i++) {
		uint64_t at = entries[i] & PAGEMAP_FRAME;

		if (!at || !buffer->physical_address)
			report->pages_are_hidden = true;
		if (at != first + i)
			copied += i + 1 < pages ? page :
						  buffer->size - i * page;
	}
	free(entries);
	report->bytes_copied += copied;
	report->bytes_in_place += buffer->size - copied;
}

void buffer_find_mappings(const struct buffer *buffer,
			  struct demo_report *report)
{
	size_t page = sysconf(_SC_PAGESIZE);
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned int device_major, device_minor;
	uintptr_t begin, end, offset;
	struct stat status;
	uint64_t *entries;
	char line[512];
	size_t inode;

	if (!maps || fstat(buffer->fd, &status))
		err(EXIT_FAILURE, "/proc/self/maps");
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%zx-%zx %*s %zx %x:%x %zu", &begin, &end,
			   &offset, &device_major, &device_minor,
			   &inode) != 6 ||
		    inode != status.st_ino ||
		    makedev(device_major, device_minor) != status.st_dev)
			continue;
		entries = read_pagemap(begin, (end - begin) / page);
		for (size_t i = 0; i < (end - begin) / page; i++)
			if (entries[i] & PAGEMAP_PRESENT &&
			    (entries[i] & PAGEMAP_FRAME) !=
				    (buffer->physical_address + offset) / page +
					    i)
				report->foreign_pages++;
		free(entries);
		report->mappings++;
	}
	fclose(maps);
}
