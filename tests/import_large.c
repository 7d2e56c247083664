// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer so large that lists of its pages and segments do not fit what kmalloc()
 * gives, and that a device sees in thousands of segments.
 */
#include "bytes.h"
#include "importer.h"

#define SIZE MIB(384)

FIXTURE(import_large)
{
	int node;
	int live;
	int session;
	int fd;
	int import;
	char *bytes;
};

FIXTURE_SETUP(import_large)
{
	uint64_t offset;

	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate_with(self->node,
				 request(SIZE, KDMABUF_ALLOC_SCATTERED));
	if (self->fd == -ENOMEM)
		SKIP(return, "no memory for so large a buffer");
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	/* A word in each page: what can go wrong here are pages. */
	for (offset = 0; offset < SIZE; offset += PAGE)
		fill(self->bytes + offset, 1, offset, 8);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_large)
{
	expect_live(_metadata, self->live);
}

/* How many bytes, from the first, are in pages that are where they belong. */
static uint64_t pages_in_place(int session, int target)
{
	uint64_t offset;

	for (offset = 0; offset < SIZE; offset += PAGE)
		if (matching_target(session, target, 1, offset, 8) != 8)
			break;
	return offset;
}

TEST_F(import_large, every_page_is_in_its_place_in_the_kernel)
{
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(SIZE, pages_in_place(self->session, self->import));
}

TEST_F(import_large, every_page_is_in_its_place_for_a_device)
{
	struct kdmabuf_importer_attach device = {
		.max_segment_size = KIB(16),
	};
	struct kdmabuf_importer_map made;
	int mapping = map_device_with(self->session,
				      attach(self->session, self->import),
				      TO_DEVICE, &made);

	if (mapping == -EIO || mapping == -ENOMEM)
		SKIP(return, "more than the bounce buffers hold");
	ASSERT_LT(0, mapping);
	EXPECT_EQ(0, made.bad);
	EXPECT_EQ(SIZE, made.bytes);
	EXPECT_EQ(SIZE, pages_in_place(self->session, mapping));

	mapping = map_device_with(
		self->session, attach_with(self->session, self->import, device),
		TO_DEVICE, &made);
	ASSERT_LT(0, mapping);
	EXPECT_EQ(0, made.bad);
	EXPECT_LE(SIZE / KIB(16), made.segments);
	EXPECT_EQ(SIZE, pages_in_place(self->session, mapping));
}

TEST_HARNESS_MAIN
