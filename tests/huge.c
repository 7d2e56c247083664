// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings by 2 MiB: how many faults they take and what they are made of, whatever
 * the setting for transparent huge pages, and that they stay what they are when
 * they are cut, moved and inherited. Where no huge entry fits, many single pages
 * come with each fault.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "bytes.h"
#include "node.h"
#include "place.h"
#include "process.h"

#define SIZE MIB(8)
#define THP "/sys/kernel/mm/transparent_hugepage/enabled"

/* What the core checks and what takes part in it differ, by setting. */
FIXTURE(huge)
{
	int node;
	int live;
	int fd;
	char setting[16];
};

FIXTURE_VARIANT(huge)
{
	const char *setting;
};

FIXTURE_VARIANT_ADD(huge, always){ .setting = "always" };
FIXTURE_VARIANT_ADD(huge, madvise){ .setting = "madvise" };
FIXTURE_VARIANT_ADD(huge, never){ .setting = "never" };

/* The one in brackets. */
static bool read_setting(char *setting, size_t size)
{
	char line[64] = "", *begin, *end;
	FILE *file = fopen(THP, "r");

	if (!file)
		return false;
	begin = fgets(line, sizeof(line), file);
	fclose(file);
	begin = begin ? strchr(line, '[') : NULL;
	end = begin ? strchr(begin, ']') : NULL;
	return end && snprintf(setting, size, "%.*s", (int)(end - begin - 1),
			       begin + 1) < (int)size;
}

static bool write_setting(const char *setting)
{
	FILE *file = fopen(THP, "w");

	return file && fputs(setting, file) >= 0 && !fclose(file);
}

FIXTURE_SETUP(huge)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	ASSERT_TRUE(read_setting(self->setting, sizeof(self->setting)));
	ASSERT_TRUE(write_setting(variant->setting));
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN_PARENT(huge)
{
	if (self->setting[0])
		write_setting(self->setting);
	expect_live(_metadata, self->live);
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* The faults that it takes to write to every page. */
static long touch(char *bytes, size_t size)
{
	long before = faults();
	size_t i;

	for (i = 0; i < size; i += PAGE)
		__atomic_fetch_add(&bytes[i], 0, __ATOMIC_RELAXED);
	return faults() - before;
}

/* Bytes of the mapping at @address that huge entries map. */
static long mapped_huge(const void *address)
{
	char line[512];
	unsigned long start;
	bool found = false;
	long kib = -1;
	FILE *file = fopen("/proc/self/smaps", "r");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-", &start) == 1 && strchr(line, '-') &&
		    strchr(line, '-') < strchr(line, ' '))
			found = start == (uintptr_t)address;
		if (found && sscanf(line, "FilePmdMapped: %ld kB", &kib) == 1)
			break;
	}
	if (file)
		fclose(file);
	return kib * 1024;
}

TEST_F(huge, a_fault_maps_2_mib)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, 0);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE / HUGE, touch(bytes, SIZE));
	EXPECT_EQ(SIZE, mapped_huge(bytes));
	fill(bytes, 1, 0, SIZE);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
}

TEST_F(huge, a_first_fault_that_reads_maps_2_mib_for_writing_too)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, 0);
	long before = faults();

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(0, __atomic_load_n(bytes, __ATOMIC_RELAXED));
	__atomic_store_n(bytes, 1, __ATOMIC_RELAXED);
	EXPECT_EQ(1, faults() - before);
}

TEST_F(huge, populating_maps_all_of_it)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(0, touch(bytes, SIZE));
	EXPECT_EQ(SIZE, mapped_huge(bytes));
	ASSERT_EQ(0, madvise(bytes, SIZE, MADV_DONTNEED));
	EXPECT_EQ(0, mapped_huge(bytes));
	ASSERT_EQ(0, madvise(bytes, SIZE, MADV_POPULATE_WRITE));
	EXPECT_EQ(0, touch(bytes, SIZE));
	EXPECT_EQ(SIZE, mapped_huge(bytes));
}

