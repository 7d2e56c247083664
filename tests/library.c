// SPDX-License-Identifier: GPL-2.0
/*
 * libkdmabuf: each function, with what its header promises. The errors of the ioctls
 * that it passes on have tests of their own.
 */
#include <kdmabuf.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "bytes.h"
#include "node.h"
#include "process.h"

FIXTURE(library)
{
	int node;
	int live;
	int ends[2];
	int fds; /* open before the test */
};

FIXTURE_SETUP(library)
{
	int node = open_node(_metadata, &self->live);

	if (node < 0)
		return;
	close(node);
	self->node = kdmabuf_open();
	ASSERT_LE(0, self->node);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				self->ends));
	self->fds = open_fds();
}

FIXTURE_TEARDOWN_PARENT(library)
{
	expect_live(_metadata, self->live);
}

TEST_F(library, open_and_alloc_give_descriptors_with_cloexec)
{
	int fd = kdmabuf_alloc(self->node, 5000);

	EXPECT_EQ(FD_CLOEXEC, fcntl(self->node, F_GETFD));
	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(O_RDWR, fcntl(fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(2 * PAGE, lseek(fd, 0, SEEK_END));
	fd = kdmabuf_view(self->node, fd, PAGE, PAGE, O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(O_RDONLY, fcntl(fd, F_GETFL) & O_ACCMODE);
}

TEST_F(library, errors_are_negative_errnos)
{
	struct kdmabuf_alloc alloc = { 0 };
	struct kdmabuf_query answer;
	int fd = kdmabuf_alloc(self->node, PAGE);

	EXPECT_EQ(-ERANGE, kdmabuf_alloc(self->node, 0));
	EXPECT_EQ(-ERANGE,
		  kdmabuf_alloc_with(self->node, &alloc, sizeof(alloc)));
	EXPECT_EQ(-EINVAL, kdmabuf_alloc_with(self->node, &alloc, 8));
	EXPECT_EQ(-EBADF, kdmabuf_alloc(-1, PAGE));
	EXPECT_EQ(-ENOTTY, kdmabuf_alloc(self->ends[0], PAGE));
	EXPECT_EQ(-EBADF,
		  kdmabuf_query(self->node, -1, &answer, sizeof(answer)));
	EXPECT_EQ(-EMEDIUMTYPE, kdmabuf_query(self->node, self->ends[0],
					      &answer, sizeof(answer)));
	EXPECT_EQ(-EINVAL, kdmabuf_query(self->node, fd, &answer, 8));
	EXPECT_EQ(-ERANGE, kdmabuf_view(self->node, fd, PAGE, PAGE, O_RDWR));
	EXPECT_EQ(-EDOM, kdmabuf_view(self->node, fd, 0, 1, O_RDWR));
	EXPECT_EQ(-EINVAL, kdmabuf_view(self->node, fd, 0, PAGE, O_WRONLY));
}

TEST_F(library, one_request_serves_for_several_buffers)
{
	struct kdmabuf_alloc alloc = { .size = 5000 };
	uint64_t id;
	int fd;

	fd = kdmabuf_alloc_with(self->node, &alloc, sizeof(alloc));
	ASSERT_LE(0, fd);
	EXPECT_EQ(fd, alloc.fd);
	id = alloc.id;
	fd = kdmabuf_alloc_with(self->node, &alloc, sizeof(alloc));
	ASSERT_LE(0, fd);
	EXPECT_NE(id, alloc.id);
	EXPECT_EQ(2 * PAGE, alloc.size);
}

TEST_F(library, query_and_next_need_no_zeroed_struct)
{
	struct kdmabuf_next next;
	struct kdmabuf_query answer;
	int fd = kdmabuf_alloc(self->node, 3 * PAGE), n = 0, ret;

	memset(&answer, 0xff, sizeof(answer));
	ASSERT_EQ(0, kdmabuf_query(self->node, fd, &answer, sizeof(answer)));
	EXPECT_EQ(3 * PAGE, answer.size);
	memset(&next, 0xff, sizeof(next));
	next.id = 0;
	while (!(ret = kdmabuf_next(self->node, &next, sizeof(next))))
		n += next.id == answer.id && next.size == 3 * PAGE;
	EXPECT_EQ(-ENOENT, ret);
	EXPECT_EQ(1, n);
}

TEST_F(library, an_address_lies_in_a_huge_page_as_its_byte_in_the_buffer)
{
	static const struct {
		uint64_t offset;
		size_t length;
	} ranges[] = {
		{ 0, MIB(2) },	      { 0, MIB(8) },	  { MIB(2), MIB(4) },
		{ 3 * PAGE, MIB(6) }, { MIB(3), MIB(5) }, { PAGE, MIB(4) },
	};
	int fd = kdmabuf_alloc(self->node, MIB(8));
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		void *address = NULL;

		ASSERT_EQ(0, kdmabuf_map(fd, ranges[i].offset, ranges[i].length,
					 PROT_READ | PROT_WRITE, &address));
		EXPECT_EQ(ranges[i].offset % MIB(2),
			  (uintptr_t)address % MIB(2));
		fill(address, i, ranges[i].offset, ranges[i].length);
		EXPECT_EQ(0, kdmabuf_unmap(address, ranges[i].length));

		ASSERT_EQ(0, kdmabuf_map(fd, ranges[i].offset, ranges[i].length,
					 PROT_READ, &address));
		EXPECT_EQ(ranges[i].length,
			  matching(address, i, ranges[i].offset,
				   ranges[i].length));
		EXPECT_EQ(0, kdmabuf_unmap(address, ranges[i].length));
	}
}

/* Mappings of this process. */
static int mappings(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[512];
	int n = 0;

	while (file && fgets(line, sizeof(line), file))
		n++;
	if (file)
		fclose(file);
	return n;
}

TEST_F(library, map_leaves_no_address_space_behind)
{
	int fd = kdmabuf_alloc(self->node, MIB(4)), before = mappings();
	void *address;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kdmabuf_map(fd, PAGE, MIB(3), PROT_READ, &address));
	EXPECT_EQ(0, kdmabuf_unmap(address, MIB(3)));
	EXPECT_EQ(before, mappings());
	EXPECT_EQ(-EINVAL, kdmabuf_map(fd, 0, MIB(4) + 1, PROT_READ, &address));
	EXPECT_EQ(-EINVAL, kdmabuf_map(fd, MIB(4), 1, PROT_READ, &address));
	EXPECT_EQ(-EINVAL, kdmabuf_map(fd, 1, PAGE, PROT_READ, &address));
	EXPECT_EQ(-EINVAL, kdmabuf_map(fd, 0, 0, PROT_READ, &address));
	EXPECT_EQ(-EOVERFLOW,
		  kdmabuf_map(fd, -PAGE, 2 * PAGE, PROT_READ, &address));
	EXPECT_EQ(-EBADF, kdmabuf_map(-1, 0, PAGE, PROT_READ, &address));
	EXPECT_EQ(-EBADF, kdmabuf_map(-1, 0, MIB(4), PROT_READ, &address));
	fd = kdmabuf_view(self->node, fd, 0, MIB(4), O_RDONLY);
	EXPECT_EQ(-EACCES,
		  kdmabuf_map(fd, 0, MIB(4), PROT_READ | PROT_WRITE, &address));
	EXPECT_EQ(before, mappings());
}

TEST_F(library, cpu_access_begins_and_ends)
{
	int fd = kdmabuf_alloc(self->node, PAGE);

	EXPECT_EQ(0, kdmabuf_begin_cpu_access(fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(0, kdmabuf_end_cpu_access(fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(-EINVAL, kdmabuf_begin_cpu_access(fd, 0));
	EXPECT_EQ(-EINVAL, kdmabuf_end_cpu_access(fd, 1 << 3));
	EXPECT_EQ(-EBADF, kdmabuf_begin_cpu_access(-1, DMA_BUF_SYNC_READ));
	EXPECT_EQ(-ENOTTY,
		  kdmabuf_begin_cpu_access(self->ends[0], DMA_BUF_SYNC_READ));
}

TEST_F(library, cpu_access_to_some_bytes_begins_and_ends)
{
	int node = self->node, fd = kdmabuf_alloc(node, PAGE);

	EXPECT_EQ(0, kdmabuf_begin_cpu_access_partial(node, fd, DMA_BUF_SYNC_RW,
						      1, PAGE - 1));
	EXPECT_EQ(0, kdmabuf_end_cpu_access_partial(node, fd, DMA_BUF_SYNC_RW,
						    1, PAGE - 1));
	EXPECT_EQ(-EINVAL, kdmabuf_begin_cpu_access_partial(node, fd, 0, 1, 1));
	EXPECT_EQ(-EINVAL,
		  kdmabuf_end_cpu_access_partial(node, fd, 1 << 3, 1, 1));
	EXPECT_EQ(-ERANGE, kdmabuf_begin_cpu_access_partial(
				   node, fd, DMA_BUF_SYNC_READ, 1, PAGE));
	EXPECT_EQ(-EMEDIUMTYPE,
		  kdmabuf_end_cpu_access_partial(node, self->ends[0],
						 DMA_BUF_SYNC_READ, 0, 1));
	EXPECT_EQ(-EBADF, kdmabuf_begin_cpu_access_partial(
				  node, -1, DMA_BUF_SYNC_READ, 0, 1));
	EXPECT_EQ(-ENOTTY, kdmabuf_begin_cpu_access_partial(
				   self->ends[0], fd, DMA_BUF_SYNC_READ, 0, 1));
}

TEST_F(library, a_message_carries_descriptors_and_bytes)
{
	int sent[3], received[8], i;
	struct kdmabuf_query a, b;
	size_t count = ARRAY_SIZE(received);
	char text[16];

	for (i = 0; i < 3; i++)
		sent[i] = kdmabuf_alloc(self->node, (i + 1) * PAGE);
	ASSERT_EQ(0, kdmabuf_send(self->ends[0], sent, 3, "frame 7", 8));
	ASSERT_EQ(8, kdmabuf_recv(self->ends[1], received, &count, text,
				  sizeof(text)));
	EXPECT_EQ(3, count);
	EXPECT_STREQ("frame 7", text);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(FD_CLOEXEC, fcntl(received[i], F_GETFD));
		ASSERT_EQ(0, kdmabuf_query(self->node, sent[i], &a, sizeof(a)));
		ASSERT_EQ(0, kdmabuf_query(self->node, received[i], &b,
					   sizeof(b)));
		EXPECT_EQ(a.id, b.id);
	}
}

TEST_F(library, either_may_be_missing_but_not_both)
{
	int fd = kdmabuf_alloc(self->node, PAGE), received;
	size_t count = 1;
	char byte;

	ASSERT_EQ(0, kdmabuf_send(self->ends[0], &fd, 1, NULL, 0));
	EXPECT_EQ(0, kdmabuf_recv(self->ends[1], &received, &count, NULL, 0));
	EXPECT_EQ(1, count);
	ASSERT_EQ(0, kdmabuf_send(self->ends[0], NULL, 0, "x", 1));
	EXPECT_EQ(1, kdmabuf_recv(self->ends[1], NULL, NULL, &byte, 1));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(-EINVAL, kdmabuf_send(self->ends[0], NULL, 0, NULL, 0));
}

TEST_F(library, a_message_may_carry_253_descriptors_and_no_more)
{
	int fds[KDMABUF_FDS_MAX + 1], received[KDMABUF_FDS_MAX];
	size_t count = KDMABUF_FDS_MAX, i;

	EXPECT_EQ(253, KDMABUF_FDS_MAX);
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = self->node;
	EXPECT_EQ(-EMSGSIZE,
		  kdmabuf_send(self->ends[0], fds, ARRAY_SIZE(fds), "x", 1));
	ASSERT_EQ(0, kdmabuf_send(self->ends[0], fds, KDMABUF_FDS_MAX, "x", 1));
	EXPECT_EQ(self->fds, open_fds());
	ASSERT_LE(0, kdmabuf_recv(self->ends[1], received, &count, fds, 1));
	EXPECT_EQ(KDMABUF_FDS_MAX, count);
	EXPECT_EQ(self->fds + KDMABUF_FDS_MAX, open_fds());
}

TEST_F(library, what_does_not_fit_is_an_error_and_leaks_nothing)
{
	int fds[3] = { self->node, self->node, self->node }, received[8];
	static const struct {
		size_t room, bytes;
	} rooms[] = {
		{ 0, 8 }, { 1, 8 }, { 2, 8 }, { 3, 0 }, { 3, 7 }, { 2, 7 },
	};
	size_t i, count;
	char text[16];

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		ASSERT_EQ(0,
			  kdmabuf_send(self->ends[0], fds, 3, "12345678", 8));
		count = rooms[i].room;
		EXPECT_EQ(-EMSGSIZE,
			  kdmabuf_recv(self->ends[1], received, &count, text,
				       rooms[i].bytes));
		EXPECT_EQ(0, count);
		EXPECT_EQ(self->fds, open_fds());
	}
	/* It is gone; the next one comes whole. */
	ASSERT_EQ(0, kdmabuf_send(self->ends[0], fds, 3, "12345678", 8));
	count = 3;
	EXPECT_EQ(8, kdmabuf_recv(self->ends[1], received, &count, text, 8));
	EXPECT_EQ(3, count);
}

TEST_F(library, no_room_for_descriptors_in_the_process_is_an_error_too)
{
	int fds[4] = { self->node, self->node, self->node, self->node };
	int received[4];
	size_t count = 4;
	char byte;

	ASSERT_EQ(0, kdmabuf_send(self->ends[0], fds, 4, "x", 1));
	ASSERT_EQ(0, limit_fds(lowest_free_fd() + 2));
	EXPECT_EQ(-EMSGSIZE,
		  kdmabuf_recv(self->ends[1], received, &count, &byte, 1));
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	EXPECT_EQ(0, count);
	EXPECT_EQ(self->fds, open_fds());
}

TEST_F(library, a_peer_that_has_gone_is_told)
{
	int fd = self->node;
	size_t count = 1;
	char byte;

	close(self->ends[0]);
	/* No SIGPIPE either, which would end the test. */
	EXPECT_EQ(-EPIPE, kdmabuf_send(self->ends[1], &fd, 1, "x", 1));
	EXPECT_EQ(-ENODATA, kdmabuf_recv(self->ends[1], &fd, &count, &byte, 1));
	EXPECT_EQ(0, count);
}

TEST_F(library, sockets_that_cannot_do_it_are_refused)
{
	int fd = self->node, stream[2], files[2];
	size_t count = 1;
	char byte;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
	ASSERT_EQ(0, pipe(files));
	EXPECT_EQ(-EPROTOTYPE, kdmabuf_send(stream[0], &fd, 1, "x", 1));
	EXPECT_EQ(-EPROTOTYPE, kdmabuf_recv(stream[1], &fd, &count, &byte, 1));
	EXPECT_EQ(-ENOTSOCK, kdmabuf_send(files[1], &fd, 1, "x", 1));
	EXPECT_EQ(-ENOTSOCK, kdmabuf_recv(files[0], &fd, &count, &byte, 1));
	EXPECT_EQ(-EBADF, kdmabuf_send(-1, &fd, 1, "x", 1));
	fd = -1;
	EXPECT_EQ(-EBADF, kdmabuf_send(self->ends[0], &fd, 1, "x", 1));
}

TEST_F(library, a_socket_that_does_not_wait_is_respected)
{
	size_t count = 1;
	char byte;
	int fd;

	ASSERT_EQ(0, fcntl(self->ends[1], F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, kdmabuf_recv(self->ends[1], &fd, &count, &byte, 1));
}

static void ignore(int signal)
{
	(void)signal;
}

TEST_F(library, a_signal_does_not_interrupt_it)
{
	struct sigaction action = { .sa_handler = ignore };
	struct itimerval timer = {
		.it_value.tv_usec = 20000,
		.it_interval.tv_usec = 20000,
	};
	size_t count = 1;
	pid_t child;
	char byte;
	int fd;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		usleep(200000);
		_exit(-kdmabuf_send(self->ends[0], &self->node, 1, "x", 1));
	}
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &timer, NULL));
	EXPECT_EQ(1, kdmabuf_recv(self->ends[1], &fd, &count, &byte, 1));
	timer = (struct itimerval){ 0 };
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &timer, NULL));
	EXPECT_TRUE(ended_well(child));
}

TEST_HARNESS_MAIN
