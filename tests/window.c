// SPDX-License-Identifier: GPL-2.0
/*
 * Several buffers through one descriptor: each lies at its window's offset in
 * /dev/kdmabuf, as that was opened, and is mapped from there.
 */
#include <sys/resource.h>

#include "bytes.h"
#include "node.h"
#include "place.h"
#include "process.h"

#define BUFFERS 4
/* Else mmap() has offsets below 2^44 only, and refuses others itself. */
#define IS_64_BIT (sizeof(void *) == 8)

static const struct {
	uint64_t size;
	uint32_t flags;
} buffers[BUFFERS] = {
	{ PAGE, 0 },
	{ 3 * PAGE, KDMABUF_ALLOC_SCATTERED },
	{ MIB(2), 0 }, /* which has no page to spare in its huge page */
	{ KIB(192), KDMABUF_ALLOC_SCATTERED },
};

FIXTURE(window)
{
	int node;
	int live;
	int fds[BUFFERS];
	uint64_t at[BUFFERS]; /* where they lie */
};

FIXTURE_SETUP(window)
{
	int i;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	for (i = 0; i < BUFFERS; i++) {
		struct kdmabuf_alloc alloc =
			request(buffers[i].size, buffers[i].flags);
		char *bytes;

		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		self->fds[i] = alloc.fd;
		self->at[i] = alloc.window;
		bytes = map(alloc.fd, buffers[i].size, PROT_READ | PROT_WRITE);
		ASSERT_NE(MAP_FAILED, bytes);
		fill(bytes, i, 0, buffers[i].size);
		munmap(bytes, buffers[i].size);
	}
}

FIXTURE_TEARDOWN_PARENT(window)
{
	expect_live(_metadata, self->live);
}

static char *map_window(int node, uint64_t offset, size_t size, int protection)
{
	return mmap(NULL, size, protection, MAP_SHARED, node, offset);
}

static int try_window(int node, uint64_t offset, size_t size)
{
	return try_map(node, size, PROT_READ | PROT_WRITE, MAP_SHARED, offset);
}

TEST_F(window, query_tells_it_and_no_two_touch)
{
	int i, j;

	for (i = 0; i < BUFFERS; i++) {
		EXPECT_EQ(self->at[i], window_of(self->node, self->fds[i]));
		EXPECT_NE(0, self->at[i]);
		EXPECT_EQ(0, self->at[i] % MIB(2));
		for (j = 0; j < BUFFERS; j++)
			EXPECT_TRUE(i == j || self->at[j] < self->at[i] ||
				    self->at[j] >
					    self->at[i] + buffers[i].size);
	}
}

TEST_F(window, every_range_of_a_buffer_can_be_mapped)
{
	uint64_t first, length;
	int i;

	for (i = 0; i < BUFFERS; i++) {
		uint64_t size = buffers[i].size;
		/* Of long ones, ranges of some lengths. */
		uint64_t step = size > 8 * PAGE ? size / 4 - PAGE : PAGE;

		for (first = 0; first < size; first += step) {
			for (length = PAGE; length <= size - first;
			     length += step) {
				char *bytes = map_window(self->node,
							 self->at[i] + first,
							 length, PROT_READ);

				ASSERT_NE(MAP_FAILED, bytes);
				ASSERT_EQ(length,
					  matching(bytes, i, first, length));
				munmap(bytes, length);
			}
		}
	}
}

TEST_F(window, what_is_written_through_it_is_the_buffers)
{
	char *window, *bytes;
	int i;

	for (i = 0; i < BUFFERS; i++) {
		uint64_t size = buffers[i].size;

		window = map_window(self->node, self->at[i], size,
				    PROT_READ | PROT_WRITE);
		bytes = map(self->fds[i], size, PROT_READ);
		ASSERT_NE(MAP_FAILED, window);
		ASSERT_NE(MAP_FAILED, bytes);
		fill(window, 10 + i, 0, size);
		EXPECT_EQ(size, matching(bytes, 10 + i, 0, size));
	}
}

TEST_F(window, a_hole_is_enxio)
{
	int i;

	EXPECT_EQ(-ENXIO, try_window(self->node, 0, PAGE));
	EXPECT_EQ(-ENXIO, try_window(self->node, PAGE, PAGE));
	EXPECT_EQ(-ENXIO, try_window(self->node, 1ull << 43, PAGE));
	EXPECT_EQ(IS_64_BIT ? -ENXIO : -EINVAL,
		  try_window(self->node, 1ull << 62, PAGE));
	for (i = 0; i < BUFFERS; i++) {
		uint64_t end = self->at[i] + buffers[i].size;

		EXPECT_EQ(-ENXIO, try_window(self->node, end, PAGE));
		EXPECT_EQ(-ENXIO,
			  try_window(self->node, self->at[i] - PAGE, PAGE));
		/* Though it goes on into the window. */
		EXPECT_EQ(-ENXIO,
			  try_window(self->node, self->at[i] - PAGE, 2 * PAGE));
	}
}

