// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that may be pinned for as long as anybody likes never lie where the kernel
 * does not allow that: in ZONE_MOVABLE, or in a region of CMA. It would move them out
 * first, which nothing can do to a buffer's, and the pin would fail for ever.
 */
#include <linux/if_xdp.h>
#include <linux/io_uring.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "account.h"
#include "node.h"
#include "pagemap.h"

#define SIZE MIB(8)
#define PAGES (SIZE / PAGE)
#define MAX_RANGES 16

/* Page frames from @first to before @end. */
struct range {
	uint64_t first;
	uint64_t end;
};

FIXTURE(longterm)
{
	int node;
	int live;
	struct limits limits;
	struct range ranges[MAX_RANGES];
	size_t nr_ranges;
};

static void add_range(FIXTURE_DATA(longterm) * self, uint64_t first,
		      uint64_t pages)
{
	if (pages && self->nr_ranges < MAX_RANGES)
		self->ranges[self->nr_ranges++] =
			(struct range){ first, first + pages };
}

static void find_movable_zones(FIXTURE_DATA(longterm) * self)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	char line[128], zone[16] = "";
	uint64_t spanned = 0, first;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %*d, zone %15s", zone) == 1 ||
		    sscanf(line, " spanned %ju", &spanned) == 1)
			continue;
		if (sscanf(line, " start_pfn: %ju", &first) == 1 &&
		    !strcmp(zone, "Movable"))
			add_range(self, first, spanned);
	}
	if (file)
		fclose(file);
}

/* What the kernel said of them when it booted. */
static void find_cma_regions(FIXTURE_DATA(longterm) * self)
{
	static char log[1 << 20];
	int length = klogctl(3, log, sizeof(log) - 1);
	uint64_t mib, address;
	char *line = log;

	log[length < 0 ? 0 : length] = '\0';
	while ((line = strstr(line, "cma: Reserved "))) {
		if (sscanf(line, "cma: Reserved %ju MiB at %jx", &mib,
			   &address) == 2)
			add_range(self, address / PAGE, MIB(mib) / PAGE);
		line++;
	}
}

FIXTURE_SETUP(longterm)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	find_movable_zones(self);
	find_cma_regions(self);
	if (!self->nr_ranges)
		SKIP(return, "boot with movablecore=512M cma=64M@512M");
	lift_limits(_metadata, &self->limits);
}

FIXTURE_TEARDOWN_PARENT(longterm)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

/* Bytes of the buffer, from the first, that lie in none of the ranges. */
static size_t bytes_outside(FIXTURE_DATA(longterm) * self, const char *bytes)
{
	static uint64_t frames[PAGES];
	size_t i, j;

	if (madvise((char *)bytes, SIZE, MADV_POPULATE_READ) ||
	    !page_frames(bytes, PAGES, frames))
		return 0;
	for (i = 0; i < PAGES; i++)
		for (j = 0; j < self->nr_ranges; j++)
			if (frames[i] >= self->ranges[j].first &&
			    frames[i] < self->ranges[j].end)
				return i * PAGE;
	return SIZE;
}

/* All that can be had; the bytes. */
static uint64_t take_all(struct __test_metadata *_metadata,
			 FIXTURE_DATA(longterm) * self, uint32_t flags)
{
	uint64_t taken;
	int fd;

	for (taken = 0;; taken += SIZE) {
		char *bytes;

		fd = allocate_with(self->node, request(SIZE, flags));
		if (fd < 0)
			break;
		bytes = map(fd, SIZE, PROT_READ);
		ASSERT_NE(MAP_FAILED, bytes);
		ASSERT_EQ(SIZE, bytes_outside(self, bytes));
		munmap(bytes, SIZE);
	}
	EXPECT_EQ(-ENOMEM, fd);
	return taken;
}

TEST_F(longterm, contiguous_memory_is_never_movable)
{
	EXPECT_LE(MIB(256), take_all(_metadata, self, 0));
}

TEST_F(longterm, scattered_memory_is_never_movable)
{
	EXPECT_LE(MIB(256), take_all(_metadata, self, KDMABUF_ALLOC_SCATTERED));
}

/* Pins it for as long as @socket is open. */
static int pin_for_xdp(int socket, const void *bytes, size_t size)
{
	struct xdp_umem_reg memory = {
		.addr = (uintptr_t)bytes,
		.len = size,
		.chunk_size = PAGE,
	};

	return setsockopt(socket, SOL_XDP, XDP_UMEM_REG, &memory,
			  sizeof(memory)) ?
		       -errno :
		       0;
}

static int pin_for_io_uring(int ring, const void *bytes, size_t size)
{
	struct iovec whole = { (void *)bytes, size };

	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		       &whole, 1) ?
		       -errno :
		       0;
}

TEST_F(longterm, buffers_can_be_pinned_for_ever)
{
	static const uint32_t flags[] = { 0, KDMABUF_ALLOC_SCATTERED };
	size_t i, pins = 0;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct io_uring_params params = { 0 };
		int xdp = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
		int ring = syscall(SYS_io_uring_setup, 1, &params), ret;
		int fd = allocate_with(self->node, request(SIZE, flags[i]));
		char *bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);

		ASSERT_NE(MAP_FAILED, bytes);
		if (xdp >= 0) {
			EXPECT_EQ(0, pin_for_xdp(xdp, bytes, SIZE));
			pins++;
		}
		ret = ring < 0 ? -ENODEV : pin_for_io_uring(ring, bytes, SIZE);
		/* Until 6.4 it took no mapping of any file but shmem. */
		if (ret != -ENODEV && ret != -EOPNOTSUPP) {
			EXPECT_EQ(0, ret);
			pins++;
		}
		close(xdp);
		close(ring);
	}
	if (!pins)
		SKIP(return, "nothing here pins memory of files");
}

/*
 * Free pages that the kernel may have for itself, beyond what it wants at least. A
 * zone that lacks some is helped out by others.
 */
static long spare_pages(void)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	long spare = 0, free = 0, min = 0, cma;
	char line[128], zone[16] = "";

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %*d, zone %15s", zone) == 1 ||
		    sscanf(line, " pages free %ld", &free) == 1 ||
		    sscanf(line, " min %ld", &min) == 1)
			continue;
		if (sscanf(line, " nr_free_cma %ld", &cma) == 1 &&
		    strcmp(zone, "Movable"))
			spare += free - cma - min;
	}
	if (file)
		fclose(file);
	return spare;
}

/*
 * Else the next who needs a page would have a process killed for it. What is free
 * in the ranges is of no use to him.
 */
TEST_F(longterm, the_kernel_keeps_what_it_needs)
{
	uint64_t size;
	int fd, tries;

	for (size = MIB(16); size >= KIB(64); size /= 4) {
		do
			fd = allocate(self->node, size);
		while (fd >= 0);
		EXPECT_EQ(-ENOMEM, fd);
	}
	/* What is to be written back first, say, takes a moment. */
	for (tries = 0; tries < 300 && spare_pages() < 0; tries++)
		usleep(10000);
	EXPECT_LE(0, spare_pages());
}

TEST_HARNESS_MAIN
