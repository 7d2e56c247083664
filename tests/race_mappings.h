/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races for one buffer: its mappings in this process and in children. Some of them
 * all threads look through, while whoever takes one out of its slot moves it or
 * takes it apart.
 */
#ifndef TESTS_RACE_MAPPINGS_H
#define TESTS_RACE_MAPPINGS_H

#include <sys/uio.h>

#include "bytes.h"
#include "place.h"
#include "process.h"
#include "race_views.h"

/* Each thread writes to an area of its own; what lies behind it is nobody's. */
#define AREA (4 * PAGE)

/* Address space: so many bytes from there on. */
#define PLACES (1ull << 44)

/* What is there before the race. The threads write with other seeds. */
#define SEED_BEFORE 100

/* The first shared.window bytes of some view each, or NULL. */
static _Atomic(char *) mapped[SLOTS];

static uint64_t area_of(unsigned int racer)
{
	return racer * (shared.size / RACE_THREADS);
}

/* Up to the next thread's area. */
static uint64_t gap(void)
{
	return shared.size / RACE_THREADS - AREA;
}

static uint64_t seed_of(unsigned int racer)
{
	return racer + 1;
}

/* How many bytes, from the first, are what was there before or what @racer writes. */
static size_t matching_area(const char *bytes, unsigned int racer)
{
	uint64_t offset;

	for (offset = 0; offset < AREA; offset += 8) {
		uint64_t at = area_of(racer) + offset;

		if (matching(bytes + at, SEED_BEFORE, at, 8) != 8 &&
		    matching(bytes + at, seed_of(racer), at, 8) != 8)
			break;
	}
	return offset;
}

/* How many bytes, from the first, of what is nobody's and follows @racer's area. */
static size_t matching_gap(const char *bytes, unsigned int racer, size_t size)
{
	uint64_t at = area_of(racer) + AREA;

	return matching(bytes + at, SEED_BEFORE, at, size);
}

/*
 * A mapping where huge entries fit, if the view begins with the buffer, or, less often,
 * where they do not; at a place that is drawn, far from where the kernel puts mappings.
 * MAP_FAILED: see errno.
 */
static char *map_somewhere(struct racer *racer, int fd, uint64_t size,
			   int protection, uint64_t offset)
{
	char *bytes;

	do {
		uint64_t place = PLACES + HUGE * draw_below(&racer->random,
							    PLACES / HUGE);

		if (!draw_below(&racer->random, 4))
			place += PAGE;
		bytes = mmap((void *)place, size, protection,
			     MAP_SHARED | MAP_FIXED_NOREPLACE, fd, offset);
	} while (bytes == MAP_FAILED && errno == EEXIST);
	return bytes;
}

/* Look at the buffer and write some of it, through a mapping of it all. */
static int use_mapping(struct racer *racer, char *bytes)
{
	unsigned int other = draw_below(&racer->random, RACE_THREADS);
	uint64_t from = 8 * draw_below(&racer->random, AREA / 8);
	uint64_t to = 8 * draw_below(&racer->random, AREA / 8);
	uint64_t at = area_of(racer->number) + from;

	if (matching_area(bytes, racer->number) != AREA ||
	    matching_gap(bytes, other, AREA) != AREA)
		return -EBADMSG;
	if (from < to)
		fill(bytes + at, seed_of(racer->number), at, to - from);
	return 0;
}

/* Map it all, use that, and take it apart in two pieces. */
static int run_write(struct racer *racer)
{
	uint64_t pages = shared.size / PAGE;
	uint64_t half = PAGE * (1 + draw_below(&racer->random, pages - 1));
	char *bytes = map_somewhere(racer, draw_whole_view(racer), shared.size,
				    PROT_READ | PROT_WRITE, 0);
	int ret;

	if (bytes == MAP_FAILED)
		return -errno;
	ret = use_mapping(racer, bytes);
	munmap(bytes + half, shared.size - half);
	munmap(bytes, half);
	return ret;
}

/* The mapping in a slot, for the caller alone, or NULL. */
static char *take_mapping(struct racer *racer)
{
	return atomic_exchange(&mapped[draw_slot(racer)], NULL);
}

static void leave_mapping(struct racer *racer, char *bytes)
{
	char *old = atomic_exchange(&mapped[draw_slot(racer)], bytes);

	if (old)
		munmap(old, shared.window);
}

static int run_mmap(struct racer *racer)
{
	char *bytes = map_somewhere(racer, draw_view(racer), shared.window,
				    PROT_READ, 0);

	if (bytes == MAP_FAILED)
		return -errno;
	leave_mapping(racer, bytes);
	return 0;
}

static int run_munmap(struct racer *racer)
{
	char *bytes = take_mapping(racer);

	if (!bytes)
		return -ENOENT;
	/* Whoever maps anything in the meantime may get the hole. */
	munmap(bytes + PAGE, PAGE);
	munmap(bytes + 2 * PAGE, shared.window - 2 * PAGE);
	munmap(bytes, PAGE);
	return 0;
}

static int run_mremap(struct racer *racer)
{
	char *bytes = take_mapping(racer), *place;

	if (!bytes)
		return -ENOENT;
	if (mremap(bytes, shared.window, shared.window + PAGE,
		   MREMAP_MAYMOVE) != MAP_FAILED)
		return -EBADMSG;
	if (errno != EFAULT)
		return -errno;
	place = mmap(NULL, shared.window, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mremap(bytes, shared.window, shared.window,
		   MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
		return -errno;
	leave_mapping(racer, place);
	return 0;
}

/* Page tables emptied, from some page on, and filled again. */
static int run_zap(struct racer *racer)
{
	uint64_t from = PAGE * draw_below(&racer->random, shared.window / PAGE);
	char *bytes = take_mapping(racer);
	int ret;

	if (!bytes)
		return -ENOENT;
	ret = madvise(bytes + from, shared.window - from, MADV_DONTNEED) ||
			      madvise(bytes, shared.window,
				      MADV_POPULATE_READ) ?
		      -errno :
		      0;
	leave_mapping(racer, bytes);
	return ret;
}

/* A fault, or none, in a mapping that may be gone at that moment. */
static int look_through(const char *bytes, uint64_t offset)
{
	char found[64];
	struct iovec to = { found, sizeof(found) };
	struct iovec from = { (void *)(bytes + offset), sizeof(found) };

	if (!bytes)
		return -ENOENT;
	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) < 0 ? -errno : 0;
}

static int run_look(struct racer *racer)
{
	return look_through(mapped[draw_slot(racer)],
			    PAGE * draw_below(&racer->random,
					      shared.window / PAGE));
}

/* A child that has all that its parent had at that moment, and dies with it. */
static int run_fork(struct racer *racer)
{
	int view = draw_view(racer), i;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		for (i = 0; i < SLOTS; i++)
			look_through(mapped[i], 0);
		close(view);
		_exit(0);
	}
	return ended_well(child) ? 0 : -ECHILD;
}

#endif /* TESTS_RACE_MAPPINGS_H */
