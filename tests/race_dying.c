// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers at the moment when they go: whoever looks one up by its window or its id
 * has all of it, or finds nothing. Others meanwhile walk over a long list of buffers,
 * for which one that goes has to wait, so that the moment is not too short to be met.
 */
#define RACES 1

#include "bytes.h"
#include "race.h"

#define SIZE (4 * PAGE)
#define LISTED 200
#define LIST "/sys/kernel/debug/kdmabuf/buffers"

/* What the threads share. */
static struct {
	int node;
	/* The buffer that was made last. */
	atomic_ullong id;
	atomic_ullong window;
} shared;

FIXTURE(race_dying)
{
	int live;
};

FIXTURE_SETUP(race_dying)
{
	int others, i;

	shared.node = open_node(_metadata, &self->live);
	if (shared.node < 0)
		return;
	others = open(NODE, O_RDWR | O_CLOEXEC);
	for (i = 0; i < LISTED; i++)
		ASSERT_LT(0, allocate_without_fd(others, PAGE, 0));
}

FIXTURE_TEARDOWN_PARENT(race_dying)
{
	expect_live(_metadata, self->live);
}

static int run_alloc_and_close(struct racer *racer)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);
	int ret = call(shared.node, KDMABUF_IOCTL_ALLOC, &alloc);

	if (ret)
		return ret;
	ret = publish(shared.node, alloc.fd, 0600);
	shared.id = alloc.id;
	shared.window = alloc.window;
	/* Mostly it goes at once; else there would be nothing to find. */
	if (!draw_below(&racer->random, 4))
		usleep(1000);
	close(alloc.fd);
	return ret;
}

static int run_open(struct racer *racer)
{
	int fd = open_id(shared.node, shared.id, O_RDWR);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int run_read(struct racer *racer)
{
	char byte;
	ssize_t n = pread(shared.node, &byte, 1, shared.window);

	return n < 0 ? -errno : n;
}

static int run_map(struct racer *racer)
{
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   shared.node, shared.window);

	if (bytes == MAP_FAILED)
		return -errno;
	fill(bytes, racer->number, 0, SIZE);
	return munmap(bytes, SIZE) ? -errno : 0;
}

/* Of all that live: none of them goes meanwhile. */
static int run_walk(struct racer *racer)
{
	int list = open(LIST, O_RDONLY | O_CLOEXEC);
	char text[PAGE];
	ssize_t n = read(list, text, sizeof(text));

	close(list);
	return n < 0 ? -errno : n;
}

static struct operation operations[] = {
	OPERATION("ALLOC, PUBLISH and close", run_alloc_and_close, 1),
	OPERATION("OPEN", run_open, 1, -ENOENT),
	OPERATION("pread", run_read, 1),
	OPERATION("mmap", run_map, 1, -ENXIO),
	OPERATION("reading the list", run_walk, 1),
};

TEST_F(race_dying, it_is_found_whole_or_not_at_all)
{
	struct race race = RACE(operations, 3000);

	run_race(_metadata, &race);
}

TEST_HARNESS_MAIN
