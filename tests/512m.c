// SPDX-License-Identifier: GPL-2.0
/*
 * A machine that has just booted, with 2 GiB, gives 512 MiB in one piece. The first
 * of the programs in the order of their names, before others have used its memory.
 */
#include <sys/sysinfo.h>

#include "bytes.h"
#include "node.h"

/* Not a whole number of page blocks, so that all kinds of pages are met. */
#define STRIDE (MIB(1) + PAGE)

FIXTURE_ON_NODE(large)

TEST_F(large, a_fresh_machine_gives_512_mib_in_one_run)
{
	struct kdmabuf_query answer;
	struct sysinfo info;
	uint64_t offset;
	char *bytes;
	int fd;

	ASSERT_EQ(0, sysinfo(&info));
	if ((uint64_t)info.totalram * info.mem_unit < MIB(1800))
		SKIP(return, "a machine of less than 2 GiB");
	fd = allocate(self->node, MIB(512));
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(MIB(512), answer.size);
	EXPECT_EQ(1, answer.segments);

	bytes = map(fd, MIB(512), PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	/* Pages from all over it are zero, and then themselves and no other. */
	for (offset = 0; offset < MIB(512); offset += STRIDE)
		EXPECT_EQ(PAGE, zeroes(bytes + offset, PAGE));
	for (offset = 0; offset < MIB(512); offset += STRIDE)
		fill(bytes + offset, 1, offset, PAGE);
	for (offset = 0; offset < MIB(512); offset += STRIDE)
		EXPECT_EQ(PAGE, matching(bytes + offset, 1, offset, PAGE));
	EXPECT_EQ(PAGE, zeroes(bytes + MIB(512) - PAGE, PAGE));
}

TEST_F(large, and_again_when_it_was_freed)
{
	struct sysinfo info;
	int fd;

	ASSERT_EQ(0, sysinfo(&info));
	if ((uint64_t)info.totalram * info.mem_unit < MIB(1800))
		SKIP(return, "a machine of less than 2 GiB");
	fd = allocate(self->node, MIB(512));
	EXPECT_LE(0, fd);
}

TEST_HARNESS_MAIN
