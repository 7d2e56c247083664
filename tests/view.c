// SPDX-License-Identifier: GPL-2.0
/*
 * KDMABUF_IOCTL_VIEW: its errors and their order, ranges, and the lifetime of a
 * buffer that has several views.
 */
#include "bytes.h"
#include "node.h"
#include "process.h"

#define PAGES 16
#define SIZE (PAGES * PAGE)

FIXTURE(view)
{
	int node;
	int live;
	int fd;
	char *bytes;
};

FIXTURE_VARIANT(view)
{
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(view, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(view, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(view)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate_with(self->node, request(SIZE, variant->flags));
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, SIZE);
}

FIXTURE_TEARDOWN_PARENT(view)
{
	expect_live(_metadata, self->live);
}

static struct kdmabuf_view whole(int fd)
{
	return (struct kdmabuf_view){
		.fd = fd,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.length = SIZE,
	};
}

TEST_F(view, wrong_arguments_are_reported_in_the_documented_order)
{
	struct kdmabuf_view view = whole(self->fd);

	/* One wrong thing more each time, earlier in the order. */
	view.fd = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	ASSERT_LE(0, view.fd);
	EXPECT_EQ(-EACCES, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.length = SIZE + PAGE;
	EXPECT_EQ(-ERANGE, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.length++;
	EXPECT_EQ(-EDOM, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.fd = self->node;
	EXPECT_EQ(-EMEDIUMTYPE, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.fd = -1;
	EXPECT_EQ(-EBADF, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.view_fd = 1;
	EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));
}

TEST_F(view, unknown_flags_and_an_output_that_is_not_zero_are_einval)
{
	struct kdmabuf_view view;
	int bit;

	for (bit = 0; bit < 32; bit++) {
		view = whole(self->fd);
		view.flags = 1u << bit;
		EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));

		view = whole(self->fd);
		view.view_fd = 1u << bit;
		EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));

		if (1u << bit & (O_ACCMODE | O_CLOEXEC))
			continue;
		view = whole(self->fd);
		view.fd_flags |= 1u << bit;
		EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	}
	view = whole(self->fd);
	view.fd_flags = O_WRONLY;
	EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	view.fd_flags = O_ACCMODE;
	EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_VIEW, &view));
}

TEST_F(view, ranges_that_pass_the_end_or_wrap_are_erange)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, 0 },
		{ PAGE, 0 },
		{ SIZE, 0 },
		{ 0, SIZE + PAGE },
		{ PAGE, SIZE },
		{ SIZE, PAGE },
		{ SIZE + PAGE, PAGE },
		{ SIZE - PAGE, 2 * PAGE },
		{ 1ull << 32, PAGE },
		{ 0, (1ull << 32) + PAGE },
		{ 1ull << 44, PAGE },
		{ 1ull << 63, PAGE },
		{ 1ull << 63, 1ull << 63 },
		{ -PAGE, PAGE },
		{ -PAGE, 2 * PAGE },
		{ -SIZE, 2 * SIZE },
		{ PAGE, -PAGE },
		{ SIZE - PAGE, -(SIZE - PAGE) },
		{ -PAGE, -PAGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		EXPECT_EQ(-ERANGE,
			  make_view(self->node, self->fd, O_RDWR,
				    ranges[i].offset, ranges[i].length))
		{
			TH_LOG("at %#jx, %#jx bytes",
			       (uintmax_t)ranges[i].offset,
			       (uintmax_t)ranges[i].length);
		}
}

TEST_F(view, parts_of_pages_are_edom)
{
	EXPECT_EQ(-EDOM, make_view(self->node, self->fd, O_RDWR, 1, PAGE));
	EXPECT_EQ(-EDOM, make_view(self->node, self->fd, O_RDWR, 0, PAGE - 1));
	EXPECT_EQ(-EDOM, make_view(self->node, self->fd, O_RDWR, 0, 1));
	EXPECT_EQ(-EDOM,
		  make_view(self->node, self->fd, O_RDWR, PAGE / 2, PAGE / 2));
	EXPECT_EQ(-EDOM, make_view(self->node, self->fd, O_RDWR, ~0ull, PAGE));
}

