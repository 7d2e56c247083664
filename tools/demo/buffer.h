/* SPDX-License-Identifier: MIT */
/*
 * A buffer of the demo, as one of its processes has it mapped, and what that process
 * can tell about it. What fails ends the process.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "demo.h"

struct buffer {
	int fd;
	const void *memory;
	uint32_t size;
	/* Where the memory is, 0 if that is not for us. */
	uint64_t physical_address;
};

/* Allocates @count buffers where a device with so many address lines reaches. */
void buffers_make(struct buffer *buffers, uint32_t count, uint32_t size,
		  uint32_t address_bits, const char *name);

/* Maps @count that a peer has sent, and reports what the kernel tells of them. */
void buffers_take(struct buffer *buffers, const int *fds, uint32_t count,
		  uint32_t size, struct demo_report *report);

/* CRC-32 of all of it, when those who write to it are done. */
uint32_t buffer_checksum(const struct buffer *buffer);

/*
 * Reports whether a frame came unharmed: the next one, with the bytes that the peer
 * saw, and in the pages that are the buffer's.
 */
void buffer_prove(const struct buffer *buffer, const struct demo_frame *frame,
		  struct demo_report *report);

/* Reports all mappings of it here: who else has some, as a driver, is in place too. */
void buffer_find_mappings(const struct buffer *buffer,
			  struct demo_report *report);

#endif /* BUFFER_H */
