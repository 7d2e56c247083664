// SPDX-License-Identifier: GPL-2.0
/*
 * Fences of a device that we command: who waits for them, for how long, in which
 * order, and what comes of the waiting when the signaller fails or dies.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include <linux/sync_file.h>

#include "bytes.h"
#include "importer.h"
#include "process.h"

#define SIZE (64 * PAGE)
#define WRITE KDMABUF_IMPORTER_FENCE_WRITE
#define SIGNALLED KDMABUF_IMPORTER_FENCE_SIGNALLED
#define DELAYED KDMABUF_IMPORTER_FENCE_DELAYED

FIXTURE(import_fence)
{
	int node;
	int live;
	int session;
	int fd;
	int import;
	char *bytes;
};

FIXTURE_SETUP(import_fence)
{
	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_fence)
{
	expect_live(_metadata, self->live);
}

static bool is_ready(int fd, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };

	return poll(&ready, 1, 0) == 1 && ready.revents & events;
}

/* A sync file with the fences that a reader or a writer has to wait for. */
static int export_fences(int fd, uint32_t flags)
{
	struct dma_buf_export_sync_file export = { .flags = flags };
	int ret = call(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &export);

	return ret ?: export.fd;
}

/* Of a sync file: 0 while it waits, 1 when all is well, or a negative errno. */
static int status_of(int fences)
{
	struct sync_file_info info = { .name = "" };
	int ret = call(fences, SYNC_IOC_FILE_INFO, &info);

	return ret ?: info.status;
}

static void ignore(int signal)
{
}

/* START; -EINTR if it waits. */
static int start(int fd, uint64_t direction)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | direction };
	struct sigaction action = { .sa_handler = ignore };
	struct itimerval timer = {
		.it_value.tv_usec = 50000,
		.it_interval.tv_usec = 50000,
	};
	int ret;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	ret = call(fd, DMA_BUF_IOCTL_SYNC, &sync);
	timer = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &timer, NULL);
	return ret;
}

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

TEST_F(import_fence, a_writer_keeps_readers_and_writers_waiting)
{
	int fence = add_fence(self->session, self->import, WRITE, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_FALSE(is_ready(self->fd, POLLIN));
	EXPECT_FALSE(is_ready(self->fd, POLLOUT));
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_WRITE));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_TRUE(is_ready(self->fd, POLLIN));
	EXPECT_TRUE(is_ready(self->fd, POLLOUT));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
}

TEST_F(import_fence, a_reader_keeps_only_writers_waiting)
{
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_TRUE(is_ready(self->fd, POLLIN));
	EXPECT_FALSE(is_ready(self->fd, POLLOUT));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_WRITE));
	EXPECT_EQ(-EINTR, start(self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
}

TEST_F(import_fence, a_signalled_fence_keeps_nobody_waiting)
{
	int fence =
		add_fence(self->session, self->import, WRITE | SIGNALLED, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));
}

TEST_F(import_fence, start_returns_when_a_delayed_fence_is_signalled)
{
	struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };
	uint64_t began = milliseconds();
	int fence =
		add_fence(self->session, self->import, WRITE | DELAYED, 300, 0);

	ASSERT_LT(0, fence);
	ASSERT_EQ(0, call(self->fd, DMA_BUF_IOCTL_SYNC, &sync));
	EXPECT_LE(300, milliseconds() - began);
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));
}

TEST_F(import_fence, a_delayed_fence_can_be_signalled_before_its_time)
{
	int fence = add_fence(self->session, self->import, WRITE | DELAYED,
			      3600000, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
}

TEST_F(import_fence, poll_runs_out_of_time_and_wakes_up)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLOUT };
	uint64_t began = milliseconds();
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(0, poll(&ready, 1, 100));
	EXPECT_LE(100, milliseconds() - began);
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(1, poll(&ready, 1, -1));

	began = milliseconds();
	ASSERT_LT(0, add_fence(self->session, self->import, WRITE | DELAYED,
			       200, 0));
	EXPECT_EQ(1, poll(&ready, 1, -1));
	EXPECT_LE(200, milliseconds() - began);
}

TEST_F(import_fence, all_fences_are_waited_for_in_any_order)
{
	static const int orders[][3] = { { 0, 1, 2 },
					 { 2, 1, 0 },
					 { 1, 2, 0 } };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		int fences[3];

		for (j = 0; j < 3; j++) {
			fences[j] = add_fence(self->session, self->import,
					      j ? 0 : WRITE, 0, 0);
			ASSERT_LT(0, fences[j]);
		}
		for (j = 0; j < 3; j++) {
			EXPECT_FALSE(is_ready(self->fd, POLLOUT));
			EXPECT_EQ(0, signal_fence(self->session,
						  fences[orders[i][j]], 0));
		}
		EXPECT_TRUE(is_ready(self->fd, POLLOUT));
	}
}

