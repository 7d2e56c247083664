// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers so large that a device sees them in thousands of segments, that kmalloc()
 * does not give a list of their pages, or that their size does not fit the 32 bits of
 * a segment's length.
 */
#include "account.h"
#include "bytes.h"
#include "importer.h"
#include "memory.h"

FIXTURE(import_large)
{
	int node;
	int live;
	struct limits limits;
	int session;
	int fd;
	int import;
	char *bytes;
};

FIXTURE_VARIANT(import_large)
{
	uint64_t size;
	uint32_t flags;
};

/* First, so that nothing of the others lies in its way. */
FIXTURE_VARIANT_ADD(import_large, over_4_gib){
	.size = MIB(4096) + MIB(2),
};

/* Each page is looked at by a call, so larger ones take a debug kernel minutes. */
FIXTURE_VARIANT_ADD(import_large, scattered){
	.size = MIB(128),
	.flags = KDMABUF_ALLOC_SCATTERED,
};

/* More than 4 MiB of pointers. */
FIXTURE_VARIANT_ADD(import_large, scattered_over_2_gib){
	.size = MIB(2048) + MIB(2),
	.flags = KDMABUF_ALLOC_SCATTERED,
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
	if (MIB(machine_mib()) < 2 * variant->size)
		SKIP(return, "not so much memory");
	lift_limits(_metadata, &self->limits);
	ASSERT_TRUE(make_room());
	self->fd = allocate_with(self->node,
				 request(variant->size, variant->flags));
	if (self->fd == -ENOMEM && !(variant->flags & KDMABUF_ALLOC_SCATTERED))
		SKIP(return, "not so much memory in a row");
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, variant->size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	/* A word in each page: what can go wrong here are pages. */
	for (offset = 0; offset < variant->size; offset += PAGE)
		fill(self->bytes + offset, 1, offset, 8);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_large)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

/* How many bytes, from the first, are in pages that are where they belong. */
static uint64_t pages_in_place(int session, int target, uint64_t size)
{
	uint64_t offset;

	for (offset = 0; offset < size; offset += PAGE)
		if (matching_target(session, target, 1, offset, 8) != 8)
			break;
	return offset;
}

/* One test: so large a run of memory is not to be had twice. */
TEST_F(import_large, every_page_is_in_its_place_for_kernel_and_devices)
{
	static const uint32_t lengths[] = { 0, KIB(16) };
	struct kdmabuf_importer_map made;
	size_t i;

	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(variant->size,
		  pages_in_place(self->session, self->import, variant->size));

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct kdmabuf_importer_attach device = {
			.max_segment_size = lengths[i],
		};
		int attachment =
			attach_with(self->session, self->import, device);
		int mapping = map_device_with(self->session, attachment,
					      TO_DEVICE, &made);

		if (mapping == -EIO)
			SKIP(return, "more than the bounce buffers hold");
		ASSERT_LT(0, mapping);
		EXPECT_EQ(0, made.bad);
		EXPECT_EQ(variant->size, made.bytes);
		if (lengths[i])
			EXPECT_LE(variant->size / lengths[i], made.segments);
		EXPECT_EQ(variant->size, pages_in_place(self->session, mapping,
							variant->size));
	}
}

TEST_HARNESS_MAIN
