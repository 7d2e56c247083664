// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kdmabuf read, written and sought like a file: the same bytes as mmap shows at
 * the same moment, and transfers as short as POSIX lets them be.
 */
#include <sys/uio.h>

#include "bytes.h"
#include "node.h"
#include "process.h"

#define PAGES 16
#define SIZE (PAGES * PAGE)

FIXTURE(file)
{
	int node;
	int live;
	uint64_t at; /* where the buffer lies */
	char *bytes; /* its mapping, filled */
	char *memory; /* as long, private, and no page after it */
};

FIXTURE_VARIANT(file)
{
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(file, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(file, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(file)
{
	int64_t at;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	at = allocate_without_fd(self->node, SIZE, variant->flags);
	ASSERT_LT(0, at);
	self->at = at;
	self->bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->node, at);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, SIZE);
	self->memory = mmap(NULL, SIZE + PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	ASSERT_EQ(0, munmap(self->memory + SIZE, PAGE));
}

FIXTURE_TEARDOWN_PARENT(file)
{
	expect_live(_metadata, self->live);
}

/* What the call returned, or its errno, negative. */
static ssize_t result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

static const struct {
	uint64_t offset;
	size_t size;
} ranges[] = {
	{ 0, SIZE },
	{ 0, 1 },
	{ 0, PAGE },
	{ 1, PAGE },
	{ PAGE - 1, 2 },
	{ PAGE - 1, PAGE + 2 },
	{ 3 * PAGE + 5, 7 * PAGE + 11 },
	{ SIZE - 1, 1 },
	{ SIZE - PAGE - 1, PAGE + 1 },
};

TEST_F(file, pread_gets_what_mmap_shows)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		uint64_t offset = ranges[i].offset;
		size_t size = ranges[i].size;

		memset(self->memory, 0, SIZE);
		ASSERT_EQ(size, pread(self->node, self->memory + offset % PAGE,
				      size, self->at + offset));
		EXPECT_EQ(0, memcmp(self->memory + offset % PAGE,
				    self->bytes + offset, size));
	}
}

TEST_F(file, mmap_shows_what_pwrite_wrote_and_nothing_else)
{
	char *before = malloc(SIZE);
	size_t i;

	fill(self->memory, 2, 0, SIZE);
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		uint64_t offset = ranges[i].offset;
		size_t size = ranges[i].size;

		memcpy(before, self->bytes, SIZE);
		ASSERT_EQ(size, pwrite(self->node, self->memory, size,
				       self->at + offset));
		memcpy(before + offset, self->memory, size);
		EXPECT_EQ(0, memcmp(before, self->bytes, SIZE));
	}
	free(before);
}

TEST_F(file, read_and_write_advance_the_position)
{
	uint64_t half = SIZE / 2;

	ASSERT_EQ(self->at, lseek(self->node, self->at, SEEK_SET));
	ASSERT_EQ(half, read(self->node, self->memory, half));
	EXPECT_EQ(self->at + half, lseek(self->node, 0, SEEK_CUR));
	ASSERT_EQ(half, read(self->node, self->memory + half, half));
	EXPECT_EQ(SIZE, matching(self->memory, 1, 0, SIZE));
	EXPECT_EQ(self->at, lseek(self->node, -(off_t)SIZE, SEEK_CUR));

	fill(self->memory, 2, 0, SIZE);
	ASSERT_EQ(PAGE, write(self->node, self->memory, PAGE));
	ASSERT_EQ(PAGE, write(self->node, self->memory + PAGE, PAGE));
	EXPECT_EQ(self->at + 2 * PAGE, lseek(self->node, 0, SEEK_CUR));
	EXPECT_EQ(2 * PAGE, matching(self->bytes, 2, 0, 2 * PAGE));
	EXPECT_EQ(SIZE - 2 * PAGE, matching(self->bytes + 2 * PAGE, 1, 2 * PAGE,
					    SIZE - 2 * PAGE));
	/* These do not. */
	ASSERT_EQ(1, pread(self->node, self->memory, 1, self->at));
	ASSERT_EQ(1, pwrite(self->node, self->memory, 1, self->at));
	EXPECT_EQ(self->at + 2 * PAGE, lseek(self->node, 0, SEEK_CUR));
}

TEST_F(file, a_transfer_ends_with_the_buffer)
{
	/* One that lies next. */
	int64_t next = allocate_without_fd(self->node, PAGE, variant->flags);
	uint64_t end = self->at + SIZE;

	ASSERT_LT(end, next);
	EXPECT_EQ(PAGE, result(pread(self->node, self->memory, 4 * PAGE,
				     end - PAGE)));
	EXPECT_EQ(PAGE, matching(self->memory, 1, SIZE - PAGE, PAGE));
	EXPECT_EQ(0, result(pread(self->node, self->memory, PAGE, end)));
	EXPECT_EQ(0, result(pread(self->node, self->memory, PAGE, next - 1)));

	fill(self->memory, 3, 0, SIZE);
	EXPECT_EQ(PAGE, result(pwrite(self->node, self->memory, 4 * PAGE,
				      end - PAGE)));
	EXPECT_EQ(PAGE, matching(self->bytes + SIZE - PAGE, 3, 0, PAGE));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->node, self->memory, 1, end)));
	EXPECT_EQ(-ENOSPC,
		  result(pwrite(self->node, self->memory, PAGE, next - 1)));
	ASSERT_EQ(PAGE, pread(self->node, self->memory, PAGE, next));
	EXPECT_EQ(PAGE, zeroes(self->memory, PAGE));
}

