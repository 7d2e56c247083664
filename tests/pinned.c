// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever takes a program's memory takes a mapped buffer too: direct I/O, pipes,
 * other processes, io_uring, sockets. Pages that the kernel holds longer than the buffer
 * lives keep their bytes.
 */
#include <sys/uio.h>

#include "bytes.h"
#include "disk.h"
#include "node.h"
#include "place.h"
#include "process.h"
#include "uring.h"
#include "zerocopy.h"

#define SIZE MIB(1)

FIXTURE(pinned)
{
	int node;
	int live;
	int fd;
	char *bytes;
	size_t mapped; /* SIZE or more */
};

FIXTURE_VARIANT(pinned)
{
	uint32_t flags;
	bool huge; /* the mapping begins with a huge entry */
};

FIXTURE_VARIANT_ADD(pinned, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(pinned, huge){
	.huge = true,
};

FIXTURE_VARIANT_ADD(pinned, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(pinned)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->mapped = variant->huge ? HUGE : SIZE;
	self->fd = allocate_with(self->node,
				 request(self->mapped, variant->flags));
	ASSERT_LE(0, self->fd);
	self->bytes = map_at(place(self->mapped, variant->huge ? 0 : PAGE),
			     self->fd, self->mapped, 0, 0);
	ASSERT_NE(MAP_FAILED, self->bytes);
}

FIXTURE_TEARDOWN_PARENT(pinned)
{
	expect_live(_metadata, self->live);
}

TEST_F(pinned, direct_io_writes_from_it_and_reads_into_it)
{
	int backing = memfd_create("disk", MFD_CLOEXEC);
	char *plain = malloc(SIZE);
	int disk;

	ASSERT_NE(NULL, plain);
	ASSERT_EQ(0, ftruncate(backing, SIZE));
	disk = open_disk(backing, O_RDWR | O_DIRECT);
	if (disk == -ENODEV)
		SKIP(return, "no loop device");
	ASSERT_LE(0, disk);

	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(SIZE, pwrite(disk, self->bytes, SIZE, 0));
	ASSERT_EQ(SIZE, pread(backing, plain, SIZE, 0));
	EXPECT_EQ(SIZE, matching(plain, 1, 0, SIZE));

	memset(self->bytes, 0, SIZE);
	ASSERT_EQ(SIZE, pread(disk, self->bytes, SIZE, 0));
	EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
	free(plain);
}

TEST_F(pinned, another_process_reads_and_writes_it)
{
	pid_t parent = getpid(), child;

	fill(self->bytes, 1, 0, SIZE);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		char *copy = malloc(SIZE);
		struct iovec local = { copy, SIZE };
		struct iovec remote = { self->bytes, SIZE };

		/* A child's mapping is its own; reach for the parent's. */
		munmap(self->bytes, self->mapped);
		EXPECT_EQ(SIZE,
			  process_vm_readv(parent, &local, 1, &remote, 1, 0));
		EXPECT_EQ(SIZE, matching(copy, 1, 0, SIZE));
		fill(copy, 2, 0, SIZE);
		EXPECT_EQ(SIZE,
			  process_vm_writev(parent, &local, 1, &remote, 1, 0));
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
}

TEST_F(pinned, proc_mem_reads_and_writes_it)
{
	int mem = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	char *copy = malloc(SIZE);

	ASSERT_LE(0, mem);
	ASSERT_NE(NULL, copy);
	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(SIZE, pread(mem, copy, SIZE, (uintptr_t)self->bytes));
	EXPECT_EQ(SIZE, matching(copy, 1, 0, SIZE));
	fill(copy, 2, 0, SIZE);
	ASSERT_EQ(SIZE, pwrite(mem, copy, SIZE, (uintptr_t)self->bytes));
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
	free(copy);
}

/* The buffer goes, and what comes now must not get the pages that are held. */
static void replace_buffer(struct __test_metadata *_metadata,
			   FIXTURE_DATA(pinned) * self, uint32_t flags)
{
	char *other;
	int fd;

	munmap(self->bytes, self->mapped);
	close(self->fd);
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	fd = allocate_with(self->node, request(self->mapped, flags));
	ASSERT_LE(0, fd);
	other = map(fd, self->mapped, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, other);
	EXPECT_EQ(self->mapped, zeroes(other, self->mapped));
	memset(other, 0xff, self->mapped);
}

TEST_F(pinned, pages_in_a_pipe_keep_their_bytes_when_the_buffer_is_gone)
{
	size_t size = 16 * PAGE;
	struct iovec part = { self->bytes + PAGE, size };
	char *copy = malloc(size);
	int ends[2];

	ASSERT_NE(NULL, copy);
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(size, vmsplice(ends[1], &part, 1, 0));
	replace_buffer(_metadata, self, variant->flags);
	ASSERT_EQ(size, read(ends[0], copy, size));
	EXPECT_EQ(size, matching(copy, 1, PAGE, size));
	free(copy);
}

TEST_F(pinned, io_uring_reads_into_it_and_writes_from_it_when_it_is_gone)
{
	int file = memfd_create("file", MFD_CLOEXEC);
	char *copy = malloc(SIZE);
	char *bytes = self->bytes;
	struct uring ring;
	int ret = open_uring(&ring);

	if (ret < 0)
		SKIP(return, "no io_uring: %s", strerror(-ret));
	ret = register_buffer(&ring, bytes, SIZE);
	/* Before that it took no mapping of any file but shmem. */
	if (!ksft_min_kernel_version(6, 5)) {
		EXPECT_EQ(-EOPNOTSUPP, ret);
		SKIP(return, "io_uring of this kernel takes no files' memory");
	}
	ASSERT_EQ(0, ret);

	fill(copy, 1, 0, SIZE);
	ASSERT_EQ(SIZE, pwrite(file, copy, SIZE, 0));
	ASSERT_EQ(SIZE,
		  transfer(&ring, IORING_OP_READ_FIXED, file, bytes, SIZE));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));

	fill(bytes, 2, 0, SIZE);
	replace_buffer(_metadata, self, variant->flags);
	ASSERT_EQ(SIZE,
		  transfer(&ring, IORING_OP_WRITE_FIXED, file, bytes, SIZE));
	ASSERT_EQ(SIZE, pread(file, copy, SIZE, 0));
	EXPECT_EQ(SIZE, matching(copy, 2, 0, SIZE));
	free(copy);
}

