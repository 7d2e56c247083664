/* SPDX-License-Identifier: GPL-2.0 */
/* The exporter's pool, as its parameter and debugfs show it. */
#ifndef TESTS_POOL_H
#define TESTS_POOL_H

#include <stdio.h>

#include "bytes.h"
#include "memory.h"
#include "node.h"
#include "parameters.h"

#define POOL_STATE "/sys/kernel/debug/kdmabuf/pool"

/* A line of the pool's state: bytes, mostly. */
static inline unsigned long pool_state(const char *name)
{
	return read_counter(POOL_STATE, name);
}

static inline unsigned long pool_size(void)
{
	return pool_state("kept ");
}

/* MiB; 0 or a negative errno. */
static inline int set_pool_max(unsigned int mib)
{
	return set_parameter("pool_max", mib);
}

static inline unsigned int pool_max(void)
{
	return parameter("pool_max");
}

/* Nothing is left to be zeroed. The worker has what time nobody else wants. */
static inline bool pool_is_clean(void)
{
	return COMES_TRUE(!pool_state("dirty "), 60);
}

/* Room for all that a test frees. */
#define POOL_ROOM 512

/* For FIXTURE_SETUP: as open_node(), with an empty pool that has room. */
static inline int open_pool(struct __test_metadata *_metadata, int *live,
			    unsigned int *max)
{
	int node = open_node(_metadata, live);

	if (node < 0)
		return node;
	*max = pool_max();
	if (pool_state("reserve "))
		SKIP(return -1, "there is a reserve: it is never empty");
	ASSERT_EQ(0, set_pool_max(0));
	/* What others had pinned is to come back before there is room for it. */
	if (!*live)
		ASSERT_TRUE(use_becomes(0));
	ASSERT_TRUE(make_room());
	ASSERT_EQ(0, pool_size());
	ASSERT_EQ(0, set_pool_max(POOL_ROOM));
	return node;
}

/* For FIXTURE_TEARDOWN_PARENT. */
static inline void close_pool(struct __test_metadata *_metadata, int live,
			      unsigned int max)
{
	if (!access(PARAMETERS, F_OK))
		EXPECT_EQ(0, set_pool_max(max));
	expect_live(_metadata, live);
}

/* A buffer's one mapping, every byte of it zero, and where it lies. */
static inline char *take(struct __test_metadata *_metadata, int node,
			 struct kdmabuf_alloc alloc, uint64_t *address)
{
	int fd = allocate_with(node, alloc);
	struct kdmabuf_query answer;
	char *bytes;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(node, fd, &answer));
	if (address)
		*address = answer.physical_address;
	bytes = map(fd, answer.size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	close(fd);
	EXPECT_EQ(answer.size, zeroes(bytes, answer.size));
	return bytes;
}

/* A buffer that has been written and is gone. Returns where it was. */
static inline uint64_t free_written(struct __test_metadata *_metadata, int node,
				    struct kdmabuf_alloc alloc)
{
	int live = live_buffers(node);
	uint64_t address;
	char *bytes = take(_metadata, node, alloc, &address);

	memset(bytes, 0xff, alloc.size);
	munmap(bytes, alloc.size);
	ASSERT_TRUE(live_buffers_become(node, live));
	return address;
}

/* The same for much memory, in buffers of 16 MiB: longer runs may be nowhere. */
static inline void free_much(struct __test_metadata *_metadata, int node,
			     uint64_t size)
{
	int live = live_buffers(node), nr = size / MIB(16), i;
	char *bytes[16];

	ASSERT_GE((int)ARRAY_SIZE(bytes), nr);
	for (i = 0; i < nr; i++) {
		bytes[i] = take(_metadata, node, request(MIB(16), 0), NULL);
		memset(bytes[i], 0xff, MIB(16));
	}
	while (i--)
		munmap(bytes[i], MIB(16));
	ASSERT_TRUE(live_buffers_become(node, live));
}

/* What is left at first by who takes memory until others lack it, and at last. */
#define PRESS_LEAVES MIB(64)
#define PRESS_LEAVES_LAST MIB(16)

/*
 * Takes memory until the pool gives some of its own: of caches, and of the pool, not all
 * counts as available, so how little of that must be left is not known before. Returns
 * false on a machine too large for that.
 */
static inline bool press(struct __test_metadata *_metadata, int node)
{
	uint64_t size = available(node), left;
	unsigned long kept = pool_size();
	int file;

	if (size > MIB(4096))
		return false;
	file = huge_file();
	for (left = PRESS_LEAVES;
	     left >= PRESS_LEAVES_LAST && pool_size() >= kept; left -= MIB(16))
		take_memory(_metadata, file, size - left);
	close(file);
	return true;
}

#endif /* TESTS_POOL_H */
