/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/kdmabuf as the tests use it: each ioctl a function that returns a negative
 * errno, and a fixture that finds out whether a test's buffers are gone after it.
 * No library between: what is tested is the ABI.
 */
#ifndef TESTS_NODE_H
#define TESTS_NODE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/kdmabuf.h>

#include "kselftest_harness.h"
#include "layout.h"
#include "patience.h"

/* Guests are emulated and share their host: this is for hangs, not for slowness. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 300

#define NODE "/dev/kdmabuf"
#define HEAP "/dev/dma_heap/contiguous"

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define PAGE KIB(4)

/* What the call returned, or its errno as the kernel has it: negative. */
static inline int call(int fd, unsigned long command, void *argument)
{
	int ret = ioctl(fd, command, argument);

	return ret < 0 ? -errno : ret;
}

static inline struct kdmabuf_alloc request(uint64_t size, uint32_t flags)
{
	return (struct kdmabuf_alloc){
		.size = size,
		.flags = flags,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
}

/* A new buffer's fd. */
static inline int allocate_with(int node, struct kdmabuf_alloc alloc)
{
	int ret = call(node, KDMABUF_IOCTL_ALLOC, &alloc);

	return ret ?: alloc.fd;
}

static inline int allocate(int node, uint64_t size)
{
	return allocate_with(node, request(size, 0));
}

static inline int query(int node, int fd, struct kdmabuf_query *query)
{
	*query = (struct kdmabuf_query){ .fd = fd };
	return call(node, KDMABUF_IOCTL_QUERY, query);
}

/* Where the buffer lies in this open file, or a negative errno; 0: nowhere. */
static inline int64_t window_of(int node, int fd)
{
	struct kdmabuf_query answer;
	int ret = query(node, fd, &answer);

	return ret ?: (int64_t)answer.window;
}

/* The same of a new buffer that has no fd. */
static inline int64_t allocate_without_fd(int node, uint64_t size,
					  uint32_t flags)
{
	struct kdmabuf_alloc alloc = request(size, flags | KDMABUF_ALLOC_NO_FD);
	int ret = call(node, KDMABUF_IOCTL_ALLOC, &alloc);

	return ret ?: (int64_t)alloc.window;
}

/* 0 or a negative errno. */
static inline int publish(int node, int fd, uint32_t mode)
{
	struct kdmabuf_publish publish = { .fd = fd, .mode = mode };

	return call(node, KDMABUF_IOCTL_PUBLISH, &publish);
}

/* A fd to the buffer of that id. */
static inline int open_id(int node, uint64_t id, int access)
{
	struct kdmabuf_open_id open = {
		.id = id,
		.fd_flags = access | O_CLOEXEC,
	};
	int ret = call(node, KDMABUF_IOCTL_OPEN, &open);

	return ret ?: open.fd;
}

/* A new view's fd. */
static inline int make_view(int node, int fd, int access, uint64_t offset,
			    uint64_t length)
{
	struct kdmabuf_view view = {
		.fd = fd,
		.fd_flags = access | O_CLOEXEC,
		.offset = offset,
		.length = length,
	};
	int ret = call(node, KDMABUF_IOCTL_VIEW, &view);

	return ret ?: view.view_fd;
}

/*
 * A fd to @size bytes: of a buffer's own or, if @offset is not 0, of a view that
 * begins there and has as much behind it.
 */
static inline int allocate_window(int node, uint64_t size, uint32_t flags,
				  uint64_t offset)
{
	int whole = allocate_with(node, request(size + 2 * offset, flags));
	int window;

	if (whole < 0 || !offset)
		return whole;
	window = make_view(node, whole, O_RDWR, offset, size);
	close(whole);
	return window;
}

/* Access of the CPU begins or ends, as DMA_BUF_SYNC_* say. */
static inline int sync_fd(int fd, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = flags };

	return call(fd, DMA_BUF_IOCTL_SYNC, &sync);
}

/* The same for bytes of a view. */
static inline int sync_range(int node, int fd, uint32_t flags, uint64_t offset,
			     uint64_t length)
{
	struct kdmabuf_sync sync = {
		.fd = fd,
		.flags = flags,
		.offset = offset,
		.length = length,
	};

	return call(node, KDMABUF_IOCTL_SYNC, &sync);
}

/* The next buffer after @next->id; 0 or -ENOENT. */
static inline int next_buffer(int node, struct kdmabuf_next *next)
{
	*next = (struct kdmabuf_next){ .id = next->id };
	return call(node, KDMABUF_IOCTL_NEXT, next);
}

/* The buffer that has the id; 0 or -ENOENT. */
static inline int find_buffer(int node, uint64_t id, struct kdmabuf_next *next)
{
	next->id = id - 1;
	return next_buffer(node, next) ?: next->id == id ? 0 : -ENOENT;
}

/* Buffers that the caller may see. */
static inline int live_buffers(int node)
{
	struct kdmabuf_next next = { 0 };
	int n = 0;

	while (!next_buffer(node, &next))
		n++;
	return n;
}

/* A buffer goes a moment after its last fd does: the kernel delays that. */
static inline bool live_buffers_become(int node, int n)
{
	return COMES_TRUE(live_buffers(node) == n, 10);
}

/*
 * Each CPU keeps freed pages on lists of its own, where the kernel does not count
 * them as free nor put them together. A search for a long run empties those lists.
 */
static inline void drain_lists(int node)
{
	int fd = allocate(node, MIB(4) + PAGE);

	if (fd >= 0)
		close(fd);
}

static inline void *map(int fd, uint64_t size, int protection)
{
	return mmap(NULL, size, protection, MAP_SHARED, fd, 0);
}

/* mmap()'s errno, negative, or 0; it leaves no mapping. */
static inline int try_map(int fd, uint64_t size, int protection, int flags,
			  uint64_t offset)
{
	void *address = mmap(NULL, size, protection, flags, fd, offset);

	if (address == MAP_FAILED)
		return -errno;
	munmap(address, size);
	return 0;
}

/* For FIXTURE_SETUP: the node, and how many buffers live; -1 if the test is to skip. */
static inline int open_node(struct __test_metadata *_metadata, int *live)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC);

	if (node < 0 && errno == ENOENT)
		SKIP(return -1, "no " NODE ", is the module loaded?");
	ASSERT_LE(0, node);
	*live = live_buffers(node);
	return node;
}

/*
 * For FIXTURE_TEARDOWN_PARENT: the test's process has ended, however it did, and
 * nothing else holds the buffers that it made.
 */
static inline void expect_live(struct __test_metadata *_metadata, int live)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, node);
	EXPECT_TRUE(live_buffers_become(node, live))
	{
		TH_LOG("%d live buffers before the test, %d after it", live,
		       live_buffers(node));
	}
	close(node);
}

/* A fixture that has the node and nothing else. */
#define FIXTURE_ON_NODE(fixture)                                \
	FIXTURE(fixture)                                        \
	{                                                       \
		int node;                                       \
		int live;                                       \
	};                                                      \
	FIXTURE_SETUP(fixture)                                  \
	{                                                       \
		self->node = open_node(_metadata, &self->live); \
	}                                                       \
	FIXTURE_TEARDOWN_PARENT(fixture)                        \
	{                                                       \
		expect_live(_metadata, self->live);             \
	}

#endif /* TESTS_NODE_H */
