// SPDX-License-Identifier: GPL-2.0
/*
 * What the pool has from the beginning and keeps whoever is short of memory. Each
 * test loads the module as it needs it, and then as it was.
 */
#include "place.h"
#include "pool.h"
#include "reload.h"

FIXTURE_UNLOADED(pool_reserve)

TEST_F(pool_reserve, is_there_when_the_module_is_and_costs_no_zeroing_in_calls)
{
	int node;

	ASSERT_EQ(0, load_with(&self->module, "reserve=16 pool_max=0"));
	EXPECT_EQ(MIB(16), pool_state("reserve "));
	EXPECT_EQ(MIB(16), pool_size());
	ASSERT_TRUE(pool_is_clean());
	node = open(NODE, O_RDWR | O_CLOEXEC);
	take(_metadata, node, request(MIB(16), 0), NULL);
	EXPECT_EQ(0, pool_state("zeroed_in_calls "));
	EXPECT_EQ(1, pool_state("allocations_served "));
}

/* The reserve is all that is left; a folio is not taken apart for the last bytes. */
#define EXPECT_RESERVE(size)                           \
	do {                                           \
		EXPECT_LE(size, pool_size());          \
		EXPECT_GT((size) + HUGE, pool_size()); \
	} while (0)

TEST_F(pool_reserve, stays_whoever_is_short_of_memory)
{
	int node;

	ASSERT_EQ(0, load_with(&self->module, "reserve=64 pool_max=256"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	free_much(_metadata, node, MIB(192));
	EXPECT_LE(MIB(192), pool_size());
	if (press(_metadata, node)) {
		EXPECT_LE(MIB(64), pool_size());
		EXPECT_GT(MIB(192), pool_size());
	}
	ASSERT_TRUE(drop_slabs());
	EXPECT_RESERVE(MIB(64));
	free_much(_metadata, node, MIB(96));
	ASSERT_EQ(0, set_pool_max(0));
	EXPECT_RESERVE(MIB(64));
}

TEST_F(pool_reserve, stays_when_a_request_cannot_be_met)
{
	struct kdmabuf_alloc alloc = request(MIB(256), 0);
	uint64_t address;
	int node;

	ASSERT_EQ(0, load_with(&self->module, "reserve=8 pool_max=0"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	address = free_written(_metadata, node, request(MIB(8), 0));
	/* The kernel itself is in this one's way, and the reserve may be. */
	alloc.address_bits = 28;
	if (address >= MIB(256))
		SKIP(return, "the reserve is out of reach");
	EXPECT_EQ(-ENOMEM, allocate_with(node, alloc));
	EXPECT_EQ(MIB(8), pool_size());
}

TEST_F(pool_reserve, stays_in_one_run_whatever_is_freed)
{
	int node;

	ASSERT_EQ(0, load_with(&self->module, "reserve=16 pool_max=0"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	free_written(_metadata, node, request(MIB(1), 0));
	EXPECT_EQ(MIB(16), pool_size());
	take(_metadata, node, request(MIB(16), 0), NULL);
	EXPECT_EQ(1, pool_state("allocations_served "));
}

/* Such as pictures of 1920x1080 pixels, in XRGB8888 and in NV12. */
TEST_F(pool_reserve, serves_what_is_no_whole_number_of_folios)
{
	static const uint64_t sizes[] = { 1920 * 1080 * 4,
					  1920 * 1080 * 3 / 2 };
	size_t i;
	int node;

	ASSERT_EQ(0, load_with(&self->module, "reserve=32 pool_max=0"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	/* Whatever it has, none of it is seen. */
	free_written(_metadata, node, request(MIB(32), 0));
	ASSERT_TRUE(pool_is_clean());
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long served = pool_state("allocations_served ");
		unsigned long zeroed = pool_state("zeroed_in_calls ");

		take(_metadata, node, request(sizes[i], 0), NULL);
		EXPECT_EQ(served + 1, pool_state("allocations_served "));
		/* Not more than the part of a folio. */
		EXPECT_GT(zeroed + HUGE, pool_state("zeroed_in_calls "));
	}
}

TEST_F(pool_reserve, is_filled_again)
{
	int node, tries;
	char *bytes;

	ASSERT_EQ(0, load_with(&self->module, "reserve=8 pool_max=0"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	/* By what is freed. */
	bytes = take(_metadata, node, request(MIB(8), 0), NULL);
	EXPECT_EQ(0, pool_size());
	munmap(bytes, MIB(8));
	ASSERT_TRUE(live_buffers_become(node, 0));
	EXPECT_EQ(MIB(8), pool_size());
	/* By the worker, after some seconds. */
	take(_metadata, node, request(MIB(8), 0), NULL);
	for (tries = 0; tries < 6000 && pool_size() < MIB(8); tries++)
		usleep(10000);
	EXPECT_EQ(MIB(8), pool_size());
}

TEST_F(pool_reserve, that_is_no_size_is_refused)
{
	static const struct {
		const char *parameters;
		int error;
	} wrong[] = {
		{ "reserve=much", EINVAL },
		{ "reserve=-1", EINVAL },
		{ "reserve=64M", EINVAL },
		{ "reserve=", EINVAL },
		{ "reserve", EINVAL },
		{ "reserve=4294967296", ERANGE },
		{ "reserve=4294967295", ERANGE },
		{ "pool_max=much", EINVAL },
		{ "pool_max=4294967295", ERANGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(-wrong[i].error,
			  load_with(&self->module, wrong[i].parameters))
		{
			TH_LOG("%s", wrong[i].parameters);
		}
		EXPECT_EQ(-1, access(NODE, F_OK));
	}
}

TEST_F(pool_reserve, that_is_too_much_is_filled_as_far_as_it_can_be)
{
	unsigned int ram = machine_mib();
	char parameters[64];

	if (ram > 4096)
		SKIP(return, "a machine of more than 4 GiB");
	snprintf(parameters, sizeof(parameters), "reserve=%u", ram);
	ASSERT_EQ(0, load_with(&self->module, parameters));
	EXPECT_LE(MIB(ram) / 4, pool_size());
	EXPECT_GT(MIB(ram), pool_size());
}

TEST_F(pool_reserve, goes_back_when_the_module_goes)
{
	unsigned long before, after;

	ASSERT_EQ(0, load_with(&self->module, "reserve=256"));
	ASSERT_LE(MIB(128), pool_size());
	before = read_counter("/proc/meminfo", "MemFree:");
	ASSERT_TRUE(unloads("kdmabuf"));
	after = read_counter("/proc/meminfo", "MemFree:");
	EXPECT_LT(KIB(before) + MIB(64), KIB(after));
}

TEST_F(pool_reserve, cannot_be_changed_later)
{
	ASSERT_EQ(0, load_with(&self->module, "reserve=8"));
	EXPECT_EQ(-1, open(PARAMETERS "reserve", O_WRONLY | O_CLOEXEC));
	EXPECT_EQ(EACCES, errno);
}

TEST_HARNESS_MAIN
