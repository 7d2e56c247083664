// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of a dma-buf: their bounds, and that they stay what they are through
 * mremap, munmap, fork, mprotect and madvise.
 */
#include <sys/syscall.h>
#include <sys/uio.h>

#include "bytes.h"
#include "node.h"
#include "process.h"

#define PAGES 16
#define SIZE (PAGES * PAGE)

FIXTURE(mmap)
{
	int node;
	int live;
	int fd;
	char *bytes; /* the whole buffer, filled */
};

FIXTURE_VARIANT(mmap)
{
	uint32_t flags;
	uint64_t offset; /* of a view in its buffer; 0: no view but the first */
};

FIXTURE_VARIANT_ADD(mmap, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(mmap, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(mmap, window){
	.flags = 0,
	.offset = 3 * PAGE,
};

FIXTURE_SETUP(mmap)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate_with(self->node, request(SIZE + 2 * variant->offset,
						     variant->flags));
	ASSERT_LE(0, self->fd);
	if (variant->offset) {
		self->fd = make_view(self->node, self->fd, O_RDWR,
				     variant->offset, SIZE);
		ASSERT_LE(0, self->fd);
	}
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, SIZE);
}

FIXTURE_TEARDOWN_PARENT(mmap)
{
	expect_live(_metadata, self->live);
}

/* Whether a byte can be read, without dying of it. */
static bool readable(const void *address)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { (void *)address, 1 };

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

TEST_F(mmap, every_byte_of_the_last_page_is_there)
{
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
	self->bytes[SIZE - 1] = 'x';
	EXPECT_EQ('x', self->bytes[SIZE - 1]);
}

TEST_F(mmap, a_range_that_passes_the_end_is_einval)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, SIZE + 1 },
		{ 0, SIZE + PAGE },
		{ 0, 2 * SIZE },
		{ PAGE, SIZE },
		{ SIZE - PAGE, 2 * PAGE },
		{ SIZE, 1 },
		{ SIZE, PAGE },
		{ SIZE + PAGE, PAGE },
		{ 1ull << 32, PAGE },
		{ 1ull << 44, PAGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		EXPECT_EQ(-EINVAL,
			  try_map(self->fd, ranges[i].length, PROT_READ,
				  MAP_SHARED, ranges[i].offset))
		{
			TH_LOG("at %#jx, %#jx bytes",
			       (uintmax_t)ranges[i].offset,
			       (uintmax_t)ranges[i].length);
		}
}

TEST_F(mmap, an_offset_near_2_to_the_63_is_refused)
{
	static const uint64_t offsets[] = {
		(1ull << 63) - PAGE,
		1ull << 63,
		(1ull << 63) + PAGE,
		-PAGE,
		-SIZE,
		-2 * SIZE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		int ret = try_map(self->fd, SIZE, PROT_READ, MAP_SHARED,
				  offsets[i]);

		/* The kernel itself refuses what overflows a file's offset. */
		EXPECT_TRUE(ret == -EINVAL || ret == -EOVERFLOW)
		{
			TH_LOG("at %#jx: %d", (uintmax_t)offsets[i], ret);
		}
	}
}

TEST_F(mmap, a_part_shows_its_own_bytes)
{
	uint64_t first, length;

	for (first = 0; first < SIZE; first += PAGE) {
		for (length = PAGE; length <= SIZE - first; length += PAGE) {
			char *part = mmap(NULL, length, PROT_READ, MAP_SHARED,
					  self->fd, first);

			ASSERT_NE(MAP_FAILED, part);
			ASSERT_EQ(length, matching(part, 1, first, length));
			munmap(part, length);
		}
	}
}

TEST_F(mmap, map_private_is_einval)
{
	EXPECT_EQ(-EINVAL, try_map(self->fd, SIZE, PROT_READ, MAP_PRIVATE, 0));
	EXPECT_EQ(-EINVAL, try_map(self->fd, PAGE, PROT_READ, MAP_PRIVATE, 0));
	EXPECT_EQ(-EINVAL, try_map(self->fd, SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE, 0));
	EXPECT_EQ(-EINVAL, try_map(self->fd, PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_POPULATE, SIZE - PAGE));
	EXPECT_EQ(-EINVAL, try_map(self->fd, PAGE, PROT_NONE, MAP_PRIVATE, 0));
}

