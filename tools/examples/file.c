// SPDX-License-Identifier: MIT
/*
 * The same buffer by mmap, by write and by read: whatever is done in one way is seen
 * in the others at once. What is read and written is accessed by the CPU, so devices
 * are waited for; around what a mapping is used for that has to be said.
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	struct kdmabuf_alloc buffer = {
		.size = 8192,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int device = kdmabuf_open();
	int fd = kdmabuf_alloc_with(device, &buffer, sizeof(buffer));
	char text[64] = "";
	void *memory;
	ssize_t n;

	if (fd < 0 ||
	    kdmabuf_map(fd, 0, buffer.size, PROT_READ | PROT_WRITE, &memory))
		return 1;

	if (pwrite(device, "written", 8, buffer.window) != 8)
		return 1;
	kdmabuf_begin_cpu_access(fd, DMA_BUF_SYNC_RW);
	printf("mapped: %s\n", (char *)memory);
	strcpy(memory, "changed through the mapping");
	kdmabuf_end_cpu_access(fd, DMA_BUF_SYNC_RW);

	lseek(device, buffer.window, SEEK_SET);
	n = read(device, text, sizeof(text) - 1);
	printf("read:   %s, in %zd bytes\n", text, n);

	/* A transfer ends where the buffer does, and there is nothing behind it. */
	lseek(device, buffer.window + buffer.size - 10, SEEK_SET);
	printf("at the end: %zd", read(device, text, sizeof(text)));
	printf(", then %zd\n", read(device, text, sizeof(text)));
	return 0;
}
