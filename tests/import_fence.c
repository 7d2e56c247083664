// SPDX-License-Identifier: GPL-2.0
/*
 * Fences of a device that we command: who waits for them, for how long, in which
 * order.
 */
#include <pthread.h>

#include "bytes.h"
#include "fences.h"
#include "importer.h"

#define SIZE (64 * PAGE)
#define WRITE KDMABUF_IMPORTER_FENCE_WRITE
#define SIGNALLED KDMABUF_IMPORTER_FENCE_SIGNALLED
#define DELAYED KDMABUF_IMPORTER_FENCE_DELAYED

FIXTURE_ON_IMPORT(import_fence, SIZE)

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

/* START of access to one byte; -EINTR if it waits. */
static int start_range(int node, int fd, uint32_t direction)
{
	struct kdmabuf_sync sync = {
		.fd = fd,
		.flags = DMA_BUF_SYNC_START | direction,
		.offset = SIZE / 2,
		.length = 1,
	};

	return call_impatiently(node, KDMABUF_IOCTL_SYNC, &sync);
}

TEST_F(import_fence, access_to_a_range_waits_as_access_to_all_does)
{
	int reader = add_fence(self->session, self->import, 0, 0, 0), writer;

	ASSERT_LT(0, reader);
	EXPECT_EQ(0, start_range(self->node, self->fd, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-EINTR,
		  start_range(self->node, self->fd, DMA_BUF_SYNC_WRITE));
	EXPECT_EQ(-EINTR, start_range(self->node, self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(0, signal_fence(self->session, reader, 0));
	EXPECT_EQ(0, start_range(self->node, self->fd, DMA_BUF_SYNC_RW));

	writer = add_fence(self->session, self->import, WRITE, 0, 0);
	ASSERT_LT(0, writer);
	EXPECT_EQ(-EINTR, start_range(self->node, self->fd, DMA_BUF_SYNC_READ));
	EXPECT_EQ(0, sync_range(self->node, self->fd,
				DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW, 0, SIZE));
	EXPECT_EQ(0, signal_fence(self->session, writer, 0));
	EXPECT_EQ(0, start_range(self->node, self->fd, DMA_BUF_SYNC_READ));
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
	int fence =
		add_fence(self->session, self->import, WRITE | DELAYED, 300, 0);

	ASSERT_LT(0, fence);
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ));
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
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(0, poll(&ready, 1, 100));
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(1, poll(&ready, 1, -1));

	fence = add_fence(self->session, self->import, WRITE | DELAYED, 200, 0);
	ASSERT_LT(0, fence);
	EXPECT_EQ(1, poll(&ready, 1, -1));
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));
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

TEST_F(import_fence, the_kernel_waits_as_user_space_does)
{
	struct kdmabuf_importer_message message = { .import = self->import };
	int fence = add_fence(self->session, self->import, DELAYED, 200, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(0, cpu_access(self->session, self->import,
				KDMABUF_IMPORTER_CPU_BEGIN, FROM_DEVICE));
	EXPECT_EQ(0, cpu_access(self->session, self->import,
				KDMABUF_IMPORTER_CPU_BEGIN, BOTH));
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));

	fence = add_fence(self->session, self->import, DELAYED, 200, 0);
	ASSERT_LT(0, fence);
	EXPECT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));
}

/* A thread that makes one call, which waits. */
struct waiter {
	int session;
	unsigned long command;
	void *argument;
	pid_t thread; /* once it is about to */
	int ret;
};

static void *wait_in_call(void *argument)
{
	struct waiter *waiter = argument;

	__atomic_store_n(&waiter->thread, gettid(), __ATOMIC_RELEASE);
	waiter->ret = call(waiter->session, waiter->command, waiter->argument);
	return NULL;
}

static bool is_asleep(pid_t thread)
{
	char name[64], state = 0;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", thread);
	file = fopen(name, "re");
	if (!file)
		return false;
	if (fscanf(file, "%*d %*s %c", &state) != 1)
		state = 0;
	fclose(file);
	return state == 'S';
}

/* Whoever is kept waiting here hangs until the test's time is over. */
static void expect_others_go_on(struct __test_metadata *_metadata, int session,
				int import, unsigned long command,
				void *argument)
{
	struct waiter waiter = { session, command, argument, 0, -1 };
	int attachment = attach(session, import);
	int fence = add_fence(session, import, WRITE, 0, 0);
	pthread_t thread;
	pid_t id;

	ASSERT_LT(0, fence);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_in_call, &waiter));
	do {
		usleep(1000);
		id = __atomic_load_n(&waiter.thread, __ATOMIC_ACQUIRE);
	} while (!id || !is_asleep(id));
	EXPECT_LT(0, map_device(session, attachment, BOTH));
	EXPECT_TRUE(is_asleep(id));
	EXPECT_EQ(0, signal_fence(session, fence, 0));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, waiter.ret);
}

TEST_F_TIMEOUT(import_fence,
	       who_waits_for_one_does_not_keep_the_session_waiting, 60)
{
	struct kdmabuf_importer_cpu_access access = { .import = self->import };
	struct kdmabuf_importer_message message = { .import = self->import };

	expect_others_go_on(_metadata, self->session, self->import,
			    KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, &access);
	expect_others_go_on(_metadata, self->session, self->import,
			    KDMABUF_IMPORTER_IOCTL_MESSAGE, &message);
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
	struct late_writer writer = { .session = self->session };
	char *bytes = map(self->fd, SIZE, PROT_READ);
	pthread_t thread;

	ASSERT_NE(MAP_FAILED, bytes);
	writer.mapping = map_device(self->session,
				    attach(self->session, self->import),
				    FROM_DEVICE);
	writer.fence = add_fence(self->session, self->import, WRITE, 0, 0);
	ASSERT_LT(0, writer.mapping);
	ASSERT_LT(0, writer.fence);
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_late, &writer));
	/* While this waits the device writes, perhaps into a bounce buffer. */
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
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
