// SPDX-License-Identifier: GPL-2.0
/*
 * A full machine: how long a run can be had when memory is page cache, and when it
 * was taken in pieces of 64 KiB of which half are left, those that are drawn. What
 * the heaps of the kernel give is told beside it; the system heap's pieces may lie
 * anywhere.
 */
#include <dirent.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "account.h"
#include "disk.h"
#include "exporters.h"
#include "importer.h"
#include "log.h"
#include "memory.h"
#include "process.h"

#define PIECE KIB(64)
/* Memory of which less is free is full: the kernel reclaims from about there on. */
#define FEW MIB(96)
/* A machine with more would take too long. */
#define MEMORY_MIN MIB(1500)
#define MEMORY_MAX MIB(4096)

/* So much is filled where the kernel is slow: it takes a minute. */
#define ENOUGH MIB(512)

static const uint64_t sizes[] = {
	MIB(512), MIB(384), MIB(256), MIB(192), MIB(128),
	MIB(96),  MIB(64),  MIB(32),  MIB(16),	MIB(8),
	MIB(4),	  MIB(2),   MIB(1),   KIB(512), KIB(64),
};

static const struct {
	const char *name;
	const char *path;
} heaps[] = {
	{ "ours, in one run", HEAP },
	{ "system heap, in pieces", "/dev/dma_heap/system" },
	{ "CMA heap", "/dev/dma_heap/reserved" },
	{ "CMA heap", "/dev/dma_heap/default_cma_region" },
};

FIXTURE(full)
{
	int node;
	int live;
	int disk; /* of which nothing is cached from @unread on */
	off_t unread;
	char *anonymous;
	uint64_t taken;
	struct limits limits;
};

static void leave_enough(struct __test_metadata *_metadata, int node)
{
	uint64_t there = available(node);

	/* Until the test has ended. */
	if (there > ENOUGH)
		take_memory(_metadata, huge_file(), there - ENOUGH);
}

FIXTURE_SETUP(full)
{
	uint64_t memory = MIB(machine_mib());

	self->disk = -1;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	if (memory < MEMORY_MIN || memory > MEMORY_MAX)
		SKIP(return, "a machine of less than 1.5 or more than 4 GiB");
	lift_limits(_metadata, &self->limits);
	if (is_debug_kernel())
		leave_enough(_metadata, self->node);
}

FIXTURE_TEARDOWN_PARENT(full)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

/*
 * The largest size that the heap gives, up to three quarters of what is there: the
 * system heap has processes killed for the rest. @prepare is called before each
 * attempt.
 */
static uint64_t find_largest(struct __test_metadata *_metadata,
			     FIXTURE_DATA(full) * self, const char *path,
			     void (*prepare)(struct __test_metadata *_metadata,
					     FIXTURE_DATA(full) * self))
{
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i] / 3 * 4 > available(self->node))
			continue;
		if (prepare)
			prepare(_metadata, self);
		fd = export_heap(path, sizes[i]);
		if (fd >= 0) {
			close(fd);
			return sizes[i];
		}
	}
	return 0;
}

/* What ours gives. */
static uint64_t compare_heaps(struct __test_metadata *_metadata,
			      FIXTURE_DATA(full) * self, const char *state,
			      void (*prepare)(struct __test_metadata *_metadata,
					      FIXTURE_DATA(full) * self))
{
	uint64_t largest[ARRAY_SIZE(heaps)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(heaps); i++) {
		if (access(heaps[i].path, F_OK))
			continue;
		largest[i] =
			find_largest(_metadata, self, heaps[i].path, prepare);
		TH_LOG("%s: %s: %ju KiB", state, heaps[i].name,
		       (uintmax_t)largest[i] / 1024);
	}
	return largest[0];
}

/* Names and what is behind them: memory that the kernel cannot move. */
static void read_directories(const char *path, int depth)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char below[512];
	struct stat stat;

	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (!lstat(below, &stat) && S_ISDIR(stat.st_mode) && depth)
			read_directories(below, depth - 1);
	}
	if (directory)
		closedir(directory);
}

/* What has to be had; of memory with a debug kernel's slabs, less. */
static uint64_t wanted(void)
{
	return is_debug_kernel() ? MIB(16) : MIB(64);
}

/* The bytes that the kernel has taken from caches in the background so far. */
static uint64_t reclaimed(void)
{
	return read_counter("/proc/vmstat", "pgsteal_kswapd ") *
	       sysconf(_SC_PAGESIZE);
}

/*
 * Until hardly any memory is free, or, where the kernel keeps more free than that,
 * as in areas of CMA, until it drops old pages for new ones.
 */
static void fill_page_cache(struct __test_metadata *_metadata,
			    FIXTURE_DATA(full) * self)
{
	uint64_t before = reclaimed();
	static char bytes[MIB(1)];
	int i;

	while (free_memory() > FEW && reclaimed() - before < FEW) {
		for (i = 0; i < 8; i++) {
			ASSERT_EQ(sizeof(bytes),
				  pread(self->disk, bytes, sizeof(bytes),
					self->unread));
			self->unread += sizeof(bytes);
		}
	}
}

