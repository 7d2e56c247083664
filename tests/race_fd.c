// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors whose numbers others have guessed: threads close them, put others in
 * their place, read, map and ask them, while the calls that make them are at work.
 * No call knows of that: it has made what it says, and touches it no more. And
 * nobody's descriptor is lost.
 */
#define RACES 1

#include "bytes.h"
#include "process.h"
#include "race.h"

#define SIZE (16 * PAGE)
/* Numbers that are worth guessing: what the threads keep, and some more. */
#define GUESSES (RACE_THREADS + 4)

/* What the threads share; the tests' own process has them. */
static struct {
	int node;
	int heap;
	int null; /* /dev/null, a descriptor that is no dma-buf */
	int base; /* a buffer that lives all the time */
	int lowest; /* all that is opened is here or above */
	int held[RACE_THREADS]; /* by each thread; 0: none yet */
	void *readonly; /* a struct kdmabuf_alloc that cannot be written back to */
} shared;

FIXTURE(race_fd)
{
	int live;
};

FIXTURE_SETUP(race_fd)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);

	shared.node = open_node(_metadata, &self->live);
	if (shared.node < 0)
		return;
	shared.heap = open(HEAP, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, shared.heap);
	shared.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, shared.null);
	shared.base = allocate(shared.node, SIZE);
	ASSERT_LE(0, shared.base);
	shared.readonly = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared.readonly);
	memcpy(shared.readonly, &alloc, sizeof(alloc));
	ASSERT_EQ(0, mprotect(shared.readonly, PAGE, PROT_READ));
	shared.lowest = lowest_free_fd();
}

FIXTURE_TEARDOWN_PARENT(race_fd)
{
	expect_live(_metadata, self->live);
}

/* A number that somebody may be getting at this moment. */
static int guess(struct racer *racer)
{
	return shared.lowest + draw_below(&racer->random, GUESSES);
}

/*
 * Keep a new descriptor, so that there is something to guess, until the thread has
 * another one. Whoever makes one closes it in the end, if others have not done so.
 */
static int hold(struct racer *racer, int fd)
{
	int *held = &shared.held[racer->number];

	if (fd < shared.lowest)
		return -EBADMSG;
	if (*held)
		close(*held);
	*held = fd;
	return 0;
}

static int run_alloc(struct racer *racer)
{
	static const uint64_t sizes[] = { 1, PAGE, 5 * PAGE, KIB(64), MIB(1) };
	uint64_t size = DRAW(racer, sizes);
	uint64_t pages = (size + PAGE - 1) / PAGE;
	struct kdmabuf_alloc alloc =
		request(size, draw(&racer->random) & KDMABUF_ALLOC_SCATTERED);
	int ret;

	/* A name is one more thing that the new dma-buf is given. */
	if (draw_below(&racer->random, 2))
		strcpy(alloc.name, "race");
	ret = call(shared.node, KDMABUF_IOCTL_ALLOC, &alloc);
	if (!ret && (!alloc.id || alloc.size != pages * PAGE))
		return -EBADMSG;
	return ret ?: hold(racer, alloc.fd);
}

static int run_large(struct racer *racer)
{
	int fd = allocate(shared.node, draw_below(&racer->random, 2) ?
					       MIB(2) :
					       MIB(4) + PAGE);

	return fd < 0 ? fd : hold(racer, fd);
}

static int run_heap(struct racer *racer)
{
	struct dma_heap_allocation_data data = {
		.len = 3 * PAGE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	bool node = draw_below(&racer->random, 2);
	int ret = call(node ? shared.node : shared.heap, DMA_HEAP_IOCTL_ALLOC,
		       &data);

	return ret ?: hold(racer, data.fd);
}

static int run_unanswered_alloc(struct racer *racer)
{
	int ret = call(shared.node, KDMABUF_IOCTL_ALLOC, shared.readonly);

	return ret == -EFAULT ? 0 : -EBADMSG;
}

static int run_view(struct racer *racer)
{
	int fd = make_view(shared.node, shared.base, O_RDONLY, PAGE, PAGE);

	return fd < 0 ? fd : hold(racer, fd);
}

static int run_view_of_guess(struct racer *racer)
{
	int access = draw_below(&racer->random, 2) ? O_RDWR : O_RDONLY;
	int fd = make_view(shared.node, guess(racer), access, 0, PAGE);

	return fd < 0 ? fd : hold(racer, fd);
}

static int run_query_of_guess(struct racer *racer)
{
	struct kdmabuf_query answer;
	int ret = query(shared.node, guess(racer), &answer);

	if (!ret && (!answer.id || !answer.size))
		return -EBADMSG;
	return ret;
}

static int run_next(struct racer *racer)
{
	struct kdmabuf_next next = { 0 };
	uint64_t last;
	int ret;

	do {
		last = next.id;
		ret = next_buffer(shared.node, &next);
		if (!ret && next.id <= last)
			return -EBADMSG;
	} while (!ret);
	return ret == -ENOENT ? 0 : ret;
}

static int run_close(struct racer *racer)
{
	return close(guess(racer)) ? -errno : 0;
}

static int run_dup2(struct racer *racer)
{
	int fd = draw_below(&racer->random, 2) ? shared.null : shared.base;
	int number = guess(racer);

	if (dup3(fd, number, O_CLOEXEC) < 0)
		return -errno;
	return hold(racer, number);
}

static int run_read(struct racer *racer)
{
	char bytes[8];

	return read(guess(racer), bytes, sizeof(bytes)) < 0 ? -errno : 0;
}

static int run_mmap(struct racer *racer)
{
	char *bytes = map(guess(racer), PAGE, PROT_READ);
	bool ok;

	if (bytes == MAP_FAILED)
		return -errno;
	/* Nobody writes to any of them. */
	ok = zeroes(bytes, PAGE) == PAGE;
	munmap(bytes, PAGE);
	return ok ? 0 : -EBADMSG;
}

static struct operation operations[] = {
	OPERATION("ALLOC", run_alloc, 1),
	OPERATION("ALLOC of 2 MiB and more", run_large, 20),
	OPERATION("dma-heap ALLOC", run_heap, 1),
	OPERATION("ALLOC that cannot write back", run_unanswered_alloc, 1),
	OPERATION("VIEW", run_view, 1),
	OPERATION("VIEW of a guess", run_view_of_guess, 1, -EBADF, -EMEDIUMTYPE,
		  -EACCES),
	OPERATION("QUERY of a guess", run_query_of_guess, 1, -EBADF,
		  -EMEDIUMTYPE),
	OPERATION("NEXT", run_next, 1),
	OPERATION("close", run_close, 1, -EBADF),
	/* EBUSY: the number is reserved by a call that is at work. */
	OPERATION("dup2", run_dup2, 1, -EBUSY),
	/* A dma-buf cannot be read; /dev/null can, and cannot be mapped. */
	OPERATION("read", run_read, 1, -EBADF, -EINVAL),
	OPERATION("mmap", run_mmap, 1, -EBADF, -ENODEV),
};

TEST_F(race_fd, calls_do_not_mind_what_becomes_of_their_descriptors)
{
	struct race race = RACE(operations, 4000);
	int fds = open_fds();
	size_t i;

	run_race(_metadata, &race);
	for (i = 0; i < RACE_THREADS; i++)
		if (shared.held[i])
			close(shared.held[i]);
	EXPECT_EQ(fds, open_fds());
	EXPECT_EQ(shared.lowest, lowest_free_fd());
	/* The one that is there all the time. */
	EXPECT_TRUE(live_buffers_become(shared.node, self->live + 1));
}

TEST_HARNESS_MAIN
