// SPDX-License-Identifier: GPL-2.0
/*
 * SIGKILL at any moment of a process that holds everything that can be held, or is
 * about to get it: nothing is left, and the memory comes back.
 */
#define RACES 2

#include <signal.h>
#include <sys/socket.h>

#include "bytes.h"
#include "fences.h"
#include "importer.h"
#include "memory.h"
#include "modules.h"
#include "place.h"
#include "process.h"
#include "race.h"

#define CHILDREN 3
#define SIZE (16 * PAGE)
#define SEARCHED (MIB(4) + PAGE)
#define LARGE MIB(32)

/*
 * What the machine may have less at the end. All that the processes had would be more
 * than ten times as much; what a kernel keeps of a thousand dead threads is a few MiB,
 * and KASAN does not give back what was freed before it is a thirty-second of memory.
 */
#define TOLERANCE MIB(128)

FIXTURE(race_kill)
{
	struct module exporter;
	struct module importer;
	int node;
	int live;
	uint64_t random;
	uint64_t available;
};

FIXTURE_SETUP(race_kill)
{
	int session = open_importer(_metadata);

	if (session < 0)
		return;
	close(session);
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	ASSERT_TRUE(find_module("kdmabuf", &self->exporter));
	ASSERT_TRUE(find_module("kdmabuf_importer", &self->importer));
	self->random = choose_seed(_metadata);
	self->available = available(self->node);
}

/* Nobody is left who uses the modules. */
FIXTURE_TEARDOWN_PARENT(race_kill)
{
	expect_live(_metadata, self->live);
	EXPECT_TRUE(unloads("kdmabuf_importer"));
	EXPECT_TRUE(self->live || unloads("kdmabuf"));
	EXPECT_TRUE(is_loaded(&self->exporter));
	EXPECT_TRUE(is_loaded(&self->importer));
}

/* A child of this process, at work. */
struct child {
	pid_t pid;
	int ready; /* the end of a pipe where a byte comes when it is */
};

static void expect_ready(struct __test_metadata *_metadata,
			 const struct child *child)
{
	char byte;

	ASSERT_EQ(1, read(child->ready, &byte, 1));
	close(child->ready);
}