TEST_F(full, of_memory_that_is_page_cache_much_can_be_had)
{
	int backing = memfd_create("disk", MFD_CLOEXEC);
	pid_t child;

	/* Holes, which take no memory but in the cache of what is read. */
	ASSERT_EQ(0, ftruncate(backing, 1ll << 40));
	self->disk = open_disk(backing, O_RDONLY);
	if (self->disk == -ENODEV)
		SKIP(return, "no loop device");
	ASSERT_LE(0, self->disk);
	child = fork();
	if (!child) {
		/* A debug kernel's slabs are all over its memory as it is. */
		read_directories("/usr", is_debug_kernel() ? 2 : 4);
		_exit(0);
	}
	fill_page_cache(_metadata, self);
	EXPECT_TRUE(ended_well(child));
	TH_LOG("%lu KiB of slabs, %lu KiB of page cache, %lu KiB free",
	       read_counter("/proc/meminfo", "Slab:"),
	       read_counter("/proc/meminfo", "Cached:") +
		       read_counter("/proc/meminfo", "Buffers:"),
	       read_counter("/proc/meminfo", "MemFree:"));
	EXPECT_LE(wanted(), compare_heaps(_metadata, self, "page cache",
					  fill_page_cache));
}

/* Which of the pieces go. */
static bool is_drawn(void)
{
	return rand() % 2;
}

TEST_F(full, of_movable_pieces_with_gaps_much_can_be_had)
{
	uint64_t taken = available(self->node) - FEW, offset;
	char *bytes = mmap(NULL, taken, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, bytes);
	ASSERT_EQ(0, madvise(bytes, taken, MADV_NOHUGEPAGE));
	ASSERT_EQ(0, madvise(bytes, taken, MADV_POPULATE_WRITE));
	for (offset = 0; offset + PIECE <= taken; offset += PIECE)
		if (is_drawn())
			madvise(bytes + offset, PIECE, MADV_DONTNEED);
	EXPECT_LE(wanted(),
		  compare_heaps(_metadata, self,
				"movable pieces, half of them gone", NULL));
}

#define REQUESTERS 4

/* Returns how many were refused. */
static int request_at_once(struct __test_metadata *_metadata, int node,
			   struct kdmabuf_alloc request)
{
	struct {
		atomic_bool go;
		atomic_int answers;
	} *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t children[REQUESTERS];
	int refused = 0, status, tries, i;

	ASSERT_NE(MAP_FAILED, shared);
	for (i = 0; i < REQUESTERS; i++) {
		children[i] = fork();
		ASSERT_LE(0, children[i]);
		if (children[i])
			continue;
		while (!shared->go)
			sched_yield();
		status = allocate_with(node, request);
		/* Whoever has one keeps it while others ask. */
		shared->answers++;
		for (tries = 0; tries < 60000 && shared->answers < REQUESTERS;
		     tries++)
			usleep(1000);
		_exit(status < 0 ? -status : 0);
	}
	shared->go = true;
	for (i = 0; i < REQUESTERS; i++) {
		ASSERT_EQ(children[i], waitpid(children[i], &status, 0));
		EXPECT_TRUE(WIFEXITED(status));
		if (!WEXITSTATUS(status))
			continue;
		EXPECT_EQ(ENOMEM, WEXITSTATUS(status));
		refused++;
	}
	munmap(shared, PAGE);
	return refused;
}

/*
 * Each would leave enough to others if it were alone. Those that are refused have seen
 * in time that others took as much, not that there was nothing any more.
 */
TEST_F(full, of_buffers_at_the_same_time_nobody_is_killed)
{
	unsigned long killed = read_counter("/proc/vmstat", "oom_kill ");
	int round;

	for (round = 0; round < 3; round++) {
		uint64_t size = available(self->node) / 2;
		int log = open_log(), refused;

		ASSERT_LE(0, log);
		refused =
			request_at_once(_metadata, self->node,
					request(size, KDMABUF_ALLOC_SCATTERED));
		EXPECT_LT(0, refused);
		/* A kernel may drop a message while it says another. */
		EXPECT_LT(0, lines_with(log, " are available"));
		EXPECT_EQ(0, lines_with(log, " could be had"));
		close(log);
	}
	EXPECT_EQ(killed, read_counter("/proc/vmstat", "oom_kill "));
}

/* Nobody can make long runs of these; how long they are is told. */
TEST_F(full, of_buffers_with_gaps_some_run_can_be_had)
{
	uint64_t pieces = (available(self->node) - FEW) / PIECE;
	int session = open(IMPORTER, O_RDWR | O_CLOEXEC);
	int fd = -1, first = -1, last = -1;

	if (is_debug_kernel())
		SKIP(return, "a debug kernel takes minutes for so many");
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	while (pieces--) {
		fd = allocate(self->node, PIECE);
		if (fd < 0)
			break;
		first = first < 0 ? fd : first;
		last = fd;
	}
	ASSERT_LE(0, last);
	for (fd = first; fd <= last; fd++)
		if (is_drawn())
			close(fd);
	EXPECT_LE(MIB(8), compare_heaps(_metadata, self,
					"buffers, half of them gone", NULL));
	/* Nor do lists of many pages need any. */
	fd = allocate_with(self->node, request(available(self->node) / 2,
					       KDMABUF_ALLOC_SCATTERED));
	ASSERT_LE(0, fd);
	if (session >= 0)
		EXPECT_EQ(0, map_kernel(session, get_import(session, fd)));
}

TEST_HARNESS_MAIN
