// SPDX-License-Identifier: GPL-2.0
/*
 * Neither module can be unloaded while the other, or anybody else, holds something of
 * it, and both can be when nobody does. Each test leaves both loaded.
 */
#include "bytes.h"
#include "exporters.h"
#include "fences.h"
#include "importer.h"
#include "modules.h"

#define SIZE (16 * PAGE)

FIXTURE(import_unload)
{
	struct module exporter;
	struct module importer;
	int session;
	int fd;
	int import;
};

FIXTURE_SETUP(import_unload)
{
	int node, live;

	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	node = open_node(_metadata, &live);
	if (node < 0)
		return;
	ASSERT_TRUE(find_module("kdmabuf", &self->exporter));
	ASSERT_TRUE(find_module("kdmabuf_importer", &self->importer));
	self->fd = allocate(node, SIZE);
	ASSERT_LE(0, self->fd);
	close(node);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_unload)
{
	/* Also those that the test has not unloaded can be. */
	EXPECT_TRUE(access("/sys/module/kdmabuf_importer", F_OK) ||
		    unloads("kdmabuf_importer"));
	EXPECT_TRUE(is_loaded(&self->exporter));
	EXPECT_TRUE(is_loaded(&self->importer));
}

TEST_F(import_unload, a_session_holds_the_importer)
{
	ASSERT_EQ(0, put_import(self->session, self->import));
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf_importer"));
	close(self->session);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
}

TEST_F(import_unload, an_import_holds_the_exporter)
{
	close(self->fd);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	ASSERT_EQ(0, put_import(self->session, self->import));
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(import_unload, a_mapping_holds_the_exporter)
{
	int s = self->session, attachment = attach(s, self->import);
	int mapping = map_device(s, attachment, BOTH);

	ASSERT_LT(0, mapping);
	close(self->fd);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	EXPECT_EQ(0, fill_target(s, mapping, 1, 0, SIZE));
	EXPECT_EQ(SIZE, matching_target(s, mapping, 1, 0, SIZE));
	ASSERT_EQ(0, unmap_device(s, attachment, mapping));
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	ASSERT_EQ(0, detach(s, self->import, attachment));
	ASSERT_EQ(0, put_import(s, self->import));
	EXPECT_TRUE(unloads("kdmabuf"));
}

/*
 * It keeps the dma-buf, and the driver it was asked of has no part in it any more: also
 * not the operations that the driver had set, and that this exporter does not replace.
 */
TEST_F(import_unload, a_mapping_through_the_importer_outlives_it)
{
	int fd = export_from(SYSTEM_HEAP, SIZE), import;
	char *bytes;

	if (fd < 0)
		SKIP(return, "no system heap");
	import = get_import(self->session, fd);
	ASSERT_LT(0, import);
	bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		     self->session, place_of(import, 0));
	ASSERT_NE(MAP_FAILED, bytes);
	close(fd);
	close(self->session);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
	fill(bytes, 1, 0, SIZE);
	/* A part, so that the mapping is split, and asked whether it may be. */
	EXPECT_EQ(0, munmap(bytes, SIZE / 2));
	EXPECT_EQ(SIZE / 2, matching(bytes + SIZE / 2, 1, SIZE / 2, SIZE / 2));
	EXPECT_EQ(0, munmap(bytes + SIZE / 2, SIZE / 2));
}

TEST_F(import_unload, an_unsignalled_fence_in_a_sync_file_holds_the_importer)
{
	struct sync_fence_info fence = { .status = -1 };
	struct sync_file_info info = {
		.num_fences = 1,
		.sync_fence_info = (uintptr_t)&fence,
	};
	int sync;

	ASSERT_LT(0, add_fence(self->session, self->import,
			       KDMABUF_IMPORTER_FENCE_WRITE, 0, 0));
	sync = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_EQ(0, call(sync, SYNC_IOC_FILE_INFO, &info));
	EXPECT_STREQ("kdmabuf_importer", fence.driver_name);
	EXPECT_EQ(0, fence.status);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf_importer"));
	close(self->session);
	close(self->fd);
	/* Long enough for whatever is put off. */
	sleep(1);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf_importer"));
	/* The fence's operations, which are code of the module, can still be called. */
	EXPECT_EQ(0, call(sync, SYNC_IOC_FILE_INFO, &info));
	EXPECT_EQ(-ECANCELED, fence.status);
	close(sync);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
}

TEST_F(import_unload, a_fence_on_a_buffer_holds_the_importer)
{
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	close(self->session);
	/* It is signalled, and the buffer's reservation object still has it. */
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf_importer"));
	close(self->fd);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(import_unload, a_fence_that_somebody_polls_holds_the_importer)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLOUT };
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	/* The dma-buf has put its callback on the fence, and leaves it there. */
	EXPECT_EQ(0, poll(&ready, 1, 10));
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf_importer"));
	close(self->session);
	EXPECT_EQ(1, poll(&ready, 1, 0));
	close(self->fd);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
}

TEST_F(import_unload, it_comes_and_goes_with_fences_again_and_again)
{
	int i;

	for (i = 0; i < 20; i++) {
		int sync;

		ASSERT_LT(0,
			  add_fence(self->session, self->import,
				    i % 2 ? KDMABUF_IMPORTER_FENCE_DELAYED : 0,
				    i % 2, 0));
		sync = export_fences(self->fd, DMA_BUF_SYNC_RW);
		ASSERT_LE(0, sync);
		ASSERT_EQ(0, put_import(self->session, self->import));
		close(self->session);
		close(sync);
		/* Makes the reservation object let the last one go. */
		self->session = open(IMPORTER, O_RDWR | O_CLOEXEC);
		self->import = get_import(self->session, self->fd);
		ASSERT_LT(0, self->import);
	}
	close(self->session);
	close(self->fd);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
}

TEST_HARNESS_MAIN