TEST_F(view, only_view_fd_comes_back)
{
	struct kdmabuf_view before = whole(self->fd), after = before;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_VIEW, &after));
	EXPECT_LT(0, after.view_fd);
	EXPECT_NE(self->fd, after.view_fd);
	before.view_fd = after.view_fd;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(view, cloexec_is_as_asked)
{
	struct kdmabuf_view view = whole(self->fd);

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	EXPECT_EQ(FD_CLOEXEC, fcntl(view.view_fd, F_GETFD));
	view = whole(self->fd);
	view.fd_flags = O_RDONLY;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	EXPECT_EQ(0, fcntl(view.view_fd, F_GETFD));
	EXPECT_EQ(O_RDONLY, fcntl(view.view_fd, F_GETFL) & O_ACCMODE);
}

TEST_F(view, every_window_shows_its_own_bytes)
{
	uint64_t first, length;

	for (first = 0; first < SIZE; first += PAGE) {
		for (length = PAGE; length <= SIZE - first; length += PAGE) {
			int fd = make_view(self->node, self->fd, O_RDONLY,
					   first, length);
			char *bytes;

			ASSERT_LE(0, fd);
			EXPECT_EQ(length, lseek(fd, 0, SEEK_END));
			EXPECT_EQ(-EINVAL, try_map(fd, length + PAGE, PROT_READ,
						   MAP_SHARED, 0));
			EXPECT_EQ(-EINVAL, try_map(fd, PAGE, PROT_READ,
						   MAP_SHARED, length));
			bytes = map(fd, length, PROT_READ);
			ASSERT_NE(MAP_FAILED, bytes);
			ASSERT_EQ(length, matching(bytes, 1, first, length));
			munmap(bytes, length);
			close(fd);
		}
	}
}

TEST_F(view, what_is_written_through_one_is_seen_through_the_others)
{
	int fd = make_view(self->node, self->fd, O_RDWR, 5 * PAGE, 3 * PAGE);
	char *window;

	ASSERT_LE(0, fd);
	window = map(fd, 3 * PAGE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, window);
	fill(window, 2, 5 * PAGE, 3 * PAGE);
	EXPECT_EQ(5 * PAGE, matching(self->bytes, 1, 0, 5 * PAGE));
	EXPECT_EQ(3 * PAGE,
		  matching(self->bytes + 5 * PAGE, 2, 5 * PAGE, 3 * PAGE));
	EXPECT_EQ(8 * PAGE,
		  matching(self->bytes + 8 * PAGE, 1, 8 * PAGE, 8 * PAGE));
}

TEST_F(view, offsets_of_views_of_views_add_up)
{
	uint64_t offset = 0, size = SIZE;
	struct kdmabuf_query answer, first;
	int fd = self->fd;

	ASSERT_EQ(0, query(self->node, self->fd, &first));
	while (size > 2 * PAGE) {
		char *bytes;

		fd = make_view(self->node, fd, O_RDONLY, PAGE, size - 2 * PAGE);
		ASSERT_LE(0, fd);
		offset += PAGE;
		size -= 2 * PAGE;
		ASSERT_EQ(0, query(self->node, fd, &answer));
		EXPECT_EQ(first.id, answer.id);
		EXPECT_EQ(offset, answer.offset);
		EXPECT_EQ(size, answer.size);
		EXPECT_EQ(SIZE, answer.buffer_size);
		EXPECT_EQ(KDMABUF_VIEW_READ_ONLY, answer.view_flags);
		if (!variant->flags) {
			EXPECT_EQ(1, answer.segments);
			EXPECT_EQ(first.physical_address + offset,
				  answer.physical_address);
		}
		/* No further than its own end, though the buffer goes on. */
		EXPECT_EQ(-ERANGE,
			  make_view(self->node, fd, O_RDONLY, PAGE, size));
		bytes = map(fd, size, PROT_READ);
		ASSERT_NE(MAP_FAILED, bytes);
		EXPECT_EQ(size, matching(bytes, 1, offset, size));
		munmap(bytes, size);
	}
}

TEST_F(view, the_buffer_lives_until_the_last_view_is_gone)
{
	int first = make_view(self->node, self->fd, O_RDONLY, 0, PAGE);
	int last = make_view(self->node, first, O_RDONLY, 0, PAGE);
	struct kdmabuf_query answer;
	char *bytes;

	ASSERT_LE(0, last);
	munmap(self->bytes, SIZE);
	close(self->fd);
	close(first);
	bytes = map(last, PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(PAGE, matching(bytes, 1, 0, PAGE));
	ASSERT_EQ(0, query(self->node, last, &answer));
	EXPECT_EQ(SIZE, answer.buffer_size);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));

	close(last);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	EXPECT_EQ(PAGE, matching(bytes, 1, 0, PAGE));
	munmap(bytes, PAGE);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_HARNESS_MAIN