TEST_F(file, in_a_hole_there_is_nothing_to_read_and_no_space)
{
	static const uint64_t holes[] = { 0, PAGE, 1ull << 43, 1ull << 45,
					  (1ull << 63) - 2 * PAGE };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		EXPECT_EQ(0, result(pread(self->node, self->memory, PAGE,
					  holes[i])));
		EXPECT_EQ(-ENOSPC, result(pwrite(self->node, self->memory, PAGE,
						 holes[i])));
	}
	EXPECT_EQ(-EINVAL, result(pread(self->node, self->memory, 1, -1)));
	EXPECT_EQ(-EINVAL, result(pwrite(self->node, self->memory, 1, -PAGE)));
}

TEST_F(file, no_bytes_are_no_error_anywhere)
{
	EXPECT_EQ(0, result(pread(self->node, self->memory, 0, self->at)));
	EXPECT_EQ(0, result(pwrite(self->node, self->memory, 0, self->at)));
	EXPECT_EQ(0, result(pwrite(self->node, self->memory, 0, 0)));
}

TEST_F(file, vectors_are_one_transfer)
{
	char *m = self->memory;
	struct iovec some[] = {
		{ m, 8 },
		{ m + 8, 0 },
		{ m + 8, 2 * PAGE },
		{ m + 8 + 2 * PAGE, PAGE - 8 },
	};
	struct iovec all[] = { { m, SIZE / 2 }, { m + SIZE / 2, SIZE } };

	ASSERT_EQ(3 * PAGE, preadv(self->node, some, 4, self->at + PAGE));
	EXPECT_EQ(3 * PAGE, matching(m, 1, PAGE, 3 * PAGE));
	fill(m, 4, 0, SIZE);
	ASSERT_EQ(3 * PAGE, pwritev(self->node, some, 4, self->at + PAGE));
	EXPECT_EQ(PAGE, matching(self->bytes, 1, 0, PAGE));
	EXPECT_EQ(3 * PAGE, matching(self->bytes + PAGE, 4, 0, 3 * PAGE));
	EXPECT_EQ(SIZE - 4 * PAGE, matching(self->bytes + 4 * PAGE, 1, 4 * PAGE,
					    SIZE - 4 * PAGE));

	/* Longer than what there is. */
	fill(self->bytes, 5, 0, SIZE);
	ASSERT_EQ(self->at, lseek(self->node, self->at, SEEK_SET));
	ASSERT_EQ(SIZE, readv(self->node, all, 2));
	EXPECT_EQ(SIZE, matching(m, 5, 0, SIZE));
	EXPECT_EQ(0, readv(self->node, all, 2));
}

TEST_F(file, memory_that_faults_ends_a_transfer)
{
	char *last =
		self->memory + SIZE - PAGE; /* nothing is after this page */

	EXPECT_EQ(PAGE,
		  result(pread(self->node, last, 2 * PAGE, self->at + PAGE)));
	EXPECT_EQ(PAGE, matching(last, 1, PAGE, PAGE));
	EXPECT_EQ(-EFAULT,
		  result(pread(self->node, last + PAGE, PAGE, self->at)));

	fill(last, 6, 0, PAGE);
	EXPECT_EQ(PAGE,
		  result(pwrite(self->node, last, 2 * PAGE, self->at + PAGE)));
	EXPECT_EQ(PAGE, matching(self->bytes + PAGE, 6, 0, PAGE));
	EXPECT_EQ(PAGE, matching(self->bytes + 2 * PAGE, 1, 2 * PAGE, PAGE));
	EXPECT_EQ(-EFAULT,
		  result(pwrite(self->node, last + PAGE, PAGE, self->at)));
	EXPECT_EQ(PAGE, matching(self->bytes, 1, 0, PAGE));

	/* The position is where the bytes end. */
	ASSERT_EQ(self->at, lseek(self->node, self->at, SEEK_SET));
	EXPECT_EQ(PAGE, result(read(self->node, last, 3 * PAGE)));
	EXPECT_EQ(-EFAULT, result(read(self->node, last + PAGE, 1)));
	EXPECT_EQ(self->at + PAGE, lseek(self->node, 0, SEEK_CUR));
}

TEST_F(file, it_can_be_moved_within_itself)
{
	char *fresh = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->node, self->at);

	/* Pages that are not mapped yet, of the very buffer. */
	ASSERT_NE(MAP_FAILED, fresh);
	ASSERT_EQ(8 * PAGE,
		  pread(self->node, fresh, 8 * PAGE, self->at + 8 * PAGE));
	EXPECT_EQ(8 * PAGE, matching(self->bytes, 1, 8 * PAGE, 8 * PAGE));
	fill(self->bytes, 7, 0, 8 * PAGE);
	ASSERT_EQ(8 * PAGE,
		  pwrite(self->node, fresh, 8 * PAGE, self->at + 8 * PAGE));
	EXPECT_EQ(8 * PAGE, matching(self->bytes + 8 * PAGE, 7, 0, 8 * PAGE));
}

