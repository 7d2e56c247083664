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
#ifdef __x86_64__

/* Never anything else. To ask would take as long as the mapping. */
static size_t huge_page_size(void)
{
	return HUGE_PAGE_SIZE_DEFAULT;
}

#else

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

#endif

/*
 * Free address space, of @length bytes, that lies in huge pages as @offset does.
 * Another thread may take it before the caller does: nothing there is ours to
 * replace or unmap. NULL if there is none, or if huge pages do not matter.
 */
static void *find_place(uint64_t offset, size_t length)
{
	size_t huge, reserved;
	char *area;

	if (length < (size_t)sysconf(_SC_PAGESIZE))
		return NULL;
	huge = huge_page_size();
	if (length < huge || __builtin_add_overflow(length, huge, &reserved))
		return NULL;
	area = mmap(NULL, reserved, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area == MAP_FAILED)
		return NULL;
	munmap(area, reserved);
	return area + (((uintptr_t)offset - (uintptr_t)area) & (huge - 1));
}

int kdmabuf_map(int fd, uint64_t offset, size_t length, int protection,
		void **address)
{
	void *place = find_place(offset, length), *start;
	int flags = MAP_SHARED | (place ? MAP_FIXED_NOREPLACE : 0);

	start = mmap(place, length, protection, flags, fd, (off_t)offset);
	if (start == MAP_FAILED && place && errno == EEXIST)
		start = mmap(NULL, length, protection, MAP_SHARED, fd,
			     (off_t)offset);
	if (start == MAP_FAILED)
		return -errno;
	*address = start;
	return 0;
}

int kdmabuf_unmap(void *address, size_t length)
{
	return munmap(address, length) < 0 ? -errno : 0;
}
