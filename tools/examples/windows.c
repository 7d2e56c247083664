// SPDX-License-Identifier: MIT
/*
 * Four buffers through one descriptor, as drivers have always given out theirs: each
 * lies at an offset of its own in the device, and is mapped from there. Nothing is
 * to be freed: the buffers go with the device and the mappings.
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <unistd.h>

#define BUFFERS 4
#define SIZE ((size_t)1 << 20)

int main(void)
{
	char *memory[BUFFERS];
	int device = kdmabuf_open();
	off_t start, end = 0;

	for (int i = 0; i < BUFFERS; i++) {
		struct kdmabuf_alloc buffer = {
			.size = SIZE,
			.flags = KDMABUF_ALLOC_NO_FD,
			.fd_flags = O_RDWR,
		};
		void *address;

		if (kdmabuf_alloc_with(device, &buffer, sizeof(buffer)) ||
		    kdmabuf_map(device, buffer.window, SIZE,
				PROT_READ | PROT_WRITE, &address))
			return 1;
		memory[i] = address;
		sprintf(memory[i], "buffer %d", i);
	}

	/* What the device has is found as in any file with holes. */
	while ((start = lseek(device, end, SEEK_DATA)) >= 0) {
		end = lseek(device, start, SEEK_HOLE);
		printf("%#jx to %#jx\n", (uintmax_t)start, (uintmax_t)end);
	}

	/* The mappings stay. */
	close(device);
	for (int i = 0; i < BUFFERS; i++)
		puts(memory[i]);
	return 0;
}
