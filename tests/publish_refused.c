// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing by number: each way not to get a buffer has its errno, and who may not
 * have it learns nothing.
 */
#include "node.h"
#include "process.h"

#define SIZE (4 * PAGE)

FIXTURE(publish_refused)
{
	int node;
	int live;
	int other; /* opened apart, so without a window of the buffer */
	int fd;
	uint64_t id;
};

FIXTURE_SETUP(publish_refused)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->other = open(NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->other);
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	self->fd = alloc.fd;
	self->id = alloc.id;
}

FIXTURE_TEARDOWN_PARENT(publish_refused)
{
	expect_live(_metadata, self->live);
}

TEST_F(publish_refused, what_is_not_the_callers_is_enoent_whatever_it_is)
{
	uint64_t dead;
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	pid_t child;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_EQ(0, publish(self->node, alloc.fd, 0666));
	dead = alloc.id;
	close(alloc.fd);
	ASSERT_TRUE(live_buffers_become(self->node, self->live + 1));

	/* Not published, of the past, never there. */
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));
	EXPECT_EQ(-ENOENT, open_id(self->other, dead, O_RDONLY));
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id ^ 1, O_RDONLY));
	EXPECT_EQ(-ENOENT, open_id(self->other, 0, O_RDONLY));
	EXPECT_EQ(-ENOENT, open_id(self->other, ~0ull, O_RDONLY));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		/* Published, but to the owner. */
		EXPECT_EQ(0, publish(self->node, self->fd, 0660));
		ASSERT_TRUE(become(NOBODY));
		EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));
		EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDWR));
		EXPECT_EQ(-ENOENT, open_id(self->other, dead, O_RDWR));
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
}

TEST_F(publish_refused, wrong_arguments_of_publish_have_their_own_errors)
{
	int reader = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	int part = make_view(self->node, self->fd, O_RDWR, 0, SIZE - PAGE);
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_publish wrong;
	uint32_t bit;

	alloc.fd_flags = O_RDONLY | O_CLOEXEC;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	for (bit = 1; bit; bit <<= 1) {
		if (!(bit & 0666))
			EXPECT_EQ(-EINVAL,
				  publish(self->node, self->fd, 0600 | bit));
		wrong = (struct kdmabuf_publish){ .fd = -1, .flags = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->node, KDMABUF_IOCTL_PUBLISH, &wrong));
		wrong = (struct kdmabuf_publish){ .fd = -1, .reserved = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->node, KDMABUF_IOCTL_PUBLISH, &wrong));
		wrong = (struct kdmabuf_publish){ .fd = -1, .id = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->node, KDMABUF_IOCTL_PUBLISH, &wrong));
	}
	EXPECT_EQ(-EBADF, publish(self->node, -1, 0200));
	EXPECT_EQ(-EBADF, publish(self->node, lowest_free_fd(), 0200));
	EXPECT_EQ(-EMEDIUMTYPE, publish(self->node, self->node, 0200));
	EXPECT_EQ(-EDOM, publish(self->node, reader, 0200));
	EXPECT_EQ(-EDOM, publish(self->node, self->fd, 0200));
	EXPECT_EQ(-EDOM, publish(self->node, self->fd, 0620));
	EXPECT_EQ(-EDOM, publish(self->node, self->fd, 0442));
	EXPECT_EQ(-EACCES, publish(self->node, reader, 0600));
	EXPECT_EQ(-EACCES, publish(self->node, part, 0600));
	EXPECT_EQ(-EACCES, publish(self->node, alloc.fd, 0600));
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));
	/* The whole buffer again is as good as the first fd. */
	reader = make_view(self->node, self->fd, O_RDWR, 0, SIZE);
	EXPECT_EQ(0, publish(self->node, reader, 0600));
}

TEST_F(publish_refused, wrong_arguments_of_open_are_einval)
{
	struct kdmabuf_open_id wrong;
	uint32_t bit;

	for (bit = 1; bit; bit <<= 1) {
		if (!(bit & (O_ACCMODE | O_CLOEXEC)))
			EXPECT_EQ(-EINVAL, open_id(self->other, 0, bit));
		wrong = (struct kdmabuf_open_id){ .flags = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->other, KDMABUF_IOCTL_OPEN, &wrong));
		wrong = (struct kdmabuf_open_id){ .fd = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->other, KDMABUF_IOCTL_OPEN, &wrong));
		wrong = (struct kdmabuf_open_id){ .view_flags = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->other, KDMABUF_IOCTL_OPEN, &wrong));
		wrong = (struct kdmabuf_open_id){ .window = bit };
		EXPECT_EQ(-EINVAL,
			  call(self->other, KDMABUF_IOCTL_OPEN, &wrong));
	}
	EXPECT_EQ(-EINVAL, open_id(self->other, 0, O_WRONLY));
	EXPECT_EQ(-EINVAL, open_id(self->other, 0, O_ACCMODE));
}

TEST_F(publish_refused, a_struct_that_cannot_be_written_changes_nothing)
{
	struct kdmabuf_publish wanted = { .fd = self->fd, .mode = 0600 };
	struct kdmabuf_open_id open = { .id = self->id };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds = open_fds(), lowest = lowest_free_fd();
	struct kdmabuf_next next;

	ASSERT_NE(MAP_FAILED, page);
	memcpy(page, &wanted, sizeof(wanted));
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, call(self->node, KDMABUF_IOCTL_PUBLISH, page));
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));

	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ | PROT_WRITE));
	memcpy(page, &open, sizeof(open));
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	EXPECT_EQ(-EFAULT, call(self->other, KDMABUF_IOCTL_OPEN, page));
	EXPECT_EQ(0, lseek(self->other, 0, SEEK_END));
	/* A window that was there before stays. */
	EXPECT_EQ(-EFAULT, call(self->node, KDMABUF_IOCTL_OPEN, page));
	EXPECT_NE(0, lseek(self->node, 0, SEEK_END));
	EXPECT_EQ(fds, open_fds());
	EXPECT_EQ(lowest, lowest_free_fd());
	ASSERT_EQ(0, find_buffer(self->node, self->id, &next));
	EXPECT_EQ(1, next.views);
}

TEST_F(publish_refused, an_open_that_fails_leaves_the_access_as_it_was)
{
	struct kdmabuf_open_id open = {
		.id = self->id,
		.fd_flags = O_RDWR,
	};
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int64_t window;
	int reader;

	ASSERT_NE(MAP_FAILED, page);
	memcpy(page, &open, sizeof(open));
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	reader = open_id(self->other, self->id, O_RDONLY);
	ASSERT_LE(0, reader);
	window = window_of(self->other, reader);
	ASSERT_LT(0, window);
	EXPECT_EQ(-EFAULT, call(self->other, KDMABUF_IOCTL_OPEN, page));
	EXPECT_EQ(window, window_of(self->other, reader));
	EXPECT_EQ(0, try_map(self->other, PAGE, PROT_READ, MAP_SHARED, window));
	EXPECT_EQ(-EACCES, try_map(self->other, PAGE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, window));
}

TEST_F(publish_refused, without_a_free_descriptor_is_emfile_after_enoent)
{
	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	ASSERT_EQ(0, limit_fds(lowest_free_fd()));
	EXPECT_EQ(-EMFILE, open_id(self->other, self->id, O_RDWR));
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id ^ 1, O_RDWR));
}

TEST_HARNESS_MAIN
