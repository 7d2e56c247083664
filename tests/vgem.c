// SPDX-License-Identifier: GPL-2.0
/*
 * A device's driver as importer: a dma-buf becomes a handle of vgem and back. Other
 * tests need vgem for what they are about; this one is about the import.
 */
#include "bytes.h"
#include "node.h"
#include "vgem.h"

FIXTURE(vgem)
{
	int node;
	int live;
	int vgem;
};

FIXTURE_VARIANT(vgem)
{
	uint64_t size;
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(vgem, page){
	.size = PAGE,
};

FIXTURE_VARIANT_ADD(vgem, block){
	.size = MIB(1),
};

FIXTURE_VARIANT_ADD(vgem, run){
	.size = MIB(16),
};

FIXTURE_VARIANT_ADD(vgem, scattered){
	.size = MIB(2),
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(vgem)
{
	self->vgem = open_vgem();
	if (self->vgem < 0)
		SKIP(return, "no vgem");
	self->node = open_node(_metadata, &self->live);
}

FIXTURE_TEARDOWN_PARENT(vgem)
{
	expect_live(_metadata, self->live);
}

TEST_F(vgem, bytes_are_the_same_through_a_handle)
{
	int fd = allocate_with(self->node,
			       request(variant->size, variant->flags));
	char *bytes, *again;
	int handle, exported;

	ASSERT_LE(0, fd);
	bytes = map(fd, variant->size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, variant->size);
	munmap(bytes, variant->size);

	handle = import_fd(self->vgem, fd);
	ASSERT_LT(0, handle);
	close(fd);
	/* Only the handle holds it. */
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	exported = export_handle(self->vgem, handle);
	ASSERT_LE(0, exported);
	again = map(exported, variant->size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, again);
	EXPECT_EQ(variant->size, matching(again, 1, 0, variant->size));
}

TEST_F(vgem, one_buffer_has_one_handle_and_each_view_its_own)
{
	int fd = allocate_with(self->node,
			       request(variant->size, variant->flags));
	int view = make_view(self->node, fd, O_RDWR, 0, PAGE);
	struct kdmabuf_query answer;
	int first, second, third;

	ASSERT_LE(0, view);
	first = import_fd(self->vgem, fd);
	second = import_fd(self->vgem, fd);
	third = import_fd(self->vgem, view);
	ASSERT_LT(0, first);
	EXPECT_EQ(first, second);
	EXPECT_NE(first, third);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(2, answer.attachments);
}

TEST_F(vgem, two_cards_can_have_it_at_once)
{
	int fd = allocate_with(self->node,
			       request(variant->size, variant->flags));
	int other = open_vgem(), first, second, i;
	struct kdmabuf_query answer;

	ASSERT_LE(0, other);
	for (i = 0; i < 10; i++) {
		first = import_fd(self->vgem, fd);
		second = import_fd(other, fd);
		ASSERT_LT(0, first);
		ASSERT_LT(0, second);
		EXPECT_EQ(0, close_handle(self->vgem, first));
		ASSERT_EQ(0, query(self->node, fd, &answer));
		EXPECT_EQ(1, answer.attachments);
		EXPECT_EQ(0, close_handle(other, second));
		ASSERT_EQ(0, query(self->node, fd, &answer));
		EXPECT_EQ(0, answer.attachments);
	}
}

TEST_F(vgem, a_card_that_is_closed_lets_go_of_it)
{
	int fd = allocate_with(self->node,
			       request(variant->size, variant->flags));

	ASSERT_LT(0, import_fd(self->vgem, fd));
	close(fd);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	close(self->vgem);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_HARNESS_MAIN
