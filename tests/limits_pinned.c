// SPDX-License-Identifier: GPL-2.0
/*
 * Who lets a buffer go and keeps its pages, by a pin, still pays for it.
 */
#include <sys/uio.h>

#include "account.h"
#include "memory.h"

FIXTURE_WITHOUT_LIMITS(limits_pinned)

/* The errno of an allocation, negative, or 0; it leaves no buffer. */
static int try_allocate(int node, uint64_t size)
{
	int fd = allocate(node, size);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* All that the limit for a buffer of @size allows. */
static uint64_t max_size(uint64_t size)
{
	return size > MIB(1) ? MIB(8) : MIB(1);
}

static void pin(struct __test_metadata *_metadata, int ends[2], int fd,
		uint64_t size, uint64_t offset)
{
	char *bytes = map(fd, size, PROT_READ | PROT_WRITE);
	struct iovec page = { bytes + offset, PAGE };

	ASSERT_NE(MAP_FAILED, bytes);
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	ASSERT_EQ(PAGE, vmsplice(ends[1], &page, 1, 0));
	munmap(bytes, size);
}

/* Before any other: whoever allocates while something is pinned has it looked at. */
TEST_F(limits_pinned, what_was_pinned_is_given_back_without_asking)
{
	int ends[2], fd;

	if (self->live)
		SKIP(return, "somebody has buffers");
	ASSERT_TRUE(use_becomes(0));
	fd = allocate(self->node, MIB(4));
	ASSERT_LE(0, fd);
	pin(_metadata, ends, fd, MIB(4), MIB(2));
	close(fd);
	EXPECT_EQ(MIB(4), statistic("memory/in_use"));
	close(ends[0]);
	close(ends[1]);
	EXPECT_TRUE(use_becomes(0));
}

TEST_F(limits_pinned, what_is_pinned_is_charged_until_the_pin_goes)
{
	const struct {
		uint64_t size, offset;
		uint32_t flags;
	} buffers[] = {
		{ MIB(8), MIB(8) - PAGE, 0 },
		{ MIB(1), 0, 0 },
		{ MIB(1), PAGE, KDMABUF_ALLOC_SCATTERED },
		{ PAGE, 0, 0 },
	};
	int ends[2], fd;
	size_t i;

	if (self->live)
		SKIP(return, "somebody has buffers");
	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		uint64_t size = buffers[i].size;

		set_limits(_metadata, max_size(size) / MIB(1), 0);
		fd = allocate_with(self->node, request(size, buffers[i].flags));
		ASSERT_LE(0, fd);
		pin(_metadata, ends, fd, size, buffers[i].offset);
		close(fd);
		EXPECT_EQ(-EDQUOT, try_allocate(self->node, max_size(size)));
		close(ends[0]);
		close(ends[1]);
		EXPECT_EQ(0, try_allocate(self->node, max_size(size)))
		{
			TH_LOG("buffer %zu", i);
		}
	}
}

TEST_HARNESS_MAIN
