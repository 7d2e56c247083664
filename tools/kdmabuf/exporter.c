// SPDX-License-Identifier: MIT
/*
 * Those who have memory to share: kdmabuf, the kernel's heaps, udmabuf over two kinds
 * of memfd, vgem, and a memfd as it is
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <linux/dma-heap.h>
#include <linux/memfd.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "description.h"
#include "exporter.h"
#include "touch.h"
#include "vgem.h"

#define HEAPS "/dev/dma_heap"
#define HUGE_PAGE ((uint64_t)2 << 20)

static int open_node(const char *path)
{
	int node = open(path, O_RDWR | O_CLOEXEC);

	return node < 0 ? -errno : node;
}

static int allocate_of_heap(int heap, uint64_t size)
{
	struct dma_heap_allocation_data data = {
		.len = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	return ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data) ? -errno : (int)data.fd;
}

static int open_system_heap(void)
{
	return open_node(HEAPS "/system");
}

/* Ours may go by any name, so it is asked for a page. */
static bool is_our_heap(int heap)
{
	struct description description;
	int fd = allocate_of_heap(heap, 1);
	bool ours;

	if (fd < 0)
		return false;
	ours = !describe(fd, &description) &&
	       !strcmp(description.exporter, "kdmabuf");
	close(fd);
	return ours;
}

/* CMA heaps have the names of their areas; the others' begin with "system". */
static int open_cma_heap(void)
{
	DIR *directory = opendir(HEAPS);
	int heap = -ENOENT;
	struct dirent *entry;
	char path[sizeof(HEAPS) + sizeof(entry->d_name)];

	if (!directory)
		return -errno;
	while (heap < 0 && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' ||
		    !strncmp(entry->d_name, "system", strlen("system")))
			continue;
		snprintf(path, sizeof(path), HEAPS "/%s", entry->d_name);
		heap = open_node(path);
		if (heap >= 0 && is_our_heap(heap)) {
			close(heap);
			heap = -ENOENT;
		}
	}
	closedir(directory);
	return heap;
}

static int open_udmabuf(void)
{
	return open_node("/dev/udmabuf");
}

/* A descriptor of a memfd that cannot shrink any more, as udmabuf wants it. */
static int create_memfd(uint64_t size, unsigned int flags)
{
	int memfd = memfd_create("kdmabuf-bench",
				 flags | MFD_ALLOW_SEALING | MFD_CLOEXEC);
	int error;

	if (memfd < 0)
		return -errno;
	if (!ftruncate(memfd, size) &&
	    !fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		return memfd;
	error = -errno;
	close(memfd);
	return error;
}

static int allocate_memfd(int node, uint64_t size)
{
	(void)node;
	return create_memfd(size, 0);
}

/* Takes the memfd over. */
static int export_memfd(int udmabuf, int memfd, uint64_t size)
{
	struct udmabuf_create create = { .memfd = memfd, .size = size };
	int fd = ioctl(udmabuf, UDMABUF_CREATE, &create);

	if (fd < 0)
		fd = -errno;
	close(memfd);
	return fd;
}

static uint64_t round_up(uint64_t size, uint64_t unit)
{
	return (size + unit - 1) / unit * unit;
}

static int allocate_udmabuf(int udmabuf, uint64_t size)
{
	int memfd;

	size = round_up(size, sysconf(_SC_PAGESIZE));
	memfd = create_memfd(size, 0);
	return memfd < 0 ? memfd : export_memfd(udmabuf, memfd, size);
}

/* Every page is there afterwards; mmap() has set them aside, or has failed. */
static int prefault(int memfd, uint64_t size)
{
	void *bytes;
	int error = map_whole(memfd, size, false, &bytes);

	if (error)
		return error;
	touch(bytes, size);
	munmap(bytes, size);
	return 0;
}

/* On a page that is not there yet udmabuf makes kernels panic. */
static int allocate_udmabuf_huge(int udmabuf, uint64_t size)
{
	int memfd, error;

	size = round_up(size, HUGE_PAGE);
	memfd = create_memfd(size, MFD_HUGETLB | MFD_HUGE_2MB);
	if (memfd < 0)
		return memfd;
	error = prefault(memfd, size);
	if (!error)
		return export_memfd(udmabuf, memfd, size);
	close(memfd);
	return error;
}

static int open_nothing(void)
{
	return open_node("/dev/null");
}

#define NO_UDMABUF "this kernel has no udmabuf, or its module is not loaded"
#define UDMABUF_LIMITS \
	"udmabuf's module parameters size_limit_mb and list_limit may allow less"

const struct exporter exporters[] = {
	{
		.name = "kdmabuf",
		.title = "kdmabuf",
		.open = kdmabuf_open,
		.allocate = kdmabuf_alloc,
		.is_dma_buf = true,
		.is_ours = true,
		.open_hint = "the module is not loaded",
		.allocate_hint = "'dmesg' tells how much memory there was",
	},
	{
		.name = "system_heap",
		.title = "system heap",
		.open = open_system_heap,
		.allocate = allocate_of_heap,
		.is_dma_buf = true,
		.open_hint = "this kernel has no system heap",
	},
	{
		.name = "cma_heap",
		.title = "CMA heap",
		.open = open_cma_heap,
		.allocate = allocate_of_heap,
		.is_dma_buf = true,
		.open_hint = "this kernel has no CMA heap, or no CMA area",
		.allocate_hint =
			"the CMA area may be too small; it is made by cma= at boot",
	},
	{
		.name = "udmabuf",
		.title = "udmabuf, memfd",
		.open = open_udmabuf,
		.allocate = allocate_udmabuf,
		.is_dma_buf = true,
		.open_hint = NO_UDMABUF,
		.allocate_hint = UDMABUF_LIMITS,
	},
	{
		.name = "udmabuf_hugetlb",
		.title = "udmabuf, hugetlb",
		.open = open_udmabuf,
		.allocate = allocate_udmabuf_huge,
		.is_dma_buf = true,
		.open_hint = NO_UDMABUF,
		.allocate_hint =
			"it takes free huge pages of 2 MiB, see vm.nr_hugepages; " UDMABUF_LIMITS,
	},
	{
		.name = "vgem",
		.title = "vgem",
		.open = vgem_open,
		.allocate = vgem_allocate,
		.zeroing = ZEROED_AT_MAP,
		.is_dma_buf = true,
		.open_hint = "the module vgem is not loaded",
	},
	{
		.name = "memfd",
		.title = "memfd",
		.open = open_nothing,
		.allocate = allocate_memfd,
		.zeroing = ZEROED_AT_TOUCH,
	},
	{ 0 },
};
