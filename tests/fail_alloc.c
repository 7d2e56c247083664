// SPDX-License-Identifier: GPL-2.0
/*
 * Allocating a buffer, with a fault in every place in turn: each failure has its
 * documented errno and leaves no buffer, no descriptor, no reference, and no page.
 */
#include <stdlib.h>

#include "fail_nth.h"

FIXTURE(fail_alloc)
{
	struct injection injection;
	int node;
	int live;
	unsigned int max;
};

FIXTURE_VARIANT(fail_alloc)
{
	struct kdmabuf_alloc alloc;
	/* How often its faults are gone through; more than 1: memory is counted. */
	int rounds;
};

#define MAX_ROUNDS 3

#define ALLOC(variant, rounds_, ...)                      \
	FIXTURE_VARIANT_ADD(fail_alloc, variant)          \
	{                                                 \
		.alloc = {                              \
			.fd_flags = O_RDWR | O_CLOEXEC, \
			__VA_ARGS__,                    \
		},                                      \
		.rounds = rounds_, \
	}

#define SCATTERED(size_) .size = size_, .flags = KDMABUF_ALLOC_SCATTERED

ALLOC(page, 1, .size = PAGE);
ALLOC(named, 1, .size = PAGE, .name = "camera");
ALLOC(below_4_gib, 1, .size = KIB(64), .address_bits = 32);
ALLOC(aligned, 1, .size = KIB(64), .alignment = KIB(64));
ALLOC(on_a_node, 1, .size = KIB(64), .flags = KDMABUF_ALLOC_ON_NODE);
/* A loss of these is noticed. */
ALLOC(part_of_a_block, MAX_ROUNDS, .size = MIB(2) + PAGE);
ALLOC(largest_block, MAX_ROUNDS, .size = MIB(4));
ALLOC(run, MAX_ROUNDS, .size = MIB(16));
/* The last piece is a page, for which there is nothing smaller. */
ALLOC(scattered, MAX_ROUNDS, SCATTERED(MIB(4) + PAGE));
/* More pieces than one page can describe. */
ALLOC(much_scattered, 1, SCATTERED(MIB(12)));

FIXTURE_SETUP(fail_alloc)
{
	self->max = pool_max();
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0 || !begin_injection(_metadata, &self->injection))
		return;
	/* What comes from the pool needs no memory that could be short. */
	ASSERT_EQ(0, set_pool_max(0));
}

FIXTURE_TEARDOWN_PARENT(fail_alloc)
{
	end_injection(_metadata, &self->injection);
	close_pool(_metadata, self->live, self->max);
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/*
 * A page that was lost is lost in each round. What else the kernel keeps or gives
 * back meanwhile is not, so the round in the middle tells.
 */
TEST_F(fail_alloc, a_failure_leaves_nothing)
{
	int64_t size = variant->alloc.size, lost[MAX_ROUNDS];
	int i, fd;

	for (i = 0; i < variant->rounds; i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
		int64_t before = known_memory(self->node);

		while (NEXT_FAULT(faults)) {
			fd = END_FAULT(faults, allocate_with(self->node,
							     variant->alloc));
			if (fd >= 0)
				close(fd);
		}
		lost[i] = before - (int64_t)known_memory(self->node);
		TH_LOG("%lld KiB less than before", (long long)lost[i] >> 10);
	}
	if (variant->rounds == 1)
		return;
	qsort(lost, variant->rounds, sizeof(*lost), compare);
	EXPECT_GT(size / 2, lost[variant->rounds / 2]);
}

TEST_HARNESS_MAIN
