// SPDX-License-Identifier: GPL-2.0
/*
 * Where buffers lie: contiguous or in pieces, aligned, below an address, on a node.
 * What KDMABUF_IOCTL_QUERY says of it is compared with what /proc/self/pagemap says
 * of the pages of a mapping.
 */
#include "account.h"
#include "log.h"
#include "memory.h"
#include "node.h"
#include "pagemap.h"
#include "pool.h"
#include "process.h"

/* One takes all of a node. */
FIXTURE_WITHOUT_LIMITS(placement)

static const uint64_t sizes[] = {
	1,	    PAGE - 1, PAGE,	      PAGE + 1,
	3 * PAGE,   KIB(64),  KIB(64) + PAGE, MIB(1) - 1,
	MIB(2) - 1, MIB(2),   MIB(2) + 1,     MIB(3),
	MIB(4) - 1, MIB(4),   MIB(4) + 1,     MIB(8) - PAGE,
	MIB(64),
};

/* The buffer is one run, and lies where QUERY says. */
static void expect_one_run(struct __test_metadata *_metadata, int node, int fd)
{
	struct kdmabuf_query answer;
	struct runs runs;

	ASSERT_EQ(0, query(node, fd, &answer));
	EXPECT_EQ(1, answer.segments);
	ASSERT_TRUE(find_runs(fd, answer.size, &runs));
	EXPECT_EQ(1, runs.number);
	EXPECT_EQ(answer.size, runs.longest);
	EXPECT_EQ(runs.address, answer.physical_address);
}

TEST_F(placement, a_buffer_of_any_size_is_one_contiguous_run)
{
	size_t i;

	ASSERT_TRUE(make_room());
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int fd = allocate(self->node, sizes[i]);

		ASSERT_LE(0, fd) TH_LOG("%ju bytes", (uintmax_t)sizes[i]);
		expect_one_run(_metadata, self->node, fd);
		close(fd);
	}
}

TEST_F(placement, scattered_pieces_are_short_and_never_adjacent)
{
	static const uint64_t scattered[] = {
		1,	     PAGE,	    2 * PAGE, KIB(64) - 1,   KIB(64),
		KIB(64) + 1, MIB(1) - PAGE, MIB(4),   MIB(4) + PAGE, MIB(16),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scattered); i++) {
		struct kdmabuf_query answer;
		struct runs runs;
		int fd = allocate_with(self->node,
				       request(scattered[i],
					       KDMABUF_ALLOC_SCATTERED));

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, query(self->node, fd, &answer));
		EXPECT_EQ(KDMABUF_ALLOC_SCATTERED, answer.flags);
		ASSERT_TRUE(find_runs(fd, answer.size, &runs));
		EXPECT_GE(KIB(64), runs.longest);
		/* Two pieces that were adjacent would be seen as one run. */
		EXPECT_EQ(answer.segments, runs.number);
		EXPECT_LE((answer.size + KIB(64) - 1) / KIB(64), runs.number);
		EXPECT_EQ(runs.address, answer.physical_address);
		close(fd);
	}
}

TEST_F(placement, the_first_byte_is_aligned_as_asked)
{
	static const uint64_t lengths[] = { PAGE, 3 * PAGE, MIB(3), MIB(6) };
	uint64_t alignment;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		for (alignment = 1; alignment < 2 * lengths[i];
		     alignment *= 2) {
			struct kdmabuf_alloc alloc = request(lengths[i], 0);
			struct kdmabuf_query answer;
			int fd;

			alloc.alignment = alignment;
			fd = allocate_with(self->node, alloc);
			ASSERT_LE(0, fd)
			{
				TH_LOG("%ju bytes aligned to %ju",
				       (uintmax_t)lengths[i],
				       (uintmax_t)alignment);
			}
			ASSERT_EQ(0, query(self->node, fd, &answer));
			EXPECT_EQ(0, answer.physical_address & (alignment - 1));
			close(fd);
		}
	}
}

TEST_F(placement, many_buffers_are_all_aligned)
{
	static const struct {
		uint64_t size, alignment;
	} kinds[] = {
		{ 3 * PAGE, 4 * PAGE },
		{ MIB(6), MIB(8) },
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct kdmabuf_alloc alloc = request(kinds[i].size, 0);

		/* The first might be so by chance; the next comes behind it. */
		alloc.alignment = kinds[i].alignment;
		for (n = 0; n < 8; n++) {
			struct kdmabuf_query answer;
			int fd = allocate_with(self->node, alloc);

			ASSERT_LE(0, fd);
			ASSERT_EQ(0, query(self->node, fd, &answer));
			EXPECT_EQ(0,
				  answer.physical_address % kinds[i].alignment);
		}
	}
}

