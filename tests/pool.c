// SPDX-License-Identifier: GPL-2.0
/*
 * What the pool gives: memory that was freed, zeroed in the background; without work
 * for who asks, without a byte of who had it, and only where it meets the request.
 */
#define RACES 1

#include <sys/uio.h>

#include "pool.h"
#include "race.h"

FIXTURE(pool)
{
	int node;
	int live;
	unsigned int max;
};

FIXTURE_SETUP(pool)
{
	self->node = open_pool(_metadata, &self->live, &self->max);
}

FIXTURE_TEARDOWN_PARENT(pool)
{
	close_pool(_metadata, self->live, self->max);
}

TEST_F(pool, what_is_ready_costs_no_zeroing_in_the_call)
{
	static const uint64_t sizes[] = {
		KIB(64), KIB(68), MIB(1), MIB(2), MIB(3), MIB(32) + PAGE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kdmabuf_alloc alloc = request(sizes[i], 0);
		unsigned long zeroed, served;
		uint64_t before, after;

		before = free_written(_metadata, self->node, alloc);
		ASSERT_TRUE(pool_is_clean());
		zeroed = pool_state("zeroed_in_calls ");
		served = pool_state("allocations_served ");
		munmap(take(_metadata, self->node, alloc, &after), sizes[i]);
		EXPECT_EQ(zeroed, pool_state("zeroed_in_calls "));
		EXPECT_EQ(served + 1, pool_state("allocations_served "));
		EXPECT_EQ(before, after);
		ASSERT_TRUE(live_buffers_become(self->node, self->live));
		ASSERT_EQ(0, set_pool_max(0));
		ASSERT_EQ(0, set_pool_max(POOL_ROOM));
	}
}

TEST_F(pool, what_is_not_ready_is_zeroed_in_the_call)
{
	unsigned long zeroed = pool_state("zeroed_in_calls ");

	munmap(take(_metadata, self->node, request(MIB(1), 0), NULL), MIB(1));
	EXPECT_EQ(zeroed + MIB(1), pool_state("zeroed_in_calls "));
}

/* Buffers at the same time, of so many bytes in all but the rarest case. */
#define SLOTS 8
#define SMALLEST KIB(16)
#define SMALL_RANGE KIB(256)
#define LARGE_RANGE MIB(8)

TEST_F(pool, in_thousands_of_rounds_no_byte_of_another_is_seen)
{
	unsigned long zeroed = pool_state("zeroed_in_background ");
	unsigned long served = pool_state("allocations_served ");
	struct {
		char *bytes;
		uint64_t size;
	} slots[SLOTS] = { 0 };
	uint64_t random = choose_seed(_metadata);
	int rounds = is_debug_kernel() ? 2000 : 10000;
	int round;

	for (round = 0; round < rounds; round++) {
		uint64_t range = draw_below(&random, 100) ? SMALL_RANGE :
							    LARGE_RANGE;
		size_t i = draw_below(&random, SLOTS);

		if (slots[i].bytes)
			munmap(slots[i].bytes, slots[i].size);
		slots[i].size =
			SMALLEST + draw_below(&random, range) / PAGE * PAGE;
		slots[i].bytes = take(_metadata, self->node,
				      request(slots[i].size, 0), NULL);
		memset(slots[i].bytes, 0xff, slots[i].size);
	}
	/* That it was the pool which was tried. */
	EXPECT_LT(served + rounds / 10, pool_state("allocations_served "));
	EXPECT_LT(zeroed, pool_state("zeroed_in_background "));
}

TEST_F(pool, parts_of_a_run_become_one_again)
{
	char *parts[4];
	uint64_t address, lowest, again;
	size_t i;

	lowest = free_written(_metadata, self->node, request(MIB(8), 0));
	ASSERT_TRUE(pool_is_clean());
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		parts[i] = take(_metadata, self->node, request(MIB(2), 0),
				&address);
		EXPECT_EQ(lowest + i * MIB(2), address);
	}
	EXPECT_EQ(0, pool_size());
	/* In another order than they were taken. */
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		munmap(parts[i ^ 1], MIB(2));
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	ASSERT_TRUE(pool_is_clean());
	take(_metadata, self->node, request(MIB(8), 0), &again);
	EXPECT_EQ(lowest, again);
}

TEST_F(pool, alignment_holds)
{
	struct kdmabuf_alloc whole = request(MIB(8), 0);
	struct kdmabuf_alloc part = request(MIB(4), 0);
	uint64_t lowest, address;

	whole.alignment = MIB(8);
	part.alignment = MIB(4);
	lowest = free_written(_metadata, self->node, whole);
	ASSERT_TRUE(pool_is_clean());
	take(_metadata, self->node, request(MIB(2), 0), &address);
	ASSERT_EQ(lowest, address);
	/* What is left begins 2 MiB behind such an address. */
	take(_metadata, self->node, part, &address);
	EXPECT_EQ(lowest + MIB(4), address);
	EXPECT_EQ(MIB(2), pool_size());
}

TEST_F(pool, a_limit_of_addresses_holds)
{
	struct kdmabuf_alloc low = request(MIB(8), 0);
	char *bytes[64];
	uint64_t address;
	size_t i = 0, j;

	/* Until one lies above the limit, and that alone is kept. */
	do
		bytes[i] = take(_metadata, self->node, request(MIB(8), 0),
				&address);
	while (address < MIB(256) && ++i < ARRAY_SIZE(bytes));
	if (i == ARRAY_SIZE(bytes))
		SKIP(return, "all memory lies below the limit");
	ASSERT_EQ(0, set_pool_max(0));
	for (j = 0; j < i; j++)
		munmap(bytes[j], MIB(8));
	ASSERT_TRUE(live_buffers_become(self->node, self->live + 1));
	ASSERT_EQ(0, set_pool_max(POOL_ROOM));
	munmap(bytes[i], MIB(8));
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	ASSERT_TRUE(pool_is_clean());

	low.address_bits = 28;
	take(_metadata, self->node, low, &address);
	EXPECT_GE(MIB(256), address + MIB(8));
	EXPECT_EQ(MIB(8), pool_size());
}

