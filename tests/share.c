// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that processes share: through fork, dup and messages, whose sender and
 * receiver may be gone before they are read.
 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bytes.h"
#include "importer.h"
#include "process.h"

#define SIZE (16 * PAGE)

FIXTURE(share)
{
	int node;
	int live;
	int fd;
	int ends[2]; /* of a socket */
};

FIXTURE_SETUP(share)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				self->ends));
}

FIXTURE_TEARDOWN_PARENT(share)
{
	expect_live(_metadata, self->live);
}

TEST_F(share, a_received_fd_is_the_same_buffer)
{
	struct kdmabuf_query answer;
	char *bytes;
	pid_t child;
	int fd;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		/* One that the parent has never seen. */
		int mine = allocate(self->node, SIZE);

		bytes = map(mine, SIZE, PROT_READ | PROT_WRITE);
		ASSERT_NE(MAP_FAILED, bytes);
		fill(bytes, 1, 0, SIZE);
		_exit(-send_fd(self->ends[1], mine));
	}
	fd = receive_fd(self->ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(ended_well(child));
	bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(SIZE, answer.buffer_size);
}

TEST_F(share, a_received_readonly_fd_stays_readonly)
{
	int view = make_view(self->node, self->fd, O_RDONLY, 0, SIZE), fd;

	ASSERT_LE(0, view);
	ASSERT_EQ(0, send_fd(self->ends[1], view));
	fd = receive_fd(self->ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES,
		  try_map(fd, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0));
	EXPECT_EQ(-EACCES, make_view(self->node, fd, O_RDWR, 0, SIZE));
}

TEST_F(share, no_device_writes_through_a_received_readonly_fd)
{
	int view = make_view(self->node, self->fd, O_RDONLY, 0, SIZE), fd;
	int session = open_importer(_metadata), import;

	if (session < 0)
		return;
	ASSERT_EQ(0, send_fd(self->ends[1], view));
	fd = receive_fd(self->ends[0]);
	import = get_import(session, fd);
	ASSERT_LT(0, import);
	EXPECT_LT(0, map_device(session, attach(session, import), TO_DEVICE));
	EXPECT_EQ(-EACCES, map_device(session, attach(session, import), BOTH));
}

TEST_F(share, a_duplicate_keeps_the_buffer)
{
	int copy = dup(self->fd);
	struct kdmabuf_query answer;
	struct kdmabuf_next next;

	ASSERT_LE(0, copy);
	close(self->fd);
	ASSERT_EQ(0, query(self->node, copy, &answer));
	ASSERT_EQ(0, find_buffer(self->node, answer.id, &next));
	EXPECT_EQ(1, next.views);
	close(copy);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(share, it_is_the_same_file_after_it_was_sent)
{
	struct stat sent, received;
	int fd;

	ASSERT_EQ(0, send_fd(self->ends[1], self->fd));
	fd = receive_fd(self->ends[0]);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(self->fd, &sent));
	ASSERT_EQ(0, fstat(fd, &received));
	EXPECT_EQ(sent.st_ino, received.st_ino);
}

TEST_F(share, a_message_in_flight_keeps_the_buffer)
{
	int fd;

	ASSERT_EQ(0, send_fd(self->ends[1], self->fd));
	close(self->fd);
	close(self->ends[1]);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	fd = receive_fd(self->ends[0]);
	EXPECT_LE(0, fd);
	close(fd);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(share, a_message_in_a_socket_without_ends_frees_it)
{
	ASSERT_EQ(0, send_fd(self->ends[1], self->fd));
	ASSERT_EQ(0, send_fd(self->ends[0], self->fd));
	close(self->fd);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	close(self->ends[0]);
	close(self->ends[1]);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(share, a_socket_in_its_own_queue_frees_it)
{
	int helper[2];

	/* A cycle, which only the kernel's garbage collector can end. */
	ASSERT_EQ(0, send_fd(self->ends[1], self->fd));
	ASSERT_EQ(0, send_fd(self->ends[1], self->ends[0]));
	ASSERT_EQ(0, send_fd(self->ends[0], self->ends[1]));
	close(self->fd);
	close(self->ends[0]);
	close(self->ends[1]);
	/* It runs when a socket is closed, and on newer kernels a while later. */
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, helper));
	close(helper[0]);
	close(helper[1]);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(share, processes_that_die_with_it_in_flight_free_it)
{
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		/* In a socket that only the child has. */
		int ends[2], mine = allocate(self->node, SIZE);

		ASSERT_LE(0, mine);
		ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
		ASSERT_EQ(0, send_fd(ends[0], mine));
		kill(getpid(), SIGKILL);
	}
	waitpid(child, NULL, 0);
	EXPECT_TRUE(live_buffers_become(self->node, self->live + 1));
}

TEST_HARNESS_MAIN