FIXTURE(below)
{
	int node;
	int live;
};

FIXTURE_VARIANT(below)
{
	uint32_t bits;
	uint64_t size;
	uint32_t flags;
};

#define BELOW(variant, bits_, size_, flags_)                   \
	FIXTURE_VARIANT_ADD(below, variant)                    \
	{                                                      \
		.bits = bits_, .size = size_, .flags = flags_, \
	}

BELOW(a_page_below_16_mib, 24, PAGE, 0);
BELOW(a_page_below_256_mib, 28, PAGE, 0);
BELOW(a_block_below_256_mib, 28, MIB(1), 0);
BELOW(a_run_below_256_mib, 28, MIB(3), 0);
BELOW(pieces_below_256_mib, 28, MIB(1), KDMABUF_ALLOC_SCATTERED);
BELOW(a_run_below_1_gib, 30, MIB(16), 0);
BELOW(a_run_below_4_gib, 32, MIB(16), 0);
BELOW(a_page_below_all, 64, PAGE, 0);

FIXTURE_SETUP(below)
{
	self->node = open_node(_metadata, &self->live);
}

FIXTURE_TEARDOWN_PARENT(below)
{
	expect_live(_metadata, self->live);
}

TEST_F(below, the_whole_buffer_lies_below_the_limit)
{
	struct kdmabuf_alloc alloc = request(variant->size, variant->flags);
	struct runs runs;
	int i, fd;

	ASSERT_TRUE(make_room());
	alloc.address_bits = variant->bits;
	/* One alone might lie there by chance; a debug kernel has room for few. */
	for (i = 0; i < 4; i++) {
		fd = allocate_with(self->node, alloc);
		if (i && fd == -ENOMEM)
			break;
		ASSERT_LE(0, fd);
		ASSERT_TRUE(find_runs(fd, variant->size, &runs));
		EXPECT_EQ(0, variant->bits < 64 ?
				     (runs.end - 1) >> variant->bits :
				     0);
	}
}

TEST_F(placement, when_all_below_the_limit_is_taken_it_is_enomem)
{
	struct kdmabuf_alloc alloc = request(MIB(4), 0);
	struct kdmabuf_query answer;
	uint64_t taken;
	int fd = 0;

	alloc.address_bits = 28;
	for (taken = 0; taken <= MIB(256); taken += MIB(4)) {
		fd = allocate_with(self->node, alloc);
		if (fd < 0)
			break;
		ASSERT_EQ(0, query(self->node, fd, &answer));
		ASSERT_GE(MIB(256), answer.physical_address + answer.size);
	}
	EXPECT_EQ(-ENOMEM, fd);
	EXPECT_LT(0, taken);
}

TEST_F(placement, a_limit_without_memory_below_it_is_an_error)
{
	uint32_t bits;

	/* A machine may own the first pages or not; no buffer fits into them. */
	for (bits = 13; bits <= 15; bits++) {
		struct kdmabuf_alloc alloc = request(KIB(64), 0);
		int ret;

		alloc.address_bits = bits;
		ret = allocate_with(self->node, alloc);
		EXPECT_TRUE(ret == -EADDRNOTAVAIL || ret == -ENOMEM)
		{
			TH_LOG("%u bits: %d", bits, ret);
		}
	}
}

TEST_F(placement, on_node_takes_from_that_node)
{
	struct kdmabuf_alloc alloc = request(MIB(1), KDMABUF_ALLOC_ON_NODE);
	struct kdmabuf_query answer;
	int fd = allocate_with(self->node, alloc);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(0, answer.node);
	close(fd);
}

/* What the second node's meminfo tells, in bytes; 0 if there is none. */
static uint64_t second_node(const char *name)
{
	char line[64];

	snprintf(line, sizeof(line), "Node 1 %s:", name);
	return KIB(
		read_counter("/sys/devices/system/node/node1/meminfo", line));
}