/* The power of two that so many bytes lie across, 2 MiB of them or more on each side. */
static uint64_t limit_inside(uint64_t address, uint64_t size)
{
	uint64_t limit;

	for (limit = MIB(4); limit < address + size; limit *= 2)
		if (address + MIB(2) <= limit &&
		    limit + MIB(2) <= address + size)
			return limit;
	return 0;
}

TEST_F(pool, of_a_run_across_a_limit_nothing_beyond_it_is_given)
{
	struct kdmabuf_alloc alloc = request(MIB(24), 0);
	struct kdmabuf_query answer;
	uint64_t limit = 0;
	int fds[64], nr, fd;

	for (nr = 0; nr < (int)ARRAY_SIZE(fds) && !limit; nr++) {
		fds[nr] = allocate_with(self->node, alloc);
		if (fds[nr] < 0)
			break;
		ASSERT_EQ(0, query(self->node, fds[nr], &answer));
		limit = limit_inside(answer.physical_address, alloc.size);
	}
	if (!limit)
		SKIP(return, "no buffer lies across a limit");
	/* The last does, and it alone is kept. */
	ASSERT_EQ(0, set_pool_max(0));
	fd = fds[--nr];
	while (nr--)
		close(fds[nr]);
	ASSERT_TRUE(live_buffers_become(self->node, self->live + 1));
	ASSERT_EQ(0, set_pool_max(POOL_ROOM));
	close(fd);
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	ASSERT_EQ(alloc.size, pool_size());

	alloc.size = limit + MIB(2) - answer.physical_address;
	alloc.address_bits = ffsll(limit) - 1;
	fd = allocate_with(self->node, alloc);
	if (fd != -ENOMEM) {
		ASSERT_EQ(0, query(self->node, fd, &answer));
		EXPECT_GE(limit, answer.physical_address + answer.size);
	}
}

TEST_F(pool, a_node_holds)
{
	struct kdmabuf_alloc alloc = request(MIB(8), KDMABUF_ALLOC_ON_NODE);
	struct kdmabuf_query answer;
	int fd;

	if (access("/sys/devices/system/node/node1", F_OK))
		SKIP(return, "no second node: boot with numa=fake=2");
	free_written(_metadata, self->node, alloc);
	ASSERT_TRUE(pool_is_clean());
	alloc.node = 1;
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(1, answer.node);
	EXPECT_EQ(MIB(8), pool_size());
}

TEST_F(pool, what_needs_its_memory_gets_it)
{
	struct kdmabuf_alloc alloc = request(MIB(2) - PAGE, 0);
	uint64_t taken = 0;
	int fds[MIB(256) / MIB(2)], i, fd;

	/* All that there is below the limit, in single pages. */
	alloc.address_bits = 28;
	for (i = 0; i < (int)ARRAY_SIZE(fds); i++) {
		fds[i] = allocate_with(self->node, alloc);
		if (fds[i] < 0)
			break;
		taken += alloc.size;
	}
	if (taken < MIB(64))
		SKIP(return, "the machine has hardly any low memory");
	while (i--)
		close(fds[i]);
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	/* The call that failed woke kswapd, which may have had some of it back. */
	ASSERT_LT(taken, pool_size() + MIB(16));
	/* Folios, of which there are none in the pool. */
	alloc.size = MIB(16);
	fd = allocate_with(self->node, alloc);
	EXPECT_LE(0, fd);
}

TEST_F(pool, what_it_is_not_in_the_way_of_leaves_it)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);

	free_much(_metadata, self->node, MIB(64));
	alloc.address_bits = 13; /* one page, and it is the firmware's */
	EXPECT_EQ(-ENOMEM, allocate_with(self->node, alloc));
	EXPECT_LT(0, pool_size());
}

FIXTURE(pinned_pool)
{
	int node;
	int live;
	unsigned int max;
};

FIXTURE_VARIANT(pinned_pool)
{
	uint64_t size;
};

FIXTURE_VARIANT_ADD(pinned_pool, pages){
	.size = MIB(1),
};

FIXTURE_VARIANT_ADD(pinned_pool, folios){
	.size = MIB(8),
};

FIXTURE_SETUP(pinned_pool)
{
	self->node = open_pool(_metadata, &self->live, &self->max);
}

FIXTURE_TEARDOWN_PARENT(pinned_pool)
{
	close_pool(_metadata, self->live, self->max);
}

TEST_F(pinned_pool, what_somebody_still_pins_is_not_kept)
{
	char *bytes =
		take(_metadata, self->node, request(variant->size, 0), NULL);
	struct iovec part = { bytes + variant->size - PAGE, PAGE };
	/* What other tests had pinned has come by now. */
	unsigned long kept = pool_size();
	char copy[PAGE];
	int ends[2];

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fill(bytes, 1, 0, variant->size);
	ASSERT_EQ(PAGE, vmsplice(ends[1], &part, 1, 0));
	munmap(bytes, variant->size);
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	EXPECT_EQ(kept, pool_size());

	bytes = take(_metadata, self->node, request(variant->size, 0), NULL);
	memset(bytes, 0xff, variant->size);
	ASSERT_EQ(PAGE, read(ends[0], copy, PAGE));
	EXPECT_EQ(PAGE, matching(copy, 1, variant->size - PAGE, PAGE));
}

TEST_HARNESS_MAIN
