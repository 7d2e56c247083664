// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers are allocated while memory is short, dropped, moved and put together: what
 * is given is zero and stays what was written there, and so does the memory of others
 * that has to move. Nobody is killed for it.
 */
#define RACES 1

#include <glob.h>

#include "pool.h"
#include "race.h"

/* Things that a thread keeps at the same time, and how large each may be. */
#define KEPT 4
#define SMALL MIB(1)
#define LARGE MIB(8)

/* What the threads have to do with; the most that they can keep is more than half. */
#define SCARCE (RACE_THREADS * KEPT * LARGE * 3 / 2)
/* A machine of which even more would have to be taken has no scarcity. */
#define TAKEN_MAX MIB(4096)

/* Memory of a thread: a buffer, or anonymous memory. */
struct kept {
	char *bytes; /* NULL: nothing */
	uint64_t size;
	uint64_t seed;
};

static struct {
	int node;
	glob_t files;
	struct kept kept[RACE_THREADS][KEPT];
} shared;

FIXTURE(race_pressure)
{
	int live;
	unsigned int max;
};

/*
 * All but what is left to the race, in pages that cannot be dropped. As much as that
 * is of single pages, which can be moved one by one.
 */
static void make_scarce(struct __test_metadata *_metadata, uint64_t available)
{
	uint64_t taken = available > SCARCE ? available - SCARCE : 0;
	uint64_t single = taken < SCARCE ? taken : SCARCE;

	if (taken > TAKEN_MAX)
		return;
	take_memory(_metadata, memfd_create("taken", MFD_CLOEXEC), single);
	take_memory(_metadata, huge_file(), taken - single);
}

FIXTURE_SETUP(race_pressure)
{
	shared.node = open_node(_metadata, &self->live);
	if (shared.node < 0)
		return;
	self->max = pool_max();
	make_scarce(_metadata, available(shared.node));
	ASSERT_EQ(0, glob("/usr/lib/*/*.so*", 0, NULL, &shared.files));
}

FIXTURE_TEARDOWN_PARENT(race_pressure)
{
	EXPECT_EQ(0, set_pool_max(self->max));
	expect_live(_metadata, self->live);
}

/* What is looked at is a word in every so many bytes, so a few pages of each block. */
#define STRIDE (8 * PAGE)

static void mark(const struct kept *kept)
{
	uint64_t offset;

	for (offset = 0; offset < kept->size; offset += STRIDE)
		fill(kept->bytes + offset, kept->seed, offset, 8);
}

static bool is_marked(const struct kept *kept)
{
	uint64_t offset;

	for (offset = 0; offset < kept->size; offset += STRIDE)
		if (matching(kept->bytes + offset, kept->seed, offset, 8) != 8)
			return false;
	return true;
}

static bool is_zero(const struct kept *kept)
{
	uint64_t offset;

	for (offset = 0; offset < kept->size; offset += STRIDE)
		if (zeroes(kept->bytes + offset, 8) != 8)
			return false;
	return true;
}

/* An empty place of the thread. What was there before had to be unchanged. */
static int draw_place(struct racer *racer, struct kept **place)
{
	struct kept *kept =
		&shared.kept[racer->number][draw_below(&racer->random, KEPT)];
	bool ok;

	*place = kept;
	if (!kept->bytes)
		return 0;
	ok = is_marked(kept);
	munmap(kept->bytes, kept->size);
	kept->bytes = NULL;
	return ok ? 0 : -EBADMSG;
}

/* @fd: of a buffer, which the mapping keeps; or -1 for anonymous memory */
static int keep(struct racer *racer, struct kept *place, int fd, uint64_t size)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;

	place->size = size;
	place->seed = draw(&racer->random);
	place->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (place->bytes == MAP_FAILED) {
		place->bytes = NULL;
		return -errno;
	}
	if (!is_zero(place))
		return -EBADMSG;
	mark(place);
	return 0;
}

/* Pages in all, at least one. */
static uint64_t draw_size(struct racer *racer, uint64_t limit)
{
	return PAGE * (1 + draw_below(&racer->random, limit / PAGE));
}

static int allocate_and_keep(struct racer *racer, uint64_t limit,
			     uint32_t flags)
{
	uint64_t size = draw_size(racer, limit);
	struct kept *place;
	int ret = draw_place(racer, &place), fd;

	if (ret)
		return ret;
	fd = allocate_with(shared.node, request(size, flags));
	if (fd < 0)
		return fd;
	ret = keep(racer, place, fd, size);
	close(fd);
	return ret;
}

static int run_small(struct racer *racer)
{
	return allocate_and_keep(racer, SMALL, 0);
}

static int run_large(struct racer *racer)
{
	return allocate_and_keep(racer, LARGE, 0);
}

static int run_scattered(struct racer *racer)
{
	return allocate_and_keep(racer, LARGE, KDMABUF_ALLOC_SCATTERED);
}

static int run_anonymous(struct racer *racer)
{
	struct kept *place;

	return draw_place(racer, &place) ?:
		       keep(racer, place, -1, draw_size(racer, LARGE));
}

/* Page cache. */
static int run_file(struct racer *racer)
{
	const char *path = shared.files.gl_pathv[draw_below(
		&racer->random, shared.files.gl_pathc)];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[KIB(64)];
	ssize_t read_bytes;

	if (file < 0)
		return -errno;
	do
		read_bytes = read(file, bytes, sizeof(bytes));
	while (read_bytes > 0);
	close(file);
	return read_bytes;
}

/* By one thread at a time: all of memory is looked at. */
static int command_alone(const char *name, const char *value)
{
	static atomic_flag busy;
	int ret;

	if (atomic_flag_test_and_set(&busy))
		return 0;
	ret = command_vm(name, value);
	atomic_flag_clear(&busy);
	return ret;
}

static int run_drop(struct racer *racer)
{
	return command_alone("drop_caches", "3");
}

static int run_compact(struct racer *racer)
{
	return command_alone("compact_memory", "1");
}

/* The buffers of all threads, or of one, or none, so that it has to shrink. */
static int run_pool(struct racer *racer)
{
	static const unsigned int mib[] = { 0, 32, 256 };

	return set_pool_max(DRAW(racer, mib));
}

static struct operation operations[] = {
	OPERATION("small buffer", run_small, 1, -ENOMEM),
	OPERATION("large buffer", run_large, 3, -ENOMEM),
	OPERATION("scattered buffer", run_scattered, 1, -ENOMEM),
	OPERATION("anonymous memory", run_anonymous, 1, -ENOMEM),
	OPERATION("page cache", run_file, 1),
	OPERATION("drop_caches", run_drop, 10),
	OPERATION("compact_memory", run_compact, 10),
	OPERATION("pool_max", run_pool, 4),
};

TEST_F(race_pressure, what_is_kept_stays_and_what_is_given_is_zero)
{
	struct race race = RACE(operations, 30);
	unsigned long kills = read_counter("/proc/vmstat", "oom_kill ");
	size_t i, j;

	run_race(_metadata, &race);
	for (i = 0; i < RACE_THREADS; i++) {
		for (j = 0; j < KEPT; j++) {
			struct kept *kept = &shared.kept[i][j];

			EXPECT_TRUE(!kept->bytes || is_marked(kept));
			if (kept->bytes)
				munmap(kept->bytes, kept->size);
		}
	}
	EXPECT_EQ(kills, read_counter("/proc/vmstat", "oom_kill "));
	EXPECT_TRUE(live_buffers_become(shared.node, self->live));
}

TEST_HARNESS_MAIN
