// SPDX-License-Identifier: GPL-2.0
/*
 * Several open files of /dev/kdmabuf that come and go, while others allocate, open,
 * map, read and write through them. Windows go with the file and with the buffer,
 * whichever is first, and whoever finds one in time has the buffer.
 */
#define RACES 2

#include "bytes.h"
#include "race.h"

#define SIZE (4 * PAGE)
#define FILES 4
#define KNOWN 16

/* What the threads share. */
static struct {
	int first; /* the number of the first open file; the others follow */
	atomic_ullong ids[KNOWN];
	atomic_ullong windows[KNOWN];
} shared;

FIXTURE(race_windows)
{
	int live;
};

FIXTURE_SETUP(race_windows)
{
	int node = open_node(_metadata, &self->live), i;

	if (node < 0)
		return;
	shared.first = 100;
	for (i = 0; i < FILES; i++)
		ASSERT_LE(0, dup3(node, shared.first + i, O_CLOEXEC));
	close(node);
}

FIXTURE_TEARDOWN_PARENT(race_windows)
{
	expect_live(_metadata, self->live);
}

static int any_file(struct racer *racer)
{
	return shared.first + draw_below(&racer->random, FILES);
}

static uint64_t any_window(struct racer *racer)
{
	return DRAW(racer, shared.windows);
}

static void remember(struct racer *racer, uint64_t id, uint64_t window)
{
	size_t i = draw_below(&racer->random, KNOWN);

	shared.ids[i] = id;
	shared.windows[i] = window;
}

/* Whoever is at work with the old one has it until he is done. */
static int run_reopen(struct racer *racer)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC);

	if (node < 0)
		return -errno;
	if (dup3(node, any_file(racer), O_CLOEXEC) < 0)
		return -errno;
	close(node);
	return 0;
}

static int run_alloc_without_fd(struct racer *racer)
{
	struct kdmabuf_alloc alloc = request(SIZE, KDMABUF_ALLOC_NO_FD);
	int ret = call(any_file(racer), KDMABUF_IOCTL_ALLOC, &alloc);

	if (!ret)
		remember(racer, alloc.id, alloc.window);
	return ret;
}

/* Others find it for as long as this takes. */
static int run_publish(struct racer *racer)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);
	int node = any_file(racer);
	int ret = call(node, KDMABUF_IOCTL_ALLOC, &alloc);

	if (ret)
		return ret;
	ret = publish(node, alloc.fd,
		      draw_below(&racer->random, 2) ? 0600 : 0400);
	remember(racer, alloc.id, alloc.window);
	usleep(draw_below(&racer->random, 1000));
	close(alloc.fd);
	return ret;
}

static int run_open(struct racer *racer)
{
	int fd = open_id(any_file(racer), DRAW(racer, shared.ids),
			 draw_below(&racer->random, 2) ? O_RDWR : O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int run_read(struct racer *racer)
{
	char bytes[PAGE + 8];
	uint64_t at = any_window(racer) + draw_below(&racer->random, SIZE);
	ssize_t n = pread(any_file(racer), bytes, sizeof(bytes), at);

	return n < 0 ? -errno : n;
}

static int run_write(struct racer *racer)
{
	char bytes[PAGE + 8] = "";
	uint64_t at = any_window(racer) + draw_below(&racer->random, SIZE);
	ssize_t n = pwrite(any_file(racer), bytes, sizeof(bytes), at);

	return n < 0 ? -errno : n;
}

static int run_map(struct racer *racer)
{
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   any_file(racer), any_window(racer));
	uint64_t word = draw(&racer->random);
	int ret;

	if (bytes == MAP_FAILED)
		return -errno;
	/* It is there, and whole, whatever becomes of the file. */
	fill(bytes, word, 0, SIZE);
	ret = munmap(bytes, SIZE) ? -errno : 0;
	return ret;
}

static int run_seek(struct racer *racer)
{
	int whence = draw_below(&racer->random, 2) ? SEEK_DATA : SEEK_HOLE;
	off_t at = lseek(any_file(racer), any_window(racer), whence);

	return at < 0 ? -errno : 0;
}

static struct operation operations[] = {
	OPERATION("reopen", run_reopen, 4),
	OPERATION("ALLOC without a fd", run_alloc_without_fd, 1),
	OPERATION("ALLOC and PUBLISH", run_publish, 1),
	OPERATION("OPEN", run_open, 1, -ENOENT),
	OPERATION("pread", run_read, 1),
	OPERATION("pwrite", run_write, 1, -ENOSPC, -EACCES),
	OPERATION("mmap", run_map, 1, -ENXIO, -EACCES),
	OPERATION("lseek", run_seek, 1, -ENXIO),
};

TEST_F(race_windows, every_call_ends_as_it_may)
{
	struct race race = RACE(operations, 1000);

	run_race(_metadata, &race);
}

/* Each of the threads finds its own, whatever is added and removed meanwhile. */
static int run_alloc_and_close(struct racer *racer)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	uint64_t word = draw(&racer->random), found = 0;
	int ret = call(shared.first, KDMABUF_IOCTL_ALLOC, &alloc);

	if (ret)
		return ret;
	if (pwrite(shared.first, &word, sizeof(word), alloc.window) < 0 ||
	    pread(shared.first, &found, sizeof(found), alloc.window) < 0)
		ret = -errno;
	else if (found != word)
		ret = -EBADMSG;
	close(alloc.fd);
	return ret;
}

static struct operation alloc_and_close[] = {
	OPERATION("ALLOC, pwrite, pread, close", run_alloc_and_close, 1),
};

TEST_F(race_windows, of_one_open_file_each_is_found_as_long_as_it_is_there)
{
	struct race race = RACE(alloc_and_close, 3000);

	run_race(_metadata, &race);
}

TEST_HARNESS_MAIN
