// SPDX-License-Identifier: GPL-2.0
/*
 * Who may know what of a buffer: users, namespaces, processes that have gone.
 */
#include <sched.h>
#include <sys/socket.h>

#include "node.h"
#include "process.h"

FIXTURE_ON_NODE(knowledge)

TEST_F(knowledge, pid_is_0_when_the_process_has_gone)
{
	struct kdmabuf_next next;
	int ends[2], fd;
	struct kdmabuf_query answer;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(send_fd(ends[1], allocate(self->node, PAGE)));
	fd = receive_fd(ends[0]);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(ended_well(child));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	ASSERT_EQ(0, find_buffer(self->node, answer.id, &next));
	EXPECT_EQ(0, next.pid);
}

TEST_F(knowledge, pid_and_uid_are_those_of_the_callers_namespace)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query answer;
	struct kdmabuf_next next;
	pid_t child;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID))
		SKIP(return, "no user namespaces: %s", strerror(errno));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		/* No number there, no user there, and no capability that counts. */
		EXPECT_EQ(0, query(self->node, alloc.fd, &answer));
		EXPECT_EQ(NOBODY, answer.uid);
		EXPECT_EQ(0, answer.physical_address);
		EXPECT_EQ(0, find_buffer(self->node, alloc.id, &next));
		EXPECT_EQ(0, next.pid);
		EXPECT_EQ(NOBODY, next.uid);
		EXPECT_EQ(0, next.physical_address);

		alloc = request(PAGE, 0);
		EXPECT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		EXPECT_EQ(0, find_buffer(self->node, alloc.id, &next));
		EXPECT_EQ(1, next.pid);
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
}

TEST_F(knowledge, without_capabilities_no_address_and_no_buffer_of_others)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query answer;
	struct kdmabuf_next next = { 0 };
	pid_t child;
	int fd;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ASSERT_TRUE(become(NOBODY));
		/* A fd that was given is known, but not where it lies. */
		EXPECT_EQ(0, query(self->node, alloc.fd, &answer));
		EXPECT_EQ(alloc.id, answer.id);
		EXPECT_EQ(0, answer.uid);
		EXPECT_EQ(0, answer.physical_address);
		EXPECT_EQ(-ENOENT, next_buffer(self->node, &next));

		fd = allocate(self->node, PAGE);
		EXPECT_LE(0, fd);
		EXPECT_EQ(1, live_buffers(self->node));
		EXPECT_EQ(0, next_buffer(self->node, &next));
		EXPECT_EQ(NOBODY, next.uid);
		EXPECT_EQ(0, next.physical_address);
		EXPECT_EQ(0, query(self->node, fd, &answer));
		EXPECT_EQ(next.id, answer.id);
		EXPECT_EQ(0, answer.physical_address);
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
}

TEST_F(knowledge, root_sees_the_buffers_of_all)
{
	struct kdmabuf_next next;
	struct kdmabuf_query answer;
	int ends[2], fd;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ASSERT_TRUE(become(NOBODY));
		_exit(send_fd(ends[1], allocate(self->node, PAGE)));
	}
	fd = receive_fd(ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(ended_well(child));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(NOBODY, answer.uid);
	EXPECT_NE(0, answer.physical_address);
	ASSERT_EQ(0, find_buffer(self->node, answer.id, &next));
	EXPECT_EQ(NOBODY, next.uid);
}

TEST_HARNESS_MAIN
