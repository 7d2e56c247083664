// SPDX-License-Identifier: GPL-2.0
/*
 * How much the pool keeps: up to pool_max, and as long as nobody else is short of
 * memory.
 */
#include "pool.h"
#include "process.h"

FIXTURE(pool_size)
{
	int node;
	int live;
	unsigned int max;
};

FIXTURE_SETUP(pool_size)
{
	self->node = open_pool(_metadata, &self->live, &self->max);
}

FIXTURE_TEARDOWN_PARENT(pool_size)
{
	close_pool(_metadata, self->live, self->max);
}

TEST_F(pool_size, no_more_is_kept_than_pool_max)
{
	ASSERT_EQ(0, set_pool_max(8));
	EXPECT_EQ(MIB(8), pool_state("max "));
	free_written(_metadata, self->node, request(MIB(16), 0));
	EXPECT_EQ(0, pool_size());
	/* Two at the same time, so that the second is not the first again. */
	close(allocate(self->node, PAGE));
	munmap(take(_metadata, self->node, request(MIB(6), 0), NULL), MIB(6));
	free_written(_metadata, self->node, request(MIB(8), 0));
	EXPECT_EQ(MIB(8), pool_size());
}

TEST_F(pool_size, it_makes_room_for_what_was_freed_last)
{
	uint64_t address, again;

	ASSERT_EQ(0, set_pool_max(8));
	free_written(_metadata, self->node, request(MIB(6), 0));
	address = free_written(_metadata, self->node, request(MIB(8), 0));
	EXPECT_EQ(MIB(8), pool_size());
	take(_metadata, self->node, request(MIB(8), 0), &again);
	EXPECT_EQ(address, again);
}

/* Twice as many as the pool has room for, and of each two one is in the way. */
#define PIECES 4096

TEST_F(pool_size, many_pieces_make_room_for_what_is_larger)
{
	uint64_t address, again;
	int fds[PIECES], i;

	ASSERT_EQ(0, limit_fds(MANY_FDS));
	for (i = 0; i < PIECES; i++) {
		fds[i] = allocate(self->node, KIB(64));
		ASSERT_LE(0, fds[i]);
	}
	for (i = 0; i < PIECES; i += 2)
		close(fds[i]);
	ASSERT_TRUE(live_buffers_become(self->node, self->live + PIECES / 2));
	EXPECT_GT(PIECES / 2 * KIB(64), pool_size());
	address = free_written(_metadata, self->node, request(MIB(32), 0));
	take(_metadata, self->node, request(MIB(32), 0), &again);
	EXPECT_EQ(address, again);
}

TEST_F(pool_size, a_lower_pool_max_gives_the_rest_back_at_once)
{
	free_written(_metadata, self->node, request(MIB(32), 0));
	ASSERT_EQ(MIB(32), pool_size());
	ASSERT_EQ(0, set_pool_max(4));
	EXPECT_EQ(MIB(4), pool_size());
	ASSERT_EQ(0, set_pool_max(0));
	EXPECT_EQ(0, pool_size());
	/* And nothing is kept from then on. */
	free_written(_metadata, self->node, request(MIB(4), 0));
	EXPECT_EQ(0, pool_size());
}

TEST_F(pool_size, a_pool_max_that_is_no_size_is_refused)
{
	EXPECT_EQ(-EINVAL, set_parameter_text("pool_max", "much"));
	EXPECT_EQ(-EINVAL, set_parameter_text("pool_max", "-1"));
	EXPECT_EQ(-EINVAL, set_parameter_text("pool_max", "64M"));
	EXPECT_EQ(-ERANGE, set_parameter_text("pool_max", "4294967296"));
	EXPECT_EQ(-ERANGE, set_parameter_text("pool_max", "4294967295"));
	EXPECT_EQ(-ERANGE, set_pool_max(machine_mib() + 1));
	EXPECT_EQ(POOL_ROOM, pool_max());
	EXPECT_EQ(0, set_pool_max(machine_mib()));
}

TEST_F(pool_size, what_it_keeps_counts_as_available)
{
	uint64_t before = available(self->node);

	free_much(_metadata, self->node, MIB(128));
	ASSERT_LE(MIB(128), pool_size());
	/* But for a part that the kernel thinks nobody may count on. */
	EXPECT_LT(before, available(self->node) + MIB(96));
}

TEST_F(pool_size, when_caches_are_dropped_it_goes_back)
{
	free_written(_metadata, self->node, request(MIB(32), 0));
	ASSERT_EQ(MIB(32), pool_size());
	ASSERT_TRUE(drop_slabs());
	EXPECT_EQ(0, pool_size());
}

TEST_F(pool_size, when_memory_is_short_it_goes_back)
{
	uint64_t kept;

	free_much(_metadata, self->node, MIB(256));
	kept = pool_size();
	ASSERT_LE(MIB(256), kept);
	if (!press(_metadata, self->node))
		SKIP(return, "a machine of more than 4 GiB");
	EXPECT_GT(kept, pool_size());
}

TEST_HARNESS_MAIN