TEST_F(import_fence, a_sync_file_holds_the_fences_of_its_time)
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

TEST_F(import_fence, a_sync_file_names_the_driver)
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

TEST_F(import_fence, an_error_reaches_the_sync_file_and_frees_the_waiters)
{
	int fence = add_fence(self->session, self->import, WRITE, 0, 0);
	int sync = export_fences(self->fd, DMA_BUF_SYNC_RW), timed;

	ASSERT_LE(0, sync);
	EXPECT_EQ(0, signal_fence(self->session, fence, -EIO));
	EXPECT_EQ(-EIO, status_of(sync));
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));

	ASSERT_LT(0, add_fence(self->session, self->import, WRITE | DELAYED,
			       100, -ETIMEDOUT));
	timed = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_LE(0, timed);
	EXPECT_EQ(0, status_of(timed));
	while (!is_ready(timed, POLLIN))
		usleep(1000);
	EXPECT_EQ(-ETIMEDOUT, status_of(timed));
}

TEST_F(import_fence, the_end_of_a_session_frees_the_waiters)
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

TEST_F(import_fence, the_death_of_a_signaller_frees_the_waiters)
{
	struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW };
	int ends[2], fences;
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		int session = open(IMPORTER, O_RDWR | O_CLOEXEC);
		int import = get_import(session, self->fd);

		if (add_fence(session, import, WRITE, 0, 0) < 0 ||
		    write(ends[1], "r", 1) != 1)
			_exit(1);
		usleep(300000);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	fences = export_fences(self->fd, DMA_BUF_SYNC_RW);
	EXPECT_EQ(0, status_of(fences));
	EXPECT_EQ(0, call(self->fd, DMA_BUF_IOCTL_SYNC, &sync));
	EXPECT_EQ(-ECANCELED, status_of(fences));
	waitpid(child, NULL, 0);
}

TEST_F(import_fence, fences_go_from_one_buffer_to_another)
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
	munmap(self->bytes, SIZE);
	ASSERT_EQ(0, put_import(self->session, self->import));
	EXPECT_FALSE(is_ready(other, POLLIN));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_TRUE(is_ready(other, POLLIN));
}

TEST_F(import_fence, the_kernel_waits_as_user_space_does)
{
	uint64_t began = milliseconds();
	struct kdmabuf_importer_message message = { .import = self->import };

	ASSERT_LT(0, add_fence(self->session, self->import, DELAYED, 200, 0));
	EXPECT_EQ(0, cpu_access(self->session, self->import,
				KDMABUF_IMPORTER_CPU_BEGIN, FROM_DEVICE));
	EXPECT_EQ(0, cpu_access(self->session, self->import,
				KDMABUF_IMPORTER_CPU_BEGIN, BOTH));
	EXPECT_LE(200, milliseconds() - began);

	began = milliseconds();
	ASSERT_LT(0, add_fence(self->session, self->import, DELAYED, 200, 0));
	EXPECT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_LE(200, milliseconds() - began);
}

struct late_writer {
	int session;
	int mapping;
	int fence;
	int failures;
};

static void *write_late(void *argument)
{
	struct late_writer *writer = argument;

	usleep(300000);
	writer->failures =
		!!fill_target(writer->session, writer->mapping, 1, 0, SIZE) +
		!!signal_fence(writer->session, writer->fence, 0);
	return NULL;
}

TEST_F(import_fence, start_shows_what_a_device_wrote_before_its_fence)
{
	struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };
	struct late_writer writer = { .session = self->session };
	pthread_t thread;

	writer.mapping = map_device(self->session,
				    attach(self->session, self->import),
				    FROM_DEVICE);
	writer.fence = add_fence(self->session, self->import, WRITE, 0, 0);
	ASSERT_LT(0, writer.mapping);
	ASSERT_LT(0, writer.fence);
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_late, &writer));
	/* While this waits the device writes, perhaps into a bounce buffer. */
	ASSERT_EQ(0, call(self->fd, DMA_BUF_IOCTL_SYNC, &sync));
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, writer.failures);
}

TEST_F(import_fence, a_buffer_goes_with_unsignalled_fences_on_it)
{
	int fd = allocate(self->node, SIZE);
	int import = get_import(self->session, fd);
	int fence = add_fence(self->session, import, WRITE, 0, 0);

	ASSERT_LT(0, fence);
	close(fd);
	ASSERT_EQ(0, put_import(self->session, import));
	EXPECT_TRUE(live_buffers_become(self->node, self->live + 1));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
}

TEST_HARNESS_MAIN