TEST_F(window, a_range_that_passes_the_end_is_einval)
{
	const size_t much = IS_64_BIT ? 1ull << 40 : 1ull << 30;
	int i;

	for (i = 0; i < BUFFERS; i++) {
		uint64_t at = self->at[i], size = buffers[i].size;

		EXPECT_EQ(0, try_window(self->node, at, size));
		EXPECT_EQ(-EINVAL, try_window(self->node, at, size + 1));
		EXPECT_EQ(-EINVAL, try_window(self->node, at, size + MIB(4)));
		EXPECT_EQ(-EINVAL,
			  try_window(self->node, at + size - PAGE, 2 * PAGE));
		EXPECT_EQ(-EINVAL, try_window(self->node, at, much));
	}
}

TEST_F(window, an_offset_near_2_to_the_63_is_refused)
{
	static const uint64_t offsets[] = {
		(1ull << 63) - PAGE,
		1ull << 63,
		-PAGE,
		-MIB(2),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		int ret = try_window(self->node, offsets[i], MIB(2));

		/* The kernel itself refuses what overflows a file's offset. */
		EXPECT_TRUE(ret == -ENXIO || ret == -EOVERFLOW ||
			    (!IS_64_BIT && ret == -EINVAL))
		{
			TH_LOG("at %#jx: %d", (uintmax_t)offsets[i], ret);
		}
	}
}

TEST_F(window, map_private_is_einval)
{
	EXPECT_EQ(-EINVAL, try_map(self->node, PAGE, PROT_READ, MAP_PRIVATE,
				   self->at[0]));
	EXPECT_EQ(-EINVAL, try_map(self->node, PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE, self->at[0]));
}

TEST_F(window, another_open_file_has_none_of_them)
{
	int other = open(NODE, O_RDWR | O_CLOEXEC), i;

	ASSERT_LE(0, other);
	for (i = 0; i < BUFFERS; i++) {
		EXPECT_EQ(-ENXIO, try_window(other, self->at[i], PAGE));
		EXPECT_EQ(0, window_of(other, self->fds[i]));
	}
	EXPECT_EQ(0, lseek(other, 0, SEEK_END));
}

