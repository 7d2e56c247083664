// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator of the plugin for GStreamer, as an application uses it.
 */
#include <gst/allocators/allocators.h>

#include "account.h"
#include "bytes.h"
#include "gst.h"

FIXTURE(gst_allocator)
{
	int node;
	int live;
	struct limits limits;
	GstAllocator *allocator;
};

FIXTURE_SETUP(gst_allocator)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	lift_limits(_metadata, &self->limits);
	load_kdmabuf(_metadata);
	self->allocator =
		g_object_new(g_type_from_name("GstKdmabufAllocator"), NULL);
	ASSERT_NE(NULL, self->allocator);
}

FIXTURE_TEARDOWN_PARENT(gst_allocator)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

TEST_F(gst_allocator, the_plugin_registers_one)
{
	GstAllocator *found = gst_allocator_find("kdmabuf");

	ASSERT_NE(NULL, found);
	EXPECT_TRUE(g_type_is_a(G_OBJECT_TYPE(found),
				g_type_from_name("GstKdmabufAllocator")));
	EXPECT_FALSE(
		GST_OBJECT_FLAG_IS_SET(found, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC));
}

TEST_F(gst_allocator, memory_is_a_zeroed_contiguous_dma_buf_with_its_name)
{
	struct kdmabuf_query answer;
	GstMemory *memory;
	GstMapInfo info;

	ASSERT_TRUE(gst_object_set_name(GST_OBJECT(self->allocator), "mine"));
	memory = gst_allocator_alloc(self->allocator, 3 * MIB(1) + 5, NULL);
	ASSERT_NE(NULL, memory);
	ASSERT_TRUE(gst_is_dmabuf_memory(memory));
	ASSERT_EQ(0,
		  query(self->node, gst_dmabuf_memory_get_fd(memory), &answer));
	EXPECT_EQ(3 * MIB(1) + PAGE, answer.size);
	EXPECT_EQ(1, answer.segments);
	EXPECT_STREQ("mine", answer.name);
	EXPECT_EQ(3 * MIB(1) + 5, gst_memory_get_sizes(memory, NULL, NULL));
	ASSERT_TRUE(gst_memory_map(memory, &info, GST_MAP_READWRITE));
	EXPECT_EQ(3 * MIB(1) + 5, info.size);
	EXPECT_EQ(3 * MIB(1), zeroes(info.data, 3 * MIB(1)));
	gst_memory_unmap(memory, &info);
	gst_memory_unref(memory);
}

TEST_F(gst_allocator, what_is_written_is_there_for_others)
{
	GstMemory *memory = gst_allocator_alloc(self->allocator, PAGE, NULL);
	GstMapInfo info;
	void *bytes;

	ASSERT_NE(NULL, memory);
	ASSERT_TRUE(gst_memory_map(memory, &info, GST_MAP_WRITE));
	fill(info.data, 1, 0, info.size);
	gst_memory_unmap(memory, &info);
	bytes = map(gst_dmabuf_memory_get_fd(memory), PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(PAGE, matching(bytes, 1, 0, PAGE));
}

TEST_F(gst_allocator, prefix_padding_and_alignment_are_kept)
{
	GstAllocationParams params = { .align = 63,
				       .prefix = 100,
				       .padding = 5000 };
	GstMemory *memory = gst_allocator_alloc(self->allocator, 1000, &params);
	struct kdmabuf_query answer;
	gsize offset, whole;

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(1000, gst_memory_get_sizes(memory, &offset, &whole));
	EXPECT_EQ(128, offset);
	EXPECT_EQ(128 + 1000 + 5000, whole);
	ASSERT_EQ(0,
		  query(self->node, gst_dmabuf_memory_get_fd(memory), &answer));
	EXPECT_EQ(2 * PAGE, answer.size);
}

TEST_F(gst_allocator, an_alignment_beyond_a_page_is_that_of_the_buffer)
{
	GstAllocationParams params = { .align = MIB(1) - 1 };
	struct kdmabuf_query answer;
	GstMemory *memory;
	int i;

	for (i = 0; i < 8; i++) {
		memory = gst_allocator_alloc(self->allocator, MIB(1), &params);
		ASSERT_NE(NULL, memory);
		ASSERT_EQ(0, query(self->node, gst_dmabuf_memory_get_fd(memory),
				   &answer));
		EXPECT_NE(0, answer.physical_address);
		EXPECT_EQ(0, answer.physical_address % MIB(1));
	}
}

TEST_F(gst_allocator, properties_are_the_constraints)
{
	struct kdmabuf_query answer;
	GstMemory *memory;

	g_object_set(self->allocator, "address-bits", 24, "alignment",
		     (guint64)KIB(64), "node", 0, NULL);
	memory = gst_allocator_alloc(self->allocator, KIB(64), NULL);
	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0,
		  query(self->node, gst_dmabuf_memory_get_fd(memory), &answer));
	EXPECT_NE(0, answer.physical_address);
	EXPECT_GE(MIB(16), answer.physical_address + KIB(64));
	EXPECT_EQ(0, answer.physical_address % KIB(64));
	EXPECT_EQ(0, answer.node);
}

static void expect_copy(struct __test_metadata *_metadata, GstMemory *memory,
			gssize offset, gssize size, gsize copied)
{
	GstMemory *copy = gst_memory_copy(memory, offset, size);
	GstMapInfo info;

	ASSERT_NE(NULL, copy);
	EXPECT_FALSE(gst_is_dmabuf_memory(copy));
	ASSERT_TRUE(gst_memory_map(copy, &info, GST_MAP_READ));
	ASSERT_EQ(copied, info.size);
	EXPECT_EQ(copied, matching(info.data, 1, offset, copied));
	gst_memory_unmap(copy, &info);
	gst_memory_unref(copy);
}

TEST_F(gst_allocator, copies_are_ordinary_memory_also_at_the_limit)
{
	GstAllocationParams params = { .align = 63, .prefix = 100 };
	GstMemory *memory;
	GstMapInfo info;

	/* No buffer could be as small and have that. */
	g_object_set(self->allocator, "alignment", (guint64)MIB(1), NULL);
	memory = gst_allocator_alloc(self->allocator, MIB(1), &params);
	ASSERT_NE(NULL, memory);
	ASSERT_TRUE(gst_memory_map(memory, &info, GST_MAP_WRITE));
	fill(info.data, 1, 0, info.size);
	gst_memory_unmap(memory, &info);
	set_limits(_metadata, 1, 0);
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, MIB(1), NULL));

	expect_copy(_metadata, memory, 0, -1, MIB(1));
	expect_copy(_metadata, memory, 1000, -1, MIB(1) - 1000);
	expect_copy(_metadata, memory, 1000, 100, 100);
	expect_copy(_metadata, memory, MIB(1), -1, 0);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
}

TEST_F(gst_allocator, what_cannot_be_is_null)
{
	GstAllocationParams params = { .prefix = G_MAXSIZE };

	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, 0, NULL));
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, G_MAXSIZE, NULL));
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, PAGE, &params));
	params = (GstAllocationParams){ .prefix = G_MAXSIZE, .align = 63 };
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, PAGE, &params));
	params = (GstAllocationParams){ .padding = G_MAXSIZE };
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, PAGE, &params));
	g_object_set(self->allocator, "alignment", (guint64)3, NULL);
	EXPECT_EQ(NULL, gst_allocator_alloc(self->allocator, PAGE, NULL));
	EXPECT_EQ(self->live, live_buffers(self->node));
}

TEST_HARNESS_MAIN
