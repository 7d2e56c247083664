// SPDX-License-Identifier: GPL-2.0
/*
 * Fences that leave their buffer in a sync file, and what those who hold one learn
 * when the signaller fails or dies.
 */
#include <sys/wait.h>

#include "fences.h"
#include "importer.h"

#define WRITE KDMABUF_IMPORTER_FENCE_WRITE
#define DELAYED KDMABUF_IMPORTER_FENCE_DELAYED

FIXTURE_ON_IMPORT(import_sync_file, PAGE)

TEST_F(import_sync_file, a_sync_file_holds_the_fences_of_its_time)
{
	int reader = add_fence(self->session, self->import, 0, 0, 0);
	int to_read = export_fences(self->fd, DMA_BUF_SYNC_READ);
	int to_write = export_fences(self->fd, DMA_BUF_SYNC_WRITE);
	int writer = add_fence(self->session, self->import, WRITE, 0, 0);
	int later = export_fences(self->fd, DMA_BUF_SYNC_READ);

	ASSERT_LT(0, writer);
	ASSERT_LE(0, later);
	EXPECT_EQ(1, status_of(to_read));
	EXPECT_EQ(0, status_of(to_write));
	EXPECT_EQ(0, status_of(later));
	EXPECT_EQ(0, signal_fence(self->session, reader, 0));
	EXPECT_EQ(1, status_of(to_write));
	EXPECT_EQ(0, status_of(later));
	EXPECT_EQ(0, signal_fence(self->session, writer, 0));
	EXPECT_EQ(1, status_of(later));
	EXPECT_TRUE(is_ready(later, POLLIN));
}

TEST_F(import_sync_file, a_sync_file_names_the_driver)
{
	struct sync_fence_info fence = { .status = -1 };
	struct sync_file_info info = {
		.num_fences = 1,
		.sync_fence_info = (uintptr_t)&fence,
	};
	int sync;

	ASSERT_LT(0, add_fence(self->session, self->import, WRITE, 0, 0));
	sync = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_EQ(0, call(sync, SYNC_IOC_FILE_INFO, &info));
	EXPECT_EQ(1, info.num_fences);
	EXPECT_STREQ("kdmabuf_importer", fence.driver_name);
	EXPECT_EQ(0, fence.status);
}

TEST_F(import_sync_file, an_error_reaches_the_sync_file_and_frees_the_waiters)
{
	int fence = add_fence(self->session, self->import, WRITE, 0, 0);
	int sync = export_fences(self->fd, DMA_BUF_SYNC_RW), timed;

	ASSERT_LE(0, sync);
	EXPECT_EQ(0, signal_fence(self->session, fence, -EIO));
	EXPECT_EQ(-EIO, status_of(sync));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));

	ASSERT_LT(0, add_fence(self->session, self->import, WRITE | DELAYED,
			       2000, -ETIMEDOUT));
	timed = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_LE(0, timed);
	EXPECT_EQ(0, status_of(timed));
	while (!is_ready(timed, POLLIN))
		usleep(1000);
	EXPECT_EQ(-ETIMEDOUT, status_of(timed));
}

TEST_F(import_sync_file, the_end_of_a_session_frees_the_waiters)
{
	int other = allocate(self->node, PAGE), fences[2];

	/* Not two on one buffer: of those a sync file tells only that they ended. */
	ASSERT_LT(0, add_fence(self->session, self->import, WRITE, 0, 0));
	ASSERT_LT(0, add_fence(self->session, get_import(self->session, other),
			       WRITE | DELAYED, 3600000, 0));
	fences[0] = export_fences(self->fd, DMA_BUF_SYNC_RW);
	fences[1] = export_fences(other, DMA_BUF_SYNC_RW);
	EXPECT_EQ(0, status_of(fences[0]));
	EXPECT_EQ(0, status_of(fences[1]));
	close(self->session);
	EXPECT_EQ(-ECANCELED, status_of(fences[0]));
	EXPECT_EQ(-ECANCELED, status_of(fences[1]));
	EXPECT_TRUE(is_ready(self->fd, POLLOUT));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
}

TEST_F(import_sync_file, the_death_of_a_signaller_frees_the_waiters)
{
	int ready[2], go[2], fences;
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		int session = open(IMPORTER, O_RDWR | O_CLOEXEC);
		int import = get_import(session, self->fd);

		if (add_fence(session, import, WRITE, 0, 0) < 0 ||
		    write(ready[1], "r", 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(1);
		/* So that who waits for it waits already. */
		usleep(300000);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	fences = export_fences(self->fd, DMA_BUF_SYNC_RW);
	EXPECT_EQ(0, status_of(fences));
	ASSERT_EQ(1, write(go[1], "g", 1));
	EXPECT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
	EXPECT_EQ(-ECANCELED, status_of(fences));
	waitpid(child, NULL, 0);
}

TEST_F(import_sync_file, fences_go_from_one_buffer_to_another)
{
	struct dma_buf_import_sync_file import = { .flags =
							   DMA_BUF_SYNC_WRITE };
	int fence = add_fence(self->session, self->import, WRITE, 0, 0);
	int other = allocate(self->node, PAGE);

	ASSERT_LE(0, other);
	import.fd = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_LE(0, import.fd);
	ASSERT_EQ(0, call(other, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import));
	EXPECT_FALSE(is_ready(other, POLLIN));
	EXPECT_EQ(-EINTR, start(other, DMA_BUF_SYNC_READ));
	/* The fence needs neither the buffer nor the handle that it came from. */
	close(self->fd);
	ASSERT_EQ(0, put_import(self->session, self->import));
	EXPECT_FALSE(is_ready(other, POLLIN));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_TRUE(is_ready(other, POLLIN));
}

TEST_HARNESS_MAIN