TEST_F(window, a_buffer_of_the_heap_abi_has_one)
{
	struct dma_heap_allocation_data data = {
		.len = 2 * PAGE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	char *bytes;

	ASSERT_EQ(0, call(self->node, DMA_HEAP_IOCTL_ALLOC, &data));
	bytes = map(data.fd, 2 * PAGE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 9, 0, 2 * PAGE);
	bytes = map_window(self->node, window_of(self->node, data.fd), 2 * PAGE,
			   PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(2 * PAGE, matching(bytes, 9, 0, 2 * PAGE));
}

TEST_F(window, it_goes_with_its_buffer)
{
	close(self->fds[1]);
	ASSERT_TRUE(live_buffers_become(self->node, self->live + 3));
	EXPECT_EQ(-ENXIO, try_window(self->node, self->at[1], PAGE));
	EXPECT_EQ(self->at[2], lseek(self->node, self->at[1], SEEK_DATA));
	EXPECT_EQ(0, try_window(self->node, self->at[0], PAGE));
	EXPECT_EQ(0, try_window(self->node, self->at[2], PAGE));
}

TEST_F(window, it_outlives_the_fd_if_the_buffer_does)
{
	int view = make_view(self->node, self->fds[1], O_RDONLY, PAGE, PAGE);
	char *bytes;

	ASSERT_LE(0, view);
	close(self->fds[1]);
	EXPECT_EQ(self->at[1], window_of(self->node, view));
	bytes = map_window(self->node, self->at[1], 3 * PAGE,
			   PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(3 * PAGE, matching(bytes, 1, 0, 3 * PAGE));
}

TEST_F(window, its_offset_is_not_soon_anothers)
{
	int i;

	for (i = 0; i < 100; i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);

		close(self->fds[0]);
		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		EXPECT_LT(self->at[0], alloc.window);
		self->fds[0] = alloc.fd;
		self->at[0] = alloc.window;
	}
}

TEST_F(window, a_mapping_outlives_all_descriptors)
{
	char *bytes = map_window(self->node, self->at[1], 2 * PAGE,
				 PROT_READ | PROT_WRITE);
	int other = open(NODE, O_RDWR | O_CLOEXEC), i;

	ASSERT_NE(MAP_FAILED, bytes);
	close(self->node);
	for (i = 0; i < BUFFERS; i++)
		close(self->fds[i]);
	EXPECT_TRUE(live_buffers_become(other, self->live + 1));
	EXPECT_EQ(2 * PAGE, matching(bytes, 1, 0, 2 * PAGE));
	munmap(bytes, PAGE);
	EXPECT_EQ(self->live + 1, live_buffers(other));
	EXPECT_EQ(PAGE, matching(bytes + PAGE, 1, PAGE, PAGE));
	munmap(bytes + PAGE, PAGE);
	EXPECT_TRUE(live_buffers_become(other, self->live));
}

TEST_F(window, a_forked_child_maps_them_too)
{
	pid_t child = fork();
	char *bytes;

	ASSERT_LE(0, child);
	if (!child) {
		bytes = map_window(self->node, self->at[3], KIB(192),
				   PROT_READ | PROT_WRITE);
		if (bytes == MAP_FAILED ||
		    matching(bytes, 3, 0, KIB(192)) != KIB(192))
			_exit(1);
		fill(bytes, 8, 0, KIB(192));
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
	bytes = map_window(self->node, self->at[3], KIB(192), PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(KIB(192), matching(bytes, 8, 0, KIB(192)));
}

TEST_F(window, mremap_cannot_grow_it)
{
	char *bytes = map_window(self->node, self->at[0], PAGE, PROT_READ);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(MAP_FAILED, mremap(bytes, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(window, it_gives_the_access_that_was_asked_for)
{
	static const struct {
		int mode, read, write;
	} modes[] = {
		{ O_RDONLY, 0, -EACCES },
		{ O_WRONLY, -EACCES, -EACCES },
		{ O_RDWR, 0, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);

		alloc.fd_flags = modes[i].mode | O_CLOEXEC;
		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		EXPECT_EQ(modes[i].read, try_map(self->node, PAGE, PROT_READ,
						 MAP_SHARED, alloc.window));
		EXPECT_EQ(modes[i].write,
			  try_window(self->node, alloc.window, PAGE));
	}
}

TEST_F(window, mprotect_gives_no_more_than_it_has)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	char *bytes;

	alloc.fd_flags = O_RDONLY | O_CLOEXEC;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	bytes = map_window(self->node, alloc.window, PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(-1, mprotect(bytes, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(window, a_file_that_is_opened_to_read_cannot_be_written)
{
	int node = open(NODE, O_RDONLY | O_CLOEXEC);
	int fd = allocate(node, PAGE);
	uint64_t at = window_of(node, fd);
	char *bytes;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, try_window(node, at, PAGE));
	bytes = map_window(node, at, PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(-1, mprotect(bytes, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(window, a_file_that_is_opened_to_read_opens_nothing_to_write)
{
	int node = open(NODE, O_RDONLY | O_CLOEXEC);
	struct kdmabuf_alloc alloc = request(PAGE, KDMABUF_ALLOC_NO_FD);
	struct kdmabuf_open_id again = { .fd_flags = O_RDWR };

	ASSERT_EQ(0, call(node, KDMABUF_IOCTL_ALLOC, &alloc));
	again.id = alloc.id;
	ASSERT_EQ(0, call(node, KDMABUF_IOCTL_OPEN, &again));
	EXPECT_EQ(KDMABUF_VIEW_READ_ONLY, again.view_flags);
	EXPECT_EQ(MAP_FAILED, map(again.fd, PAGE, PROT_READ | PROT_WRITE));
}

/* The faults that it takes to read every page. */
static long faults_of(const char *bytes, size_t size)
{
	struct rusage before, after;
	size_t i;

	getrusage(RUSAGE_SELF, &before);
	for (i = 0; i < size; i += PAGE)
		__atomic_load_n(&bytes[i], __ATOMIC_RELAXED);
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

/* Some kernels align by themselves what is a whole number of huge pages. */
#define NO_WHOLE_NUMBER (MIB(4) - PAGE)

TEST_F(window, huge_pages_fit_wherever_the_kernel_puts_it)
{
	struct kdmabuf_alloc alloc = request(MIB(8), 0);
	struct kdmabuf_query answer;
	uint64_t offset;
	char *bytes;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_EQ(0, query(self->node, alloc.fd, &answer));
	for (offset = 0; offset <= MIB(4); offset += MIB(2) - PAGE) {
		bytes = map_window(self->node, alloc.window + offset,
				   NO_WHOLE_NUMBER, PROT_READ);
		ASSERT_NE(MAP_FAILED, bytes);
		if (IS_64_BIT)
			EXPECT_EQ(offset % MIB(2), (uintptr_t)bytes % MIB(2));
		if (IS_64_BIT && answer.page_size == MIB(2))
			EXPECT_GE(2, faults_of(bytes, NO_WHOLE_NUMBER));
		munmap(bytes, NO_WHOLE_NUMBER);
	}
}

TEST_HARNESS_MAIN
