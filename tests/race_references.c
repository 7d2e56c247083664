// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers come and go while somebody refers to each page of the machine for a moment,
 * whoever has it, as those may who walk all page frames. Whoever drops the last of the
 * references, the page goes back as what it is by then.
 */
#define RACES 1

#include "race.h"

#define WALK "/sys/kernel/debug/split_huge_pages"

static int node;
static atomic_bool over;

FIXTURE(race_references)
{
	int live;
};

FIXTURE_SETUP(race_references)
{
	node = open_node(_metadata, &self->live);
	if (node < 0)
		return;
	if (access(WALK, W_OK))
		SKIP(return, "no " WALK);
	/* alloc_contig_range() itself warns of such a reference, if seldom. */
	if (!soak())
		SKIP(return, "asks for SOAK, as the kernel may warn");
}

FIXTURE_TEARDOWN_PARENT(race_references)
{
	expect_live(_metadata, self->live);
}

/* It looks for huge pages that can be split, and has a reference while it looks. */
static void *walk(void *walks)
{
	int file = open(WALK, O_WRONLY | O_CLOEXEC);

	while (!over && write(file, "1", 1) == 1)
		++*(unsigned int *)walks;
	close(file);
	return NULL;
}

TEST_F(race_references, each_page_goes_back_once)
{
	struct rounds left = rounds(500);
	uint64_t random = choose_seed(_metadata);
	unsigned int walks = 0;
	pthread_t walker;

	ASSERT_EQ(0, pthread_create(&walker, NULL, walk, &walks));
	while (another(&left)) {
		int fd = allocate(node, MIB(1 + draw_below(&random, 64)));

		EXPECT_LE(0, fd);
		close(fd);
	}
	over = true;
	ASSERT_EQ(0, pthread_join(walker, NULL));
	EXPECT_LT(0, walks);
}

TEST_HARNESS_MAIN
