// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever asks for too much finds in the kernel's log who asked, for how much, and
 * what there was instead: an errno alone says too little.
 */
#include <stdio.h>
#include <sys/sysinfo.h>

#include "account.h"
#include "log.h"
#include "memory.h"

FIXTURE_WITHOUT_LIMITS(told)

/* How many lines tell of this process that it got no @bytes, and @why. */
static int lines_of(int log, uint64_t bytes, const char *why)
{
	char line[256];

	snprintf(line, sizeof(line), "kdmabuf: %s[%d]: no %ju KiB%s",
		 program_invocation_short_name, getpid(),
		 (uintmax_t)bytes / 1024, why);
	return lines_with(log, line);
}

TEST_F(told, how_much_memory_there_is)
{
	static const uint32_t flags[] = { 0, KDMABUF_ALLOC_SCATTERED };
	int log = open_log();
	struct sysinfo info;
	char why[128];
	size_t i;

	ASSERT_LE(0, log);
	ASSERT_EQ(0, sysinfo(&info));
	snprintf(why, sizeof(why),
		 " of any memory: %ju KiB is all that there is",
		 (uintmax_t)info.totalram * info.mem_unit / 1024);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node,
					request(1ull << 50, flags[i])));
		EXPECT_EQ(1, lines_of(log, 1ull << 50, why));
	}
}

TEST_F(told, which_limit_it_is_and_who_has_how_much)
{
	int fd = allocate(self->node, KIB(512)), log = open_log();
	char why[128];

	ASSERT_LE(0, fd);
	ASSERT_LE(0, log);
	set_limits(_metadata, 1, 0);
	EXPECT_EQ(-EDQUOT, allocate(self->node, MIB(1)));
	snprintf(why, sizeof(why),
		 ": user %u has %ld KiB of 1 MiB (user_limit_mb)", getuid(),
		 statistic("memory/in_use") / 1024);
	EXPECT_EQ(1, lines_of(log, MIB(1), why));

	set_limits(_metadata, 0, 1);
	EXPECT_EQ(-ENOSPC, allocate(self->node, MIB(1)));
	snprintf(why, sizeof(why),
		 ": all users have %ld KiB of 1 MiB (limit_mb)",
		 statistic("memory/in_use") / 1024);
	EXPECT_EQ(1, lines_of(log, MIB(1), why));
}

TEST_HARNESS_MAIN