TEST_F(file, access_is_that_of_the_window_and_of_the_file)
{
	struct kdmabuf_alloc alloc =
		request(PAGE, variant->flags | KDMABUF_ALLOC_NO_FD);
	int reader = open(NODE, O_RDONLY | O_CLOEXEC);
	int writer = open(NODE, O_WRONLY | O_CLOEXEC);
	char byte = 1;

	alloc.fd_flags = O_RDONLY;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(1, result(pread(self->node, &byte, 1, alloc.window)));
	EXPECT_EQ(-EACCES, result(pwrite(self->node, &byte, 1, alloc.window)));

	alloc = request(PAGE, variant->flags | KDMABUF_ALLOC_NO_FD);
	alloc.fd_flags = O_WRONLY;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(-EACCES, result(pread(self->node, &byte, 1, alloc.window)));
	EXPECT_EQ(1, result(pwrite(self->node, &byte, 1, alloc.window)));

	alloc = request(PAGE, variant->flags | KDMABUF_ALLOC_NO_FD);
	ASSERT_EQ(0, call(reader, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(1, result(pread(reader, &byte, 1, alloc.window)));
	EXPECT_EQ(-EBADF, result(pwrite(reader, &byte, 1, alloc.window)));

	alloc = request(PAGE, variant->flags | KDMABUF_ALLOC_NO_FD);
	ASSERT_EQ(0, call(writer, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(-EBADF, result(pread(writer, &byte, 1, alloc.window)));
	EXPECT_EQ(1, result(pwrite(writer, &byte, 1, alloc.window)));
}

TEST_F(file, seek_data_and_hole_walk_the_windows)
{
	uint64_t sizes[] = { SIZE, PAGE, MIB(2), 3 * PAGE };
	uint64_t at[ARRAY_SIZE(sizes)] = { self->at }, end;
	off_t offset = 0;
	size_t i;

	for (i = 1; i < ARRAY_SIZE(sizes); i++)
		at[i] = allocate_without_fd(self->node, sizes[i],
					    variant->flags);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		end = at[i] + sizes[i];
		EXPECT_EQ(offset, lseek(self->node, offset, SEEK_HOLE));
		EXPECT_EQ(at[i], lseek(self->node, offset, SEEK_DATA));
		EXPECT_EQ(at[i], lseek(self->node, 0, SEEK_CUR));
		EXPECT_EQ(at[i], lseek(self->node, at[i], SEEK_DATA));
		EXPECT_EQ(end - 1, lseek(self->node, end - 1, SEEK_DATA));
		EXPECT_EQ(end, lseek(self->node, at[i], SEEK_HOLE));
		offset = lseek(self->node, end - 1, SEEK_HOLE);
		EXPECT_EQ(end, offset);
	}
	EXPECT_EQ(-ENXIO, result(lseek(self->node, offset, SEEK_DATA)));
	EXPECT_EQ(-ENXIO, result(lseek(self->node, offset, SEEK_HOLE)));
	EXPECT_EQ(-ENXIO, result(lseek(self->node, -1, SEEK_DATA)));
	EXPECT_EQ(offset, lseek(self->node, 0, SEEK_END));
	EXPECT_EQ(offset - 5, lseek(self->node, -5, SEEK_END));
	EXPECT_EQ(offset - 5, lseek(self->node, 0, SEEK_CUR));
}

TEST_F(file, a_position_may_be_anywhere_but_below_0)
{
	EXPECT_EQ(INT64_MAX - PAGE,
		  lseek(self->node, INT64_MAX - PAGE, SEEK_SET));
	EXPECT_EQ(0, result(read(self->node, self->memory, 1)));
	EXPECT_EQ(-EINVAL, result(lseek(self->node, -1, SEEK_SET)));
	EXPECT_EQ(-EINVAL, result(lseek(self->node, INT64_MIN, SEEK_CUR)));
	EXPECT_EQ(-EINVAL, result(lseek(self->node, 0, 17)));
	EXPECT_EQ(INT64_MAX - PAGE, lseek(self->node, 0, SEEK_CUR));
}

TEST_F(file, an_empty_file_has_no_data)
{
	int other = open(NODE, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, result(read(other, self->memory, PAGE)));
	EXPECT_EQ(0, result(pread(other, self->memory, PAGE, self->at)));
	EXPECT_EQ(-ENOSPC, result(write(other, self->memory, PAGE)));
	EXPECT_EQ(-ENXIO, result(lseek(other, 0, SEEK_DATA)));
	EXPECT_EQ(-ENXIO, result(lseek(other, 0, SEEK_HOLE)));
	EXPECT_EQ(0, result(lseek(other, 0, SEEK_END)));
}

TEST_HARNESS_MAIN