TEST_F(huge, a_mapping_of_a_part_is_huge_where_it_can_be)
{
	size_t before = HUGE - 3 * PAGE, after = 5 * PAGE;
	char *bytes = map_at(place(SIZE, before), self->fd,
			     SIZE - before - HUGE + after, before, 0);
	size_t size = SIZE - before - HUGE + after;

	ASSERT_NE(MAP_FAILED, bytes);
	/* What lies beside the huge part is there from the beginning. */
	EXPECT_EQ(2, touch(bytes, size));
	EXPECT_EQ(2 * HUGE, mapped_huge(bytes));
	fill(bytes, 1, before, size);
	EXPECT_EQ(size, matching(bytes, 1, before, size));
}

TEST_F(huge, a_mapping_that_lies_askew_takes_a_fault_for_each_page_table)
{
	static const size_t skews[] = { PAGE, HUGE / 2, HUGE - PAGE };
	char *straight = map_at(place(SIZE, 0), self->fd, SIZE, 0, 0);
	size_t i;

	ASSERT_NE(MAP_FAILED, straight);
	for (i = 0; i < ARRAY_SIZE(skews); i++) {
		char *bytes =
			map_at(place(SIZE, skews[i]), self->fd, SIZE, 0, 0);

		ASSERT_NE(MAP_FAILED, bytes);
		EXPECT_EQ(SIZE / HUGE + 1, touch(bytes, SIZE));
		EXPECT_EQ(0, mapped_huge(bytes));
		fill(bytes, i, 0, SIZE);
		EXPECT_EQ(SIZE, matching(straight, i, 0, SIZE));
	}
}

TEST_F(huge, scattered_memory_takes_a_fault_for_each_page_table)
{
	int fd = allocate_with(self->node,
			       request(SIZE, KDMABUF_ALLOC_SCATTERED));
	char *bytes = map_at(place(SIZE, 0), fd, SIZE, 0, 0);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE / HUGE, touch(bytes, SIZE));
	EXPECT_EQ(0, mapped_huge(bytes));
	fill(bytes, 1, 0, SIZE);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
}

TEST_F(huge, views_show_their_own_bytes_wherever_they_begin)
{
	static const size_t offsets[] = { PAGE, HUGE - PAGE, HUGE,
					  HUGE + PAGE };
	char *whole = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);
	size_t i;

	ASSERT_NE(MAP_FAILED, whole);
	fill(whole, 1, 0, SIZE);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		size_t size = SIZE - offsets[i];
		int view = make_view(self->node, self->fd, O_RDWR, offsets[i],
				     size);
		char *bytes = map_at(place(size, 0), view, size, 0, 0);

		ASSERT_NE(MAP_FAILED, bytes);
		EXPECT_GE(SIZE / HUGE, touch(bytes, size));
		EXPECT_EQ(size, matching(bytes, 1, offsets[i], size));
	}
}

TEST_F(huge, a_view_that_ends_inside_a_folio_ends_there)
{
	size_t size = SIZE - HUGE - PAGE;
	int view = make_view(self->node, self->fd, O_RDWR, 0, size);
	char *whole = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);
	char *bytes = map_at(place(size, 0), view, size, 0, 0);

	ASSERT_NE(MAP_FAILED, whole);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(whole, 1, 0, SIZE);
	EXPECT_EQ(SIZE / HUGE - 2, touch(bytes, size));
	EXPECT_EQ(SIZE - 2 * HUGE, mapped_huge(bytes));
	EXPECT_EQ(size, matching(bytes, 1, 0, size));
	EXPECT_EQ(-EINVAL, try_map(view, SIZE, PROT_READ, MAP_SHARED, 0));
}

TEST_F(huge, what_is_left_of_it_after_cuts_keeps_its_bytes)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);
	size_t hole = HUGE + 7 * PAGE;

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	/* One page, then the middle of the next folio to that of the last. */
	ASSERT_EQ(0, munmap(bytes + 3 * PAGE, PAGE));
	ASSERT_EQ(0, munmap(bytes + hole, 2 * HUGE));
	EXPECT_EQ(3 * PAGE, matching(bytes, 1, 0, 3 * PAGE));
	EXPECT_EQ(hole - 4 * PAGE,
		  matching(bytes + 4 * PAGE, 1, 4 * PAGE, hole - 4 * PAGE));
	hole += 2 * HUGE;
	EXPECT_EQ(SIZE - hole, matching(bytes + hole, 1, hole, SIZE - hole));
}