TEST_F(pinned, a_socket_sends_it)
{
	size_t size = 16 * PAGE;
	char *copy = malloc(size);
	int ends[2];
	pid_t child;

	ASSERT_NE(NULL, copy);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	fill(self->bytes, 1, 0, SIZE);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(write(ends[1], self->bytes, size) != (ssize_t)size);
	ASSERT_EQ(size, recv(ends[0], copy, size, MSG_WAITALL));
	EXPECT_EQ(size, matching(copy, 1, 0, size));
	EXPECT_TRUE(ended_well(child));
	free(copy);
}

TEST_F(pinned, a_tcp_socket_sends_its_very_pages)
{
	char *copy = malloc(SIZE);
	int ends[2];

	ASSERT_NE(NULL, copy);
	ASSERT_EQ(0, connect_zerocopy(ends, SIZE));
	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(SIZE, send(ends[1], self->bytes, SIZE, MSG_ZEROCOPY));
	EXPECT_FALSE(sends_are_done(ends[1], 1, 0));
	/* Had it been copied, this would be too late. */
	fill(self->bytes + SIZE - PAGE, 2, SIZE - PAGE, PAGE);
	ASSERT_EQ(SIZE, recv(ends[0], copy, SIZE, MSG_WAITALL));
	EXPECT_EQ(SIZE - PAGE, matching(copy, 1, 0, SIZE - PAGE));
	EXPECT_EQ(PAGE, matching(copy + SIZE - PAGE, 2, SIZE - PAGE, PAGE));
	EXPECT_TRUE(sends_are_done(ends[1], 1, 10000));
	free(copy);
}

TEST_F(pinned, pages_in_a_tcp_queue_keep_their_bytes_when_the_buffer_is_gone)
{
	char *copy = malloc(SIZE);
	int ends[2];

	ASSERT_NE(NULL, copy);
	ASSERT_EQ(0, connect_zerocopy(ends, SIZE));
	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(SIZE, send(ends[1], self->bytes, SIZE, MSG_ZEROCOPY));
	replace_buffer(_metadata, self, variant->flags);
	EXPECT_FALSE(sends_are_done(ends[1], 1, 0));
	ASSERT_EQ(SIZE, recv(ends[0], copy, SIZE, MSG_WAITALL));
	EXPECT_EQ(SIZE, matching(copy, 1, 0, SIZE));
	EXPECT_TRUE(sends_are_done(ends[1], 1, 10000));
	free(copy);
}

TEST_HARNESS_MAIN
