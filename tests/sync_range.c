// SPDX-License-Identifier: GPL-2.0
/*
 * KDMABUF_IOCTL_SYNC's arguments; what it does for devices is in import_coherence.c,
 * and how it waits in import_fence.c.
 */
#include "node.h"

#define SIZE (4 * PAGE)
#define START_READ (DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ)

FIXTURE(sync_range)
{
	int node;
	int live;
	int fd;
	int view; /* of the last two pages, read-only */
};

FIXTURE_SETUP(sync_range)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	self->view =
		make_view(self->node, self->fd, O_RDONLY, SIZE / 2, SIZE / 2);
	ASSERT_LE(0, self->view);
}

FIXTURE_TEARDOWN_PARENT(sync_range)
{
	expect_live(_metadata, self->live);
}

TEST_F(sync_range, any_access_begins_and_ends_anywhere)
{
	static const uint32_t access[] = {
		DMA_BUF_SYNC_READ,
		DMA_BUF_SYNC_WRITE,
		DMA_BUF_SYNC_RW,
	};
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, 1 },	 { SIZE - 1, 1 }, { 0, SIZE },
		{ PAGE - 1, 2 }, { 17, PAGE },	  { SIZE / 2, SIZE / 2 },
		{ 1, SIZE - 1 },
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(access); i++)
		for (j = 0; j < ARRAY_SIZE(ranges); j++) {
			EXPECT_EQ(0, sync_range(self->node, self->fd,
						DMA_BUF_SYNC_START | access[i],
						ranges[j].offset,
						ranges[j].length));
			EXPECT_EQ(0, sync_range(self->node, self->fd,
						DMA_BUF_SYNC_END | access[i],
						ranges[j].offset,
						ranges[j].length));
		}
}

TEST_F(sync_range, no_access_or_an_unknown_flag_is_einval)
{
	uint32_t flag;

	EXPECT_EQ(-EINVAL, sync_range(self->node, self->fd, DMA_BUF_SYNC_START,
				      0, SIZE));
	EXPECT_EQ(-EINVAL,
		  sync_range(self->node, self->fd, DMA_BUF_SYNC_END, 0, SIZE));
	for (flag = 1; flag; flag <<= 1)
		if (flag & ~DMA_BUF_SYNC_VALID_FLAGS_MASK)
			EXPECT_EQ(-EINVAL,
				  sync_range(self->node, self->fd,
					     START_READ | flag, 0, SIZE))
			{
				TH_LOG("flag %#x", flag);
			}
}

TEST_F(sync_range, past_the_end_empty_or_wrapping_is_erange)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, 0 },	   { PAGE, 0 },
		{ SIZE, 0 },	   { 0, SIZE + 1 },
		{ 1, SIZE },	   { SIZE, 1 },
		{ SIZE + 1, 1 },   { SIZE - 1, 2 },
		{ 1, UINT64_MAX }, { UINT64_MAX, 1 },
		{ UINT64_MAX, 2 }, { 1ull << 63, 1ull << 63 },
		{ PAGE, -PAGE },   { 1ull << 32, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		EXPECT_EQ(-ERANGE,
			  sync_range(self->node, self->fd, START_READ,
				     ranges[i].offset, ranges[i].length))
		{
			TH_LOG("range %zu", i);
		}
}

TEST_F(sync_range, the_range_is_one_of_the_view)
{
	EXPECT_EQ(0,
		  sync_range(self->node, self->view, START_READ, 0, SIZE / 2));
	EXPECT_EQ(-ERANGE,
		  sync_range(self->node, self->view, START_READ, 1, SIZE / 2));
	EXPECT_EQ(-ERANGE,
		  sync_range(self->node, self->view, START_READ, SIZE / 2, 1));
}

TEST_F(sync_range, to_write_through_what_is_read_only_is_eacces)
{
	int node = self->node, fd;
	struct kdmabuf_alloc alloc = request(PAGE, 0);

	alloc.fd_flags = O_RDONLY | O_CLOEXEC;
	fd = allocate_with(node, alloc);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, sync_range(node, fd, START_READ, 0, PAGE));
	EXPECT_EQ(-EACCES,
		  sync_range(node, fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE,
			     0, PAGE));
	EXPECT_EQ(-EACCES,
		  sync_range(node, self->view,
			     DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE, 0, PAGE));
	EXPECT_EQ(-EACCES,
		  sync_range(node, self->view,
			     DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW, 0, PAGE));
	EXPECT_EQ(0, sync_range(node, self->view,
				DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ, 0, PAGE));
	alloc = request(PAGE, 0);
	alloc.fd_flags = O_WRONLY | O_CLOEXEC;
	fd = allocate_with(node, alloc);
	EXPECT_EQ(0, sync_range(node, fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW, 0,
				PAGE));
}

TEST_F(sync_range, wrong_arguments_are_reported_in_the_documented_order)
{
	/* Each mends what the one before reports. */
	EXPECT_EQ(-EFAULT, call(self->node, KDMABUF_IOCTL_SYNC, (void *)8));
	EXPECT_EQ(-EINVAL, sync_range(self->node, -1, 1 << 7, 0, 0));
	EXPECT_EQ(-EBADF, sync_range(self->node, -1, START_READ, 0, 0));
	EXPECT_EQ(-ERANGE,
		  sync_range(self->node, self->view, DMA_BUF_SYNC_RW, 0, 0));
	EXPECT_EQ(-EACCES,
		  sync_range(self->node, self->view, DMA_BUF_SYNC_RW, 0, 1));
	EXPECT_EQ(0, sync_range(self->node, self->fd, DMA_BUF_SYNC_RW, 0, 1));
}

TEST_HARNESS_MAIN
