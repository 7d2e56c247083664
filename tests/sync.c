// SPDX-License-Identifier: GPL-2.0
/*
 * CPU access and fences: DMA_BUF_IOCTL_SYNC, sync files, poll, and that all views of
 * a buffer share what they say.
 */
#include <pthread.h>

#include "bytes.h"
#include "fences.h"
#include "node.h"
#include "vgem.h"

#define SIZE (4 * PAGE)

FIXTURE(sync)
{
	int node;
	int live;
	int fd;
	int view; /* of the same buffer, read-only, its second half */
	int vgem;
	int handle; /* of the fd */
};

FIXTURE_SETUP(sync)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	self->view =
		make_view(self->node, self->fd, O_RDONLY, SIZE / 2, SIZE / 2);
	ASSERT_LE(0, self->view);
	self->vgem = open_vgem();
	if (self->vgem >= 0) {
		self->handle = import_fd(self->vgem, self->fd);
		ASSERT_LT(0, self->handle);
	}
}

FIXTURE_TEARDOWN_PARENT(sync)
{
	expect_live(_metadata, self->live);
}

static const uint64_t directions[] = {
	DMA_BUF_SYNC_READ,
	DMA_BUF_SYNC_WRITE,
	DMA_BUF_SYNC_RW,
};

TEST_F(sync, start_and_end_succeed_in_every_direction)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		for (j = 0; j < ARRAY_SIZE(directions); j++) {
			EXPECT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START |
							       directions[i]));
			EXPECT_EQ(0,
				  sync_fd(self->view,
					  DMA_BUF_SYNC_START | directions[j]));
			EXPECT_EQ(0, sync_fd(self->fd,
					     DMA_BUF_SYNC_END | directions[i]));
			EXPECT_EQ(0, sync_fd(self->view,
					     DMA_BUF_SYNC_END | directions[j]));
		}
	}
}

TEST_F(sync, end_without_start_succeeds)
{
	int fd = allocate(self->node, SIZE);
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		EXPECT_EQ(0,
			  sync_fd(self->fd, DMA_BUF_SYNC_END | directions[i]));
		EXPECT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_END | directions[i]));
	}
}

TEST_F(sync, unknown_flags_and_no_direction_are_einval)
{
	EXPECT_EQ(-EINVAL, sync_fd(self->fd, DMA_BUF_SYNC_START));
	EXPECT_EQ(-EINVAL, sync_fd(self->fd, DMA_BUF_SYNC_END));
	EXPECT_EQ(-EINVAL, sync_fd(self->fd, DMA_BUF_SYNC_RW | 1 << 3));
	EXPECT_EQ(-EINVAL, sync_fd(self->fd, DMA_BUF_SYNC_RW | 1ull << 63));
}

static void *access_again_and_again(void *fd)
{
	intptr_t failures = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		uint64_t direction = directions[i % ARRAY_SIZE(directions)];

		failures +=
			!!sync_fd(*(int *)fd, DMA_BUF_SYNC_START | direction);
		failures += !!sync_fd(*(int *)fd, DMA_BUF_SYNC_END | direction);
	}
	return (void *)failures;
}

TEST_F(sync, many_threads_and_devices_that_come_and_go_do_not_disturb_it)
{
	pthread_t threads[8];
	void *failures;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL,
					    access_again_and_again,
					    i % 2 ? &self->fd : &self->view));
	for (i = 0; self->vgem >= 0 && i < 200; i++) {
		close_handle(self->vgem, self->handle);
		self->handle = import_fd(self->vgem, self->fd);
		EXPECT_LT(0, self->handle);
	}
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &failures));
		EXPECT_EQ(NULL, failures);
	}
}

TEST_F(sync, a_buffer_without_fences_is_ready)
{
	int fences = export_fences(self->fd, DMA_BUF_SYNC_RW);

	ASSERT_LE(0, fences);
	EXPECT_TRUE(is_ready(fences, POLLIN));
	EXPECT_TRUE(is_ready(self->fd, POLLIN));
	EXPECT_TRUE(is_ready(self->fd, POLLOUT));
	EXPECT_TRUE(is_ready(self->view, POLLIN));
}

TEST_F(sync, fences_are_shared_by_all_views)
{
	int work, fences, older;

	if (self->vgem < 0)
		SKIP(return, "no vgem");
	older = make_view(self->node, self->fd, O_RDWR, 0, PAGE);
	ASSERT_LE(0, older);
	work = begin_work(self->vgem, self->handle, true);
	ASSERT_LT(0, work);
	EXPECT_FALSE(is_ready(self->fd, POLLIN));
	EXPECT_FALSE(is_ready(self->view, POLLIN));
	EXPECT_FALSE(is_ready(older, POLLOUT));
	fences = export_fences(self->view, DMA_BUF_SYNC_READ);
	ASSERT_LE(0, fences);
	EXPECT_FALSE(is_ready(fences, POLLIN));

	ASSERT_EQ(0, finish_work(self->vgem, work));
	EXPECT_TRUE(is_ready(fences, POLLIN));
	EXPECT_TRUE(is_ready(self->fd, POLLIN));
	EXPECT_TRUE(is_ready(self->view, POLLIN));
	EXPECT_TRUE(is_ready(older, POLLOUT));
}

TEST_F(sync, fences_can_be_given_to_one_view_and_taken_from_another)
{
	struct dma_buf_import_sync_file import = { .flags =
							   DMA_BUF_SYNC_WRITE };
	int other, handle, work, fences;

	if (self->vgem < 0)
		SKIP(return, "no vgem");
	/* Work on another buffer. */
	other = allocate(self->node, PAGE);
	handle = import_fd(self->vgem, other);
	ASSERT_LT(0, handle);
	work = begin_work(self->vgem, handle, true);
	ASSERT_LT(0, work);
	import.fd = export_fences(other, DMA_BUF_SYNC_RW);
	ASSERT_LE(0, import.fd);
	ASSERT_EQ(0, call(self->view, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import));
	fences = export_fences(self->fd, DMA_BUF_SYNC_READ);
	ASSERT_LE(0, fences);
	EXPECT_FALSE(is_ready(fences, POLLIN));
	ASSERT_EQ(0, finish_work(self->vgem, work));
	EXPECT_TRUE(is_ready(fences, POLLIN));
}

TEST_F(sync, start_waits_for_a_device_that_writes)
{
	int work;

	if (self->vgem < 0)
		SKIP(return, "no vgem");
	work = begin_work(self->vgem, self->handle, true);
	ASSERT_LT(0, work);
	/* What waits can be interrupted; what does not wait returns 0. */
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR, start(self->view, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR, start(self->view, DMA_BUF_SYNC_WRITE));
	ASSERT_EQ(0, finish_work(self->vgem, work));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(0, start(self->view, DMA_BUF_SYNC_RW));
}

TEST_F(sync, start_to_read_does_not_wait_for_a_device_that_reads)
{
	int work;

	if (self->vgem < 0)
		SKIP(return, "no vgem");
	work = begin_work(self->vgem, self->handle, false);
	ASSERT_LT(0, work);
	EXPECT_EQ(0, start(self->view, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR, start(self->view, DMA_BUF_SYNC_WRITE));
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_RW));
	ASSERT_EQ(0, finish_work(self->vgem, work));
}

TEST_HARNESS_MAIN
