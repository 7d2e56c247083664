// SPDX-License-Identifier: GPL-2.0
/*
 * What cgroups are charged, on kernels that let a module charge them: the memory
 * controller for scattered memory, the dmem controller for all.
 */
#include <sys/mount.h>
#include <sys/stat.h>

#include "account.h"
#include "bytes.h"
#include "process.h"

#define ROOT "/run/kdmabuf-cgroups/"
#define GROUP ROOT "test/"

/*
 * What the controller may be away from the truth: each CPU charges some pages in
 * advance, which are counted before they are used, so that later what is used
 * may be counted by as much less.
 */
#define STOCK MIB(2)

FIXTURE(cgroup)
{
	int node;
	int live;
	struct limits limits;
};

static bool write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(text);
	bool written = file >= 0 && write(file, text, length) == length;

	close(file);
	return written;
}

/* Whoever calls it is in the cgroup. */
static bool enter(void)
{
	return write_file(GROUP "cgroup.procs", "0");
}

/* Takes the cgroup away. A process that has just been waited for may still be in it. */
static bool leave(void)
{
	return COMES_TRUE(!rmdir(GROUP), 10);
}

static uint64_t current_memory(void)
{
	return read_counter(GROUP "memory.current", "");
}

FIXTURE_SETUP(cgroup)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	lift_limits(_metadata, &self->limits);
	ASSERT_TRUE(!mkdir(ROOT, 0700) || errno == EEXIST);
	if (mount("cgroup", ROOT, "cgroup2", 0, NULL))
		SKIP(return, "no cgroups of version 2");
	if (!write_file(ROOT "cgroup.subtree_control", "+memory"))
		SKIP(return, "no memory controller");
	write_file(ROOT "cgroup.subtree_control", "+dmem");
	ASSERT_EQ(0, mkdir(GROUP, 0700));
}

FIXTURE_TEARDOWN_PARENT(cgroup)
{
	EXPECT_TRUE(access(GROUP, F_OK) || leave());
	umount(ROOT);
	rmdir(ROOT);
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

static int allocate_scattered(int node, uint64_t size)
{
	return allocate_with(node, request(size, KDMABUF_ALLOC_SCATTERED));
}

TEST_F(cgroup, scattered_memory_is_charged_until_it_is_freed)
{
	uint64_t before;
	char *bytes;
	int fd;

	ASSERT_TRUE(enter());
	before = current_memory();
	fd = allocate_scattered(self->node, MIB(32));
	ASSERT_LE(0, fd);
	EXPECT_LT(before + MIB(32), current_memory() + STOCK);
	EXPECT_GT(before + MIB(32) + STOCK, current_memory());
	/* Once, also by who maps it. */
	bytes = map(fd, MIB(32), PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, MIB(32));
	EXPECT_GT(before + MIB(32) + STOCK, current_memory());
	munmap(bytes, MIB(32));
	close(fd);
	EXPECT_GT(before + STOCK, current_memory());
}

/* Too little to be in more than one piece, so that the pool could keep it. */
TEST_F(cgroup, a_single_piece_is_not_kept_by_the_pool)
{
	uint64_t before;
	int fds[128], round;
	size_t i;

	ASSERT_TRUE(enter());
	before = current_memory();
	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(fds); i++) {
			fds[i] = allocate_scattered(self->node, KIB(64));
			ASSERT_LE(0, fds[i]);
		}
		EXPECT_LT(before + MIB(8), current_memory() + STOCK);
		for (i = 0; i < ARRAY_SIZE(fds); i++)
			close(fds[i]);
		EXPECT_GT(before + STOCK, current_memory());
	}
}

TEST_F(cgroup, who_allocated_it_stays_charged)
{
	int ends[2], fd;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (!enter())
			_exit(1);
		fd = allocate_scattered(self->node, MIB(32));
		_exit(fd < 0 || send_fd(ends[1], fd));
	}
	ASSERT_TRUE(ended_well(child));
	fd = receive_fd(ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_LE(MIB(32), current_memory());
	close(fd);
	EXPECT_GT(MIB(16), current_memory());
}

TEST_F(cgroup, scattered_memory_stops_at_the_limit_and_nobody_is_killed)
{
	int i;

	ASSERT_TRUE(write_file(GROUP "memory.max", "33554432"));
	ASSERT_TRUE(enter());
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ENOMEM, allocate_scattered(self->node, MIB(64)));
	EXPECT_LE(0, allocate_scattered(self->node, MIB(16)));
	EXPECT_EQ(0, read_counter(GROUP "memory.events", "oom_kill "));
	EXPECT_GE(MIB(32), current_memory());
}

/* README.md says so; whoever makes it better changes both. */
TEST_F(cgroup, contiguous_memory_is_not_charged)
{
	uint64_t before;
	int fd;

	ASSERT_TRUE(enter());
	before = current_memory();
	fd = allocate(self->node, MIB(32));
	ASSERT_LE(0, fd);
	EXPECT_GT(before + STOCK, current_memory());
	close(fd);
}

TEST_F(cgroup, no_memory_passes_the_limit_for_devices)
{
	static const uint32_t flags[] = { 0, KDMABUF_ALLOC_SCATTERED };
	size_t i;

	if (access(GROUP "dmem.max", F_OK))
		SKIP(return, "this kernel has no dmem controller");
	ASSERT_TRUE(write_file(GROUP "dmem.max", "kdmabuf 8388608"));
	ASSERT_TRUE(enter());
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct kdmabuf_alloc alloc = request(MIB(8), flags[i]);
		int fd = allocate_with(self->node, alloc);

		ASSERT_LE(0, fd);
		EXPECT_EQ(MIB(8),
			  read_counter(GROUP "dmem.current", "kdmabuf "));
		EXPECT_EQ(-EDQUOT, allocate(self->node, 1));
		close(fd);
		EXPECT_EQ(0, read_counter(GROUP "dmem.current", "kdmabuf "));
	}
}

TEST_HARNESS_MAIN
