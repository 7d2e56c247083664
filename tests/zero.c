// SPDX-License-Identifier: GPL-2.0
/*
 * Memory is zero, all of it, also when it held something before. A test fills
 * buffers, frees them, allocates again, and scans: it counts only when pages came
 * that had been filled. Who clears them depends on init_on_alloc: if that is on,
 * the kernel, else the exporter. check.sh runs this program in a guest of each. What
 * the pool keeps never comes to the kernel: here there is none, pool.c is on it.
 */
#include "pagemap.h"
#include "pool.h"

/* Buffers to fill: of small ones so many that nobody else takes all their pages. */
#define BUFFERS 256
#define LARGE_BUFFERS 8
/* Pages of the machine that a set of page frames can hold: of 64 GiB. */
#define FRAMES (1u << 24)

FIXTURE(zero)
{
	int node;
	int live;
	unsigned int max;
};

FIXTURE_VARIANT(zero)
{
	uint64_t size;
	uint32_t flags;
};

#define ZERO(variant, size_, flags_)            \
	FIXTURE_VARIANT_ADD(zero, variant)      \
	{                                       \
		.size = size_, .flags = flags_, \
	}

ZERO(one_byte, 1, 0);
ZERO(page, PAGE, 0);
ZERO(part_of_a_block, 5 * PAGE, 0);
ZERO(block, KIB(64), 0);
ZERO(part_of_a_large_block, MIB(1) + 1, 0);
ZERO(largest_block, MIB(4), 0);
ZERO(run, MIB(4) + PAGE, 0);
ZERO(long_run, MIB(12) + PAGE, 0);
ZERO(scattered_page, PAGE, KDMABUF_ALLOC_SCATTERED);
ZERO(scattered, MIB(1) + 5 * PAGE, KDMABUF_ALLOC_SCATTERED);
ZERO(much_scattered, MIB(12), KDMABUF_ALLOC_SCATTERED);

FIXTURE_SETUP(zero)
{
	self->node = open_pool(_metadata, &self->live, &self->max);
	if (self->node >= 0)
		ASSERT_EQ(0, set_pool_max(0));
}

FIXTURE_TEARDOWN_PARENT(zero)
{
	close_pool(_metadata, self->live, self->max);
}

/* A set of page frames. */
static unsigned char frames_used[FRAMES / 8];

static void add(uint64_t frame)
{
	frames_used[frame % FRAMES / 8] |= 1 << frame % 8;
}

static bool contains(uint64_t frame)
{
	return frames_used[frame % FRAMES / 8] & 1 << frame % 8;
}

/* Allocates a buffer, expects it to be zero, and returns its one mapping. */
static char *zeroed_buffer(struct __test_metadata *_metadata, int node,
			   const FIXTURE_VARIANT(zero) * variant, uint64_t size,
			   uint64_t *frames)
{
	int fd = allocate_with(node, request(variant->size, variant->flags));
	char *bytes;

	ASSERT_LE(0, fd);
	bytes = map(fd, size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	close(fd);
	EXPECT_EQ(size, zeroes(bytes, size));
	ASSERT_TRUE(page_frames(bytes, size / PAGE, frames));
	return bytes;
}

TEST_F(zero, after_reuse_every_byte_is_zero)
{
	uint64_t size = (variant->size + PAGE - 1) / PAGE * PAGE;
	uint64_t *frames = calloc(size / PAGE, sizeof(*frames));
	int number = size < MIB(1) ? BUFFERS : LARGE_BUFFERS;
	int tries, i, reused = 0;
	char *buffers[BUFFERS];
	size_t page;

	ASSERT_NE(NULL, frames);
	for (i = 0; i < number; i++) {
		buffers[i] = zeroed_buffer(_metadata, self->node, variant, size,
					   frames);
		memset(buffers[i], 0xff, size);
		for (page = 0; page < size / PAGE; page++)
			add(frames[page]);
	}
	for (i = 0; i < number; i++)
		munmap(buffers[i], size);
	ASSERT_TRUE(live_buffers_become(self->node, self->live));
	drain_lists(self->node);

	/* Kept, so that the next is another, until the pages come again. */
	for (tries = 0; !reused && tries < 8000; tries++) {
		zeroed_buffer(_metadata, self->node, variant, size, frames);
		for (page = 0; page < size / PAGE; page++)
			reused += contains(frames[page]);
	}
	if (!reused)
		SKIP(return, "no page came back, so this has shown nothing");
}

TEST_HARNESS_MAIN