/* It does not end by itself. */
static void expect_killed(struct __test_metadata *_metadata,
			  const struct child *child)
{
	int status;

	ASSERT_EQ(0, kill(child->pid, SIGKILL));
	ASSERT_EQ(child->pid, waitpid(child->pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

/* What a thread of a child needs. */
struct holder {
	int node;
	int ready;
	int ends[2]; /* of a socket that all children have */
};

/* Whatever an importer can have of a dma-buf. */
static bool import(int session, int fd)
{
	int import = get_import(session, fd);
	int attachment = attach(session, import);

	return import > 0 && attachment > 0 &&
	       map_device(session, attachment, BOTH) > 0 &&
	       !map_kernel(session, import) &&
	       add_fence(session, import, KDMABUF_IMPORTER_FENCE_WRITE, 0, 0) >
		       0;
}

/* Once more everything, and in the end nothing. */
static bool hold_everything(const struct holder *holder)
{
	int session = open(IMPORTER, O_RDWR | O_CLOEXEC);
	int fd = allocate(holder->node, SIZE);
	int searched = allocate(holder->node, SEARCHED);
	int scattered = allocate_with(holder->node,
				      request(SIZE, KDMABUF_ALLOC_SCATTERED));
	int view = make_view(holder->node, fd, O_RDONLY, PAGE, PAGE);
	char *bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
	char *huge = map_at(place(SEARCHED, 0), searched, SEARCHED, 0, 0);
	int fences;

	if (session < 0 || fd < 0 || searched < 0 || scattered < 0 ||
	    view < 0 || bytes == MAP_FAILED || huge == MAP_FAILED)
		return false;
	memset(bytes, 1, SIZE);
	huge[0] = 1;
	huge[SEARCHED - 1] = 1;
	if (!import(session, fd) || !import(session, scattered))
		return false;
	fences = export_fences(fd, DMA_BUF_SYNC_RW);
	if (fences < 0)
		return false;

	/* In flight to whoever comes first, if there is room. */
	send_fd(holder->ends[0], view);
	send_fd(holder->ends[0], fences);
	close(view);
	close(fences);
	close(scattered);
	close(searched);
	close(fd);
	close(session);
	munmap(bytes, SIZE);
	munmap(huge, SEARCHED);
	close(receive_fd(holder->ends[1]));
	return true;
}

static void *hold_again_and_again(void *argument)
{
	const struct holder *holder = argument;

	if (write(holder->ready, "r", 1) != 1)
		_exit(1);
	while (hold_everything(holder))
		;
	_exit(1);
}

static struct child start_holder(struct __test_metadata *_metadata, int node,
				 const int ends[2])
{
	struct holder holder = { node, -1, { ends[0], ends[1] } };
	struct child child;
	pthread_t thread;
	int pipe[2];

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	holder.ready = pipe[1];
	child.ready = pipe[0];
	child.pid = fork();
	ASSERT_LE(0, child.pid);
	if (!child.pid) {
		if (pthread_create(&thread, NULL, hold_again_and_again,
				   &holder))
			_exit(1);
		hold_again_and_again(&holder);
	}
	close(pipe[1]);
	return child;
}

TEST_F(race_kill, processes_that_hold_everything_leave_nothing)
{
	struct rounds left = rounds(60);

	while (another(&left)) {
		struct child children[CHILDREN];
		int ends[2], i;

		ASSERT_EQ(0, socketpair(AF_UNIX,
					SOCK_SEQPACKET | SOCK_CLOEXEC |
						SOCK_NONBLOCK,
					0, ends));
		for (i = 0; i < CHILDREN; i++)
			children[i] = start_holder(_metadata, self->node, ends);
		close(ends[0]);
		close(ends[1]);
		for (i = 0; i < CHILDREN; i++)
			expect_ready(_metadata, &children[i]);
		for (i = 0; i < CHILDREN; i++) {
			usleep(draw_below(&self->random, 20000));
			expect_killed(_metadata, &children[i]);
		}
		ASSERT_TRUE(live_buffers_become(self->node, self->live));
	}
	EXPECT_LT(self->available, available(self->node) + TOLERANCE);
}

static struct child start_allocator(struct __test_metadata *_metadata, int node,
				    uint64_t size, uint32_t flags)
{
	struct child child;
	int pipe[2], fd;

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	child.ready = pipe[0];
	child.pid = fork();
	ASSERT_LE(0, child.pid);
	if (!child.pid) {
		if (write(pipe[1], "r", 1) != 1)
			_exit(1);
		do {
			fd = allocate_with(node, request(size, flags));
			close(fd);
		} while (fd >= 0);
		_exit(1);
	}
	close(pipe[1]);
	return child;
}

TEST_F(race_kill, processes_that_wait_for_much_memory_leave_nothing)
{
	struct rounds left = rounds(15);
	uint64_t time;
	int fd;

	ASSERT_TRUE(make_room());
	time = milliseconds();
	fd = allocate(self->node, LARGE);
	ASSERT_LE(0, fd);
	time = milliseconds() - time;
	close(fd);
	while (another(&left)) {
		/* One searches, one waits for that, one collects pieces. */
		struct child children[] = {
			start_allocator(_metadata, self->node, LARGE, 0),
			start_allocator(_metadata, self->node, LARGE, 0),
			start_allocator(_metadata, self->node, LARGE / 4,
					KDMABUF_ALLOC_SCATTERED),
		};
		size_t i;

		for (i = 0; i < ARRAY_SIZE(children); i++)
			expect_ready(_metadata, &children[i]);
		for (i = 0; i < ARRAY_SIZE(children); i++) {
			usleep(1000 * draw_below(&self->random, time + 1));
			expect_killed(_metadata, &children[i]);
		}
		ASSERT_TRUE(live_buffers_become(self->node, self->live));
	}
	EXPECT_LT(self->available, available(self->node) + TOLERANCE);
}

TEST_HARNESS_MAIN