TEST_F(huge, protection_of_a_part_can_change)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	ASSERT_EQ(0, mprotect(bytes + HUGE + PAGE, 3 * PAGE, PROT_READ));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	ASSERT_EQ(0, mprotect(bytes + HUGE + PAGE, 3 * PAGE,
			      PROT_READ | PROT_WRITE));
	fill(bytes, 2, 0, SIZE);
	EXPECT_EQ(SIZE, matching(bytes, 2, 0, SIZE));
}

TEST_F(huge, what_is_dropped_in_part_comes_back)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	ASSERT_EQ(0, madvise(bytes + 5 * PAGE, HUGE, MADV_DONTNEED));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	ASSERT_EQ(0, madvise(bytes, SIZE, MADV_DONTNEED));
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
}

TEST_F(huge, it_can_move_anywhere)
{
	static const size_t skews[] = { 0, PAGE, HUGE / 2 };
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);
	size_t i;

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	for (i = 0; i < ARRAY_SIZE(skews); i++) {
		char *to = place(SIZE, skews[i]);

		bytes = mremap(bytes, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       to);
		ASSERT_EQ(to, bytes);
		EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
		ASSERT_EQ(0, madvise(bytes, SIZE, MADV_DONTNEED));
		EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	}
}

TEST_F(huge, a_child_has_it_too)
{
	char *bytes = map_at(place(SIZE, 0), self->fd, SIZE, 0, MAP_POPULATE);
	pid_t child;

	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (matching(bytes, 1, 0, SIZE) != SIZE)
			_exit(1);
		fill(bytes, 2, 0, SIZE);
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
	EXPECT_EQ(SIZE, matching(bytes, 2, 0, SIZE));
}

TEST_F(huge, a_buffer_with_a_tail_needs_no_fault_for_it)
{
	size_t size = SIZE + HUGE - PAGE;
	int fd = allocate(self->node, size);
	char *bytes = map_at(place(size, 0), fd, size, 0, 0);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE / HUGE, touch(bytes, size));
	EXPECT_EQ(SIZE, mapped_huge(bytes));
	fill(bytes, 1, 0, size);
	EXPECT_EQ(size, matching(bytes, 1, 0, size));
}

TEST_F(huge, a_query_tells_the_page_size)
{
	struct {
		int fd;
		uint32_t page_size;
	} cases[] = {
		{ self->fd, HUGE },
		{ allocate(self->node, HUGE), HUGE },
		{ allocate(self->node, HUGE - PAGE), PAGE },
		{ make_view(self->node, self->fd, O_RDWR, 0, HUGE), HUGE },
		{ make_view(self->node, self->fd, O_RDWR, HUGE, HUGE), PAGE },
	};
	struct kdmabuf_query answer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, query(self->node, cases[i].fd, &answer));
		EXPECT_EQ(cases[i].page_size, answer.page_size)
		{
			TH_LOG("case %zu", i);
		}
	}
}

FIXTURE_ON_NODE(huge_cycles)

/* More than the machine has: what is lost would be missed. */
TEST_F(huge_cycles, mapping_and_unmapping_loses_no_memory)
{
	size_t size = 16 * HUGE + PAGE;
	char *address = place(size, 0);
	long rounds = sysconf(_SC_PHYS_PAGES) / (size / PAGE) + 1, i;

	for (i = 0; i < rounds; i++) {
		int fd = allocate(self->node, size);
		char *bytes = map_at(address, fd, size, 0, 0);

		ASSERT_LE(0, fd)
		{
			TH_LOG("round %ld of %ld", i, rounds);
		}
		ASSERT_NE(MAP_FAILED, bytes);
		EXPECT_EQ(16, touch(bytes, size));
		ASSERT_EQ(0, munmap(bytes + 3 * HUGE + PAGE, PAGE));
		ASSERT_EQ(0, munmap(bytes, size));
		close(fd);
	}
}

TEST_HARNESS_MAIN