TEST_F(mmap, mremap_cannot_grow_it)
{
	EXPECT_EQ(MAP_FAILED,
		  mremap(self->bytes, SIZE, SIZE + PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(self->bytes + SIZE - PAGE, PAGE, 2 * PAGE,
				     MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
}

TEST_F(mmap, mremap_of_nothing_makes_no_second_mapping)
{
	EXPECT_EQ(MAP_FAILED, mremap(self->bytes, 0, PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED,
		  mremap(self->bytes, 0, SIZE + PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(mmap, mremap_can_shrink_and_move_it)
{
	char *place =
		mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *half = self->bytes + SIZE / 2;

	ASSERT_NE(MAP_FAILED, place);
	ASSERT_EQ(place, mremap(half, SIZE / 2, SIZE / 2 - PAGE,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	EXPECT_EQ(SIZE / 2 - PAGE,
		  matching(place, 1, SIZE / 2, SIZE / 2 - PAGE));
	EXPECT_EQ(SIZE / 2, matching(self->bytes, 1, 0, SIZE / 2));
	EXPECT_FALSE(readable(half));
	EXPECT_FALSE(readable(half + SIZE / 2 - PAGE));
}

TEST_F(mmap, remap_file_pages_stays_inside)
{
	EXPECT_EQ(-1,
		  syscall(SYS_remap_file_pages, self->bytes, SIZE, 0, 1, 0));
	EXPECT_EQ(-1, syscall(SYS_remap_file_pages, self->bytes, PAGE, 0, PAGES,
			      0));
}

TEST_F(mmap, munmap_of_the_middle_leaves_both_ends)
{
	ASSERT_EQ(0, munmap(self->bytes + 4 * PAGE, 8 * PAGE));
	EXPECT_EQ(4 * PAGE, matching(self->bytes, 1, 0, 4 * PAGE));
	EXPECT_FALSE(readable(self->bytes + 4 * PAGE));
	EXPECT_FALSE(readable(self->bytes + 12 * PAGE - 1));
	EXPECT_EQ(4 * PAGE,
		  matching(self->bytes + 12 * PAGE, 1, 12 * PAGE, 4 * PAGE));
}

TEST_F(mmap, it_outlives_the_fd_and_its_parts_each_other)
{
	close(self->fd);
	ASSERT_EQ(0, munmap(self->bytes, SIZE - PAGE));
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	EXPECT_EQ(PAGE,
		  matching(self->bytes + SIZE - PAGE, 1, SIZE - PAGE, PAGE));
}

TEST_F(mmap, a_forked_child_writes_to_the_same_bytes)
{
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		bool same = matching(self->bytes, 1, 0, SIZE) == SIZE;

		fill(self->bytes, 2, 0, SIZE);
		_exit(!same);
	}
	EXPECT_TRUE(ended_well(child));
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
}

TEST_F(mmap, a_second_mapping_shows_the_same_bytes)
{
	char *second = map(self->fd, SIZE, PROT_READ);

	ASSERT_NE(MAP_FAILED, second);
	EXPECT_EQ(SIZE, matching(second, 1, 0, SIZE));
	fill(self->bytes, 3, 0, SIZE);
	EXPECT_EQ(SIZE, matching(second, 3, 0, SIZE));
}

TEST_F(mmap, mprotect_takes_and_gives_access)
{
	ASSERT_EQ(0, mprotect(self->bytes, SIZE, PROT_NONE));
	EXPECT_FALSE(readable(self->bytes));
	ASSERT_EQ(0, mprotect(self->bytes, SIZE, PROT_READ));
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
	ASSERT_EQ(0, mprotect(self->bytes, SIZE, PROT_READ | PROT_WRITE));
	fill(self->bytes, 4, 0, SIZE);
	EXPECT_EQ(SIZE, matching(self->bytes, 4, 0, SIZE));
}

TEST_F(mmap, madvise_dontneed_forgets_no_byte)
{
	ASSERT_EQ(0, madvise(self->bytes, SIZE, MADV_DONTNEED));
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
}

TEST_F(mmap, populating_it_writes_nothing)
{
	ASSERT_EQ(0, madvise(self->bytes, SIZE, MADV_DONTNEED));
	EXPECT_EQ(0, madvise(self->bytes, SIZE, MADV_POPULATE_READ));
	EXPECT_EQ(0, madvise(self->bytes, SIZE, MADV_POPULATE_WRITE));
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
	EXPECT_EQ(0, try_map(self->fd, SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_POPULATE, 0));
}

/* The line of VmFlags of the mapping in /proc/self/smaps. */
static void read_flags(const void *address, char flags[512])
{
	FILE *file = fopen("/proc/self/smaps", "r");
	char line[512], range[32];
	bool found = false;

	flags[0] = 0;
	snprintf(range, sizeof(range), "%lx-", (unsigned long)address);
	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, range, strlen(range)))
			found = true;
		if (found && !strncmp(line, "VmFlags:", 8)) {
			memmove(flags, line + 8, strlen(line + 8) + 1);
			break;
		}
	}
	if (file)
		fclose(file);
}

TEST_F(mmap, it_is_shared_undumped_unexpandable_and_of_pages_of_memory)
{
	char flags[512];

	read_flags(self->bytes, flags);
	EXPECT_NE(NULL, strstr(flags, " sh"));
	EXPECT_NE(NULL, strstr(flags, " dd"));
	EXPECT_NE(NULL, strstr(flags, " de"));
	EXPECT_EQ(NULL, strstr(flags, " pf"));
	EXPECT_EQ(NULL, strstr(flags, " io"))
	{
		TH_LOG("VmFlags:%s", flags);
	}
}

TEST_HARNESS_MAIN