TEST_F(placement, on_node_takes_from_no_other_when_it_is_full)
{
	struct kdmabuf_alloc alloc = request(MIB(4), KDMABUF_ALLOC_ON_NODE);
	struct kdmabuf_query answer;
	uint64_t size = second_node("MemTotal"), taken = 0;
	int fd, log;

	if (!size || size > MIB(2048))
		SKIP(return, "no small second node: boot with numa=fake=2");
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	log = open_log();
	ASSERT_LE(0, log);
	alloc.node = 1;
	/* What is left when there is no long run is in blocks of all sizes. */
	for (; alloc.size >= PAGE; alloc.size /= 4) {
		while ((fd = allocate_with(self->node, alloc)) >= 0) {
			ASSERT_EQ(0, query(self->node, fd, &answer));
			ASSERT_EQ(1, answer.node);
			taken += alloc.size;
		}
		EXPECT_EQ(-ENOMEM, fd);
	}
	/* Most of it could be had, and not what the kernel needs there to go on. */
	EXPECT_LE(size / 2, taken);
	EXPECT_LT(MIB(1), second_node("MemFree"));
	/* That it needs it was seen; it was not that no page could be had. */
	EXPECT_EQ(1, lines_with(log, ": no 4 KiB of any memory"));
}

TEST_F(placement, on_node_takes_no_block_from_another_when_it_has_but_gaps)
{
	struct kdmabuf_alloc alloc = request(KIB(32), KDMABUF_ALLOC_ON_NODE);
	uint64_t size = second_node("MemTotal");
	struct kdmabuf_query answer;
	int fd, first = -1, last = -1;

	if (!size || size > MIB(2048))
		SKIP(return, "no small second node: boot with numa=fake=2");
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	alloc.node = 1;
	/* So small that the pool keeps none of them. */
	while ((fd = allocate_with(self->node, alloc)) >= 0) {
		first = first < 0 ? fd : first;
		last = fd;
	}
	ASSERT_EQ(-ENOMEM, fd);
	for (fd = first; fd <= last; fd += 2)
		close(fd);
	EXPECT_LT(size / 4, second_node("MemFree"));

	alloc.size = MIB(1);
	while ((fd = allocate_with(self->node, alloc)) >= 0) {
		ASSERT_EQ(0, query(self->node, fd, &answer));
		ASSERT_EQ(1, answer.node);
	}
	EXPECT_EQ(-ENOMEM, fd);
}

/* No run is kept: each goes back to the kernel. */
FIXTURE(search)
{
	int node;
	int live;
	unsigned int pool_max;
};

FIXTURE_SETUP(search)
{
	self->node = open_pool(_metadata, &self->live, &self->pool_max);
	if (self->node >= 0)
		ASSERT_EQ(0, set_pool_max(0));
}

FIXTURE_TEARDOWN_PARENT(search)
{
	close_pool(_metadata, self->live, self->pool_max);
}

/* Frees half of the beginning of a file of huge pages: none of that is in a row. */
static void punch_holes(struct __test_metadata *_metadata, int file,
			uint64_t size)
{
	const int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	uint64_t offset;

	for (offset = 0; offset < size; offset += MIB(4))
		ASSERT_EQ(0, fallocate(file, mode, offset, MIB(2)));
}

/* What has been moved to somewhere else in memory so far, in bytes, by anybody. */
static uint64_t moved(void)
{
	return PAGE * read_counter("/proc/vmstat", "pgmigrate_success ");
}

/* Others have what it would meet first; what is free lies behind that. */
TEST_F(search, takes_what_is_free_before_what_others_have)
{
	const uint64_t size = MIB(80), larger = MIB(144);
	int first, second, file = huge_file(), fd;
	uint64_t before;

	if (second_node("MemTotal"))
		SKIP(return, "a node of several may have no two such runs");
	if (is_debug_kernel())
		SKIP(return, "what a debug kernel keeps comes and goes");
	first = allocate(self->node, larger);
	second = allocate(self->node, larger);
	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	close(first);
	take_memory(_metadata, file, free_memory() - MIB(64));
	/* There is enough, so that it is looked for, and nobody is short of it. */
	punch_holes(_metadata, file, MIB(512));
	close(second);
	before = moved();
	fd = allocate(self->node, size);
	EXPECT_LE(0, fd);
	/* The kernel may move some for reasons of its own; all that is moved counts. */
	EXPECT_GT(before + size / 16, moved());
	EXPECT_LT(0, moved());
}

TEST_HARNESS_MAIN
