// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings in user space that come by way of a driver: dma_buf_mmap() of a mapping
 * that the driver has put operations of its own into before.
 */
#include "bytes.h"
#include "importer.h"

#define SIZE (16 * PAGE)

FIXTURE(import_mmap)
{
	int node;
	int live;
	int session;
	int fd;
	int import;
};

FIXTURE_SETUP(import_mmap)
{
	char *bytes;

	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	munmap(bytes, SIZE);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_mmap)
{
	expect_live(_metadata, self->live);
}

TEST_F(import_mmap, operations_that_the_driver_left_are_replaced)
{
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->session, place_of(self->import, 0));

	ASSERT_NE(MAP_FAILED, bytes);
	/* The driver's own would end this process with a SIGBUS. */
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	fill(bytes, 2, 0, SIZE);
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(SIZE,
		  matching_target(self->session, self->import, 2, 0, SIZE));
}

TEST_F(import_mmap, a_part_shows_its_own_bytes)
{
	uint64_t first;

	for (first = 0; first < SIZE; first += PAGE) {
		char *part = mmap(NULL, SIZE - first, PROT_READ, MAP_SHARED,
				  self->session, place_of(self->import, first));

		ASSERT_NE(MAP_FAILED, part);
		ASSERT_EQ(SIZE - first, matching(part, 1, first, SIZE - first));
		munmap(part, SIZE - first);
	}
}

TEST_F(import_mmap, bounds_are_those_of_the_buffer)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, SIZE + 1 },
		{ PAGE, SIZE },
		{ SIZE, PAGE },
		{ (1ull << 32) - PAGE, PAGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		EXPECT_EQ(-EINVAL,
			  try_map(self->session, ranges[i].length, PROT_READ,
				  MAP_SHARED,
				  place_of(self->import, ranges[i].offset)));
	EXPECT_EQ(-EINVAL, try_map(self->session, SIZE, PROT_READ, MAP_PRIVATE,
				   place_of(self->import, 0)));
}

TEST_F(import_mmap, mremap_cannot_grow_it)
{
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->session, place_of(self->import, 0));

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(MAP_FAILED, mremap(bytes, SIZE, SIZE + PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(bytes, 0, SIZE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
}

TEST_F(import_mmap, a_mapping_holds_the_buffer_not_the_session)
{
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->session, place_of(self->import, 0));

	ASSERT_NE(MAP_FAILED, bytes);
	close(self->fd);
	close(self->session);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	munmap(bytes, SIZE);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(import_mmap, a_readonly_view_refuses_to_be_written)
{
	int view = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	int import = get_import(self->session, view);
	char *bytes;

	ASSERT_LT(0, import);
	EXPECT_EQ(-EACCES, try_map(self->session, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, place_of(import, 0)));
	bytes = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, self->session,
		     place_of(import, 0));
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	EXPECT_EQ(-1, mprotect(bytes, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_HARNESS_MAIN
