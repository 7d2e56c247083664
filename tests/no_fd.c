// SPDX-License-Identifier: GPL-2.0
/*
 * KDMABUF_ALLOC_NO_FD: buffers that live as long as the open file of /dev/kdmabuf,
 * or a mapping, and need not be freed by hand.
 */
#include <signal.h>

#include "bytes.h"
#include "node.h"
#include "process.h"

#define SIZE (16 * PAGE)

FIXTURE(no_fd)
{
	int node;
	int live;
	int other; /* opened apart, to look on */
	uint64_t window;
};

FIXTURE_VARIANT(no_fd)
{
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(no_fd, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(no_fd, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(no_fd)
{
	int64_t window;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->other = open(NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->other);
	window = allocate_without_fd(self->node, SIZE, variant->flags);
	ASSERT_LT(0, window);
	self->window = window;
}

FIXTURE_TEARDOWN_PARENT(no_fd)
{
	expect_live(_metadata, self->live);
}

static char *map_it(const FIXTURE_DATA(no_fd) * self)
{
	return mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, self->node,
		    self->window);
}

TEST_F(no_fd, it_takes_no_descriptor)
{
	struct kdmabuf_alloc alloc =
		request(SIZE - 1, variant->flags | KDMABUF_ALLOC_NO_FD);
	struct kdmabuf_next next;
	int fds = open_fds();

	ASSERT_EQ(0, limit_fds(lowest_free_fd()));
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_EQ(0, limit_fds(MANY_FDS));

	EXPECT_EQ(-1, alloc.fd);
	EXPECT_EQ(SIZE, alloc.size);
	EXPECT_NE(0, alloc.id);
	EXPECT_LT(0, alloc.window);
	EXPECT_EQ(fds, open_fds());
	ASSERT_EQ(0, find_buffer(self->node, alloc.id, &next));
	EXPECT_EQ(0, next.views);
}

TEST_F(no_fd, it_is_zero_and_can_be_mapped)
{
	char *bytes = map_it(self);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, zeroes(bytes, SIZE));
	fill(bytes, 1, 0, SIZE);
	munmap(bytes, SIZE);
	bytes = map_it(self);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
}

TEST_F(no_fd, it_goes_with_the_open_file)
{
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	close(self->node);
	EXPECT_TRUE(live_buffers_become(self->other, self->live));
}

TEST_F(no_fd, it_outlives_the_open_file_by_its_mapping)
{
	char *bytes = map_it(self);

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	close(self->node);
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	munmap(bytes, SIZE);
	EXPECT_TRUE(live_buffers_become(self->other, self->live));
}

TEST_F(no_fd, a_duplicate_is_the_same_open_file)
{
	int copy = dup(self->node);

	ASSERT_LE(0, copy);
	close(self->node);
	EXPECT_EQ(0, try_map(copy, SIZE, PROT_READ, MAP_SHARED, self->window));
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	close(copy);
	EXPECT_TRUE(live_buffers_become(self->other, self->live));
}

TEST_F(no_fd, a_forked_child_keeps_it)
{
	int ends[2];
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe(ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(ends[1]);
		/* Until the parent has closed its own. */
		_exit(read(ends[0], &byte, 1) != 0 ||
		      try_map(self->node, SIZE, PROT_READ, MAP_SHARED,
			      self->window));
	}
	close(self->node);
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	close(ends[1]);
	EXPECT_TRUE(ended_well(child));
	EXPECT_TRUE(live_buffers_become(self->other, self->live));
}

TEST_F(no_fd, a_process_that_is_killed_leaves_nothing)
{
	int ends[2], status, i;
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe(ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		int node = open(NODE, O_RDWR | O_CLOEXEC);

		for (i = 0; i < 20; i++) {
			int64_t at =
				allocate_without_fd(node, SIZE, variant->flags);

			mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_POPULATE, node, at);
		}
		write(ends[1], "", 1);
		pause();
	}
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	EXPECT_EQ(self->live + 21, live_buffers(self->other));
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(live_buffers_become(self->other, self->live + 1));
}

TEST_F(no_fd, a_struct_that_cannot_be_written_leaves_nothing)
{
	struct kdmabuf_alloc alloc =
		request(SIZE, variant->flags | KDMABUF_ALLOC_NO_FD);
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	off_t end = lseek(self->node, 0, SEEK_END);
	int i;

	ASSERT_NE(MAP_FAILED, page);
	memcpy(page, &alloc, sizeof(alloc));
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT, call(self->node, KDMABUF_IOCTL_ALLOC, page));
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	EXPECT_EQ(end, lseek(self->node, 0, SEEK_END));
}

TEST_F(no_fd, its_access_is_that_of_fd_flags)
{
	struct kdmabuf_alloc alloc =
		request(SIZE, variant->flags | KDMABUF_ALLOC_NO_FD);
	char byte = 1;

	alloc.fd_flags = O_RDONLY;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(-EACCES, try_map(self->node, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, alloc.window));
	EXPECT_EQ(-1, pwrite(self->node, &byte, 1, alloc.window));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(1, pread(self->node, &byte, 1, alloc.window));
	EXPECT_EQ(0, byte);
}

TEST_HARNESS_MAIN
