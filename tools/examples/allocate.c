// SPDX-License-Identifier: MIT
/* Allocates 8 MiB in one piece, writes to it and tells what came of it. */
#include <kdmabuf.h>
#include <stdio.h>

int main(void)
{
	struct kdmabuf_query buffer;
	const size_t size = 8 << 20;
	void *memory;
	int device = kdmabuf_open();
	int fd = kdmabuf_alloc(device, size);

	if (fd < 0 || kdmabuf_map(fd, 0, size, PROT_READ | PROT_WRITE, &memory))
		return 1;
	kdmabuf_begin_cpu_access(fd, DMA_BUF_SYNC_WRITE);
	sprintf(memory, "hello, devices");
	kdmabuf_end_cpu_access(fd, DMA_BUF_SYNC_WRITE);
	kdmabuf_query(device, fd, &buffer, sizeof(buffer));
	printf("%s: %u segment(s)\n", (char *)memory, buffer.segments);
	return 0;
}
