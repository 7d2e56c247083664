// SPDX-License-Identifier: MIT
/*
 * Mappings that lie in the address space as their memory lies in the buffer, so
 * that the kernel can map it by huge pages. It does not place mappings of
 * dma-bufs like this by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "kdmabuf.h"

#define HUGE_PAGE_SIZE_FILE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
#define HUGE_PAGE_SIZE_DEFAULT ((size_t)2 << 20)

/* What one entry of the second-lowest page table maps, a power of two. */
static size_t huge_page_size(void)
{
	char text[32] = "";
	unsigned long size;
	int fd;

	fd = open(HUGE_PAGE_SIZE_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return HUGE_PAGE_SIZE_DEFAULT;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);

	size = strtoul(text, NULL, 10);
	if (!size || size & (size - 1))
		return HUGE_PAGE_SIZE_DEFAULT;
	return size;
}

int kdmabuf_map(int fd, uint64_t offset, size_t length, int protection,
		void **address)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t huge, pages, lead, reserved;
	char *area, *start;
	int error;

	huge = length < page ? 0 : huge_page_size();
	pages = (length + page - 1) & -page;
	if (!huge || length < huge || pages > SIZE_MAX - huge)
		goto anywhere;

	reserved = pages + huge;
	area = mmap(NULL, reserved, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area == MAP_FAILED)
		goto anywhere;

	lead = ((uintptr_t)offset - (uintptr_t)area) & (huge - 1);
	start = mmap(area + lead, length, protection, MAP_SHARED | MAP_FIXED,
		     fd, (off_t)offset);
	if (start == MAP_FAILED) {
		error = -errno;
		munmap(area, reserved);
		return error;
	}
	if (lead)
		munmap(area, lead);
	munmap(start + pages, huge - lead);
	*address = start;
	return 0;

anywhere:
	start = mmap(NULL, length, protection, MAP_SHARED, fd, (off_t)offset);
	if (start == MAP_FAILED)
		return -errno;
	*address = start;
	return 0;
}

int kdmabuf_unmap(void *address, size_t length)
{
	return munmap(address, length) < 0 ? -errno : 0;
}
