// SPDX-License-Identifier: GPL-2.0
/*
 * Those who read a process's page tables (numa_maps, smaps) while its mappings of a
 * buffer are taken apart and faulted in again.
 */
#include <pthread.h>

#include "bytes.h"
#include "node.h"
#include "place.h"

#define SIZE MIB(4)

FIXTURE(numa_maps)
{
	int node;
	int live;
	int fd;
};

FIXTURE_SETUP(numa_maps)
{
	char *bytes;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate_with(self->node, (struct kdmabuf_alloc){
						     .size = SIZE,
						     .fd_flags = O_RDWR,
						     .alignment = MIB(2),
					     });
	ASSERT_LE(0, self->fd);
	bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	munmap(bytes, SIZE);
}

FIXTURE_TEARDOWN_PARENT(numa_maps)
{
	expect_live(_metadata, self->live);
}

struct work {
	int fd;
	const char *path;
	bool over;
};

/* The number of failures, as what the thread returns. */
static void *read_again_and_again(void *argument)
{
	const struct work *work = argument;
	char text[4096];

	while (!__atomic_load_n(&work->over, __ATOMIC_RELAXED)) {
		int file = open(work->path, O_RDONLY | O_CLOEXEC);

		if (file < 0)
			return (void *)-1;
		while (read(file, text, sizeof(text)) > 0)
			;
		close(file);
	}
	return NULL;
}

/* Whole, in parts, zapped, read-only: each time every page shows what it should. */
static void *take_apart_again_and_again(void *argument)
{
	const struct work *work = argument;
	/* By turns by huge entries and by small ones. */
	char *huge = place(SIZE, 0), *small = place(SIZE, PAGE);
	intptr_t failures = 0;
	uint64_t offset;
	int i;

	for (i = 0; i < 60; i++) {
		char *bytes =
			map_at(i % 2 ? small : huge, work->fd, SIZE, 0, 0);

		if (bytes == MAP_FAILED)
			return (void *)-1;
		for (offset = 0; offset < SIZE; offset += PAGE)
			failures += matching(bytes + offset, 1, offset, 8) != 8;
		madvise(bytes, SIZE, MADV_DONTNEED);
		mprotect(bytes + MIB(1), PAGE, PROT_READ);
		for (offset = 0; offset < SIZE; offset += PAGE)
			failures += matching(bytes + offset, 1, offset, 8) != 8;
		munmap(bytes + MIB(2) - PAGE, 2 * PAGE);
		failures += matching(bytes, 1, 0, 8) != 8;
		munmap(bytes, SIZE);
	}
	return (void *)failures;
}

TEST_F(numa_maps, readers_of_the_page_tables_meet_faults)
{
	static const char *const paths[] = {
		"/proc/self/numa_maps",
		"/proc/self/smaps",
	};
	struct work work[ARRAY_SIZE(paths)];
	pthread_t readers[ARRAY_SIZE(paths)], movers[3];
	void *failures;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		work[i] = (struct work){ self->fd, paths[i], false };
		ASSERT_EQ(0, pthread_create(&readers[i], NULL,
					    read_again_and_again, &work[i]));
	}
	for (i = 0; i < ARRAY_SIZE(movers); i++)
		ASSERT_EQ(0,
			  pthread_create(&movers[i], NULL,
					 take_apart_again_and_again, &work[0]));
	for (i = 0; i < ARRAY_SIZE(movers); i++) {
		ASSERT_EQ(0, pthread_join(movers[i], &failures));
		EXPECT_EQ(NULL, failures);
	}
	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		__atomic_store_n(&work[i].over, true, __ATOMIC_RELAXED);
		ASSERT_EQ(0, pthread_join(readers[i], &failures));
		EXPECT_EQ(NULL, failures);
	}
}

TEST_HARNESS_MAIN
