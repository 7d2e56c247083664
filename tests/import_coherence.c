// SPDX-License-Identifier: GPL-2.0
/*
 * What CPU, kernel and device see of a buffer is the same, if accesses are bracketed
 * as they have to be. On a machine whose devices are coherent and need no bounce
 * buffers that is easy; with swiotlb=force it is not.
 */
#include <string.h>

#include "attached.h"
#include "bytes.h"

FIXTURE_ATTACHED(import_coherence)

FIXTURE_VARIANT_ADD(import_coherence, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(import_coherence, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(import_coherence, window){
	.flags = KDMABUF_ALLOC_SCATTERED,
	.offset = 3 * PAGE,
};

FIXTURE_SETUP(import_coherence)
{
	attach_buffer(_metadata, self, variant);
}

FIXTURE_TEARDOWN_PARENT(import_coherence)
{
	expect_live(_metadata, self->live);
}

TEST_F(import_coherence, a_device_sees_what_the_cpu_wrote)
{
	static const enum direction directions[] = { TO_DEVICE, BOTH };
	int view = make_view(self->node, self->fd, O_RDWR, 0, SIZE);
	uint64_t seed = 1;
	size_t i, j;

	ASSERT_LE(0, view);
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		int mapping = map_device(self->session, self->attachment,
					 directions[i]);

		ASSERT_LT(0, mapping);
		for (j = 0; j < 4; j++) {
			int fd = j % 2 ? view : self->fd;

			ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_START |
							 DMA_BUF_SYNC_WRITE));
			fill(self->bytes, ++seed, 0, SIZE);
			ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_END |
							 DMA_BUF_SYNC_WRITE));
			EXPECT_EQ(SIZE, matching_target(self->session, mapping,
							seed, 0, SIZE));
		}
	}
}

TEST_F(import_coherence, the_cpu_sees_what_a_device_wrote)
{
	static const enum direction directions[] = { FROM_DEVICE, BOTH };
	int view = make_view(self->node, self->fd, O_RDWR, 0, SIZE);
	uint64_t seed = 1;
	size_t i, j;

	ASSERT_LE(0, view);
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		int mapping = map_device(self->session, self->attachment,
					 directions[i]);

		ASSERT_LT(0, mapping);
		for (j = 0; j < 4; j++) {
			int fd = j % 2 ? view : self->fd;

			ASSERT_EQ(0, fill_target(self->session, mapping, ++seed,
						 0, SIZE));
			ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_START |
							 DMA_BUF_SYNC_READ));
			EXPECT_EQ(SIZE, matching(self->bytes, seed, 0, SIZE));
			ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_END |
							 DMA_BUF_SYNC_READ));
		}
		/* One at a time: each would put its own bytes over the other's. */
		ASSERT_EQ(0, unmap_device(self->session, self->attachment,
					  mapping));
	}
}

TEST_F(import_coherence, each_device_is_synchronised_in_its_own_direction)
{
	int reader = map_device(self->session, self->attachment, TO_DEVICE);
	int other = attach(self->session, self->import);
	int writer = map_device(self->session, other, FROM_DEVICE);

	ASSERT_LT(0, reader);
	ASSERT_LT(0, writer);
	/* Had the reader's mapping the writer's direction, it would write zeroes. */
	ASSERT_EQ(0, fill_target(self->session, writer, 5, 0, SIZE));
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
	EXPECT_EQ(SIZE, matching(self->bytes, 5, 0, SIZE));
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
	EXPECT_EQ(SIZE, matching_target(self->session, reader, 5, 0, SIZE));
}

TEST_F(import_coherence, every_mapping_of_a_device_is_synchronised)
{
	int s = self->session, seed, i;
	int mappings[] = {
		map_device(s, self->attachment, TO_DEVICE),
		map_device(s, self->attachment, FROM_DEVICE),
		map_device(s, self->attachment, TO_DEVICE),
	};

	for (seed = 20; seed < 22; seed++) {
		ASSERT_EQ(0, fill_target(s, mappings[1], seed, 0, SIZE));
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
		EXPECT_EQ(SIZE, matching(self->bytes, seed, 0, SIZE));
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
		for (i = 0; i < 3; i += 2)
			EXPECT_EQ(SIZE, matching_target(s, mappings[i], seed, 0,
							SIZE));
	}
}

/* Views of parts, from the first page to the last. */
static const struct {
	uint64_t offset, length;
} parts[] = {
	{ 0, PAGE },
	{ 5 * PAGE, 2 * PAGE },
	{ SIZE - PAGE, PAGE },
};

TEST_F(import_coherence, access_to_a_part_shows_what_is_written_to_the_whole)
{
	int mapping = map_device(self->session, self->attachment, BOTH);
	size_t i;

	ASSERT_LT(0, mapping);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		uint64_t offset = parts[i].offset, length = parts[i].length;
		int seed = 30 + 2 * i;
		int part =
			make_view(self->node, self->fd, O_RDWR, offset, length);

		ASSERT_LE(0, part);
		ASSERT_EQ(0,
			  fill_target(self->session, mapping, seed, 0, SIZE));
		ASSERT_EQ(0,
			  sync_fd(part, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
		EXPECT_EQ(length,
			  matching(self->bytes + offset, seed, offset, length));
		fill(self->bytes + offset, seed + 1, offset, length);
		ASSERT_EQ(0, sync_fd(part, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
		EXPECT_EQ(length, matching_target(self->session, mapping,
						  seed + 1, offset, length));
	}
}

TEST_F(import_coherence, access_to_the_whole_shows_what_is_written_to_a_part)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		uint64_t offset = parts[i].offset, length = parts[i].length;
		int seed = 40 + 2 * i;
		int part =
			make_view(self->node, self->fd, O_RDWR, offset, length);
		int import = get_import(self->session, part);
		int mapping = map_device(self->session,
					 attach(self->session, import), BOTH);

		ASSERT_LT(0, mapping);
		ASSERT_EQ(0,
			  fill_target(self->session, mapping, seed, 0, length));
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
		EXPECT_EQ(length,
			  matching(self->bytes + offset, seed, 0, length));
		fill(self->bytes + offset, seed + 1, 0, length);
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
		EXPECT_EQ(length, matching_target(self->session, mapping,
						  seed + 1, 0, length));
	}
}

/* Within a page and over many, at both ends; some with ends in a word. */
static const struct {
	uint64_t offset, length;
} ranges[] = {
	{ 0, 8 },
	{ PAGE - 8, 16 },
	{ PAGE + 3, 2 },
	{ 5 * PAGE + 24, 3 * PAGE },
	{ KIB(64) - 8, KIB(192) + 16 },
	{ SIZE - 8, 8 },
	{ SIZE - PAGE - 1, PAGE + 1 },
	{ 0, SIZE - 8 },
	{ 0, SIZE },
};

static bool hides_bytes(const struct kdmabuf_importer_map *made)
{
	return made->flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC;
}

/* Such a kernel has all of a mapping synced at once, see exporter/sync.c. */
static bool checks_dma(void)
{
	return !access("/sys/kernel/debug/dma-api", F_OK);
}

TEST_F(import_coherence, access_to_a_range_shows_the_cpu_no_byte_beside_it)
{
	static char expected[SIZE], written[SIZE];
	struct kdmabuf_importer_map made;
	uint64_t seed = 50;
	size_t i;

	ASSERT_LT(0, map_device_with(self->session, self->attachment,
				     FROM_DEVICE, &made));
	if (hides_bytes(&made) && checks_dma())
		SKIP(return, "this kernel checks the use of the DMA API");
	for (i = 0; i < ARRAY_SIZE(ranges); i++, seed += 2) {
		uint64_t offset = ranges[i].offset, length = ranges[i].length;

		fill(self->bytes, seed, 0, SIZE);
		ASSERT_EQ(0, fill_target(self->session, made.mapping, seed + 1,
					 0, SIZE));
		fill(written, seed + 1, 0, SIZE);
		fill(expected, hides_bytes(&made) ? seed : seed + 1, 0, SIZE);
		memcpy(expected + offset, written + offset, length);

		ASSERT_EQ(0, sync_range(self->node, self->fd,
					DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
					offset, length));
		EXPECT_EQ(0, memcmp(expected, self->bytes, SIZE))
		{
			TH_LOG("of %ju bytes at %ju", (uintmax_t)length,
			       (uintmax_t)offset);
		}
		ASSERT_EQ(0, sync_range(self->node, self->fd,
					DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ,
					offset, length));
	}
}

TEST_F(import_coherence, access_to_a_range_gives_a_device_no_byte_beside_it)
{
	struct kdmabuf_importer_map made;
	uint64_t seed = 70;
	size_t i;

	ASSERT_LT(0, map_device_with(self->session, self->attachment, TO_DEVICE,
				     &made));
	if (hides_bytes(&made) && checks_dma())
		SKIP(return, "this kernel checks the use of the DMA API");
	for (i = 0; i < ARRAY_SIZE(ranges); i++, seed += 2) {
		uint64_t offset = ranges[i].offset, length = ranges[i].length;
		uint64_t end = offset + length, beside = seed;

		if (offset % 8 || length % 8)
			continue;
		if (!hides_bytes(&made))
			beside++;
		fill(self->bytes, seed, 0, SIZE);
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE));
		fill(self->bytes, seed + 1, 0, SIZE);
		ASSERT_EQ(0, sync_range(self->node, self->fd,
					DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE,
					offset, length));
		EXPECT_EQ(offset, matching_target(self->session, made.mapping,
						  beside, 0, offset));
		EXPECT_EQ(length, matching_target(self->session, made.mapping,
						  seed + 1, offset, length));
		EXPECT_EQ(SIZE - end,
			  matching_target(self->session, made.mapping, beside,
					  end, SIZE - end));
	}
}

TEST_F(import_coherence, a_range_takes_of_a_part_what_it_has_in_common)
{
	int part = make_view(self->node, self->fd, O_RDWR, 5 * PAGE, 2 * PAGE);
	int import = get_import(self->session, part);
	int attachment = attach(self->session, import);
	static char expected[SIZE], written[SIZE];
	struct kdmabuf_importer_map made;
	static const struct {
		uint64_t offset, length; /* of the range */
		uint64_t first, end; /* of what is in the part, too */
	} cases[] = {
		{ 4 * PAGE + 8, PAGE + 16, 5 * PAGE, 5 * PAGE + 24 },
		{ 6 * PAGE + 8, 2 * PAGE, 6 * PAGE + 8, 7 * PAGE },
		{ 0, 5 * PAGE, 0, 0 },
		{ 7 * PAGE, PAGE, 0, 0 },
		{ PAGE, SIZE - PAGE, 5 * PAGE, 7 * PAGE },
	};
	uint64_t seed = 90;
	size_t i;

	ASSERT_LT(0, map_device_with(self->session, attachment, FROM_DEVICE,
				     &made));
	if (!hides_bytes(&made))
		SKIP(return, "no bounce buffers: boot with swiotlb=force");
	if (checks_dma())
		SKIP(return, "this kernel checks the use of the DMA API");
	for (i = 0; i < ARRAY_SIZE(cases); i++, seed += 2) {
		fill(self->bytes, seed, 0, SIZE);
		ASSERT_EQ(0, fill_target(self->session, made.mapping, seed + 1,
					 0, 2 * PAGE));
		fill(expected, seed, 0, SIZE);
		fill(written + 5 * PAGE, seed + 1, 0, 2 * PAGE);
		memcpy(expected + cases[i].first, written + cases[i].first,
		       cases[i].end - cases[i].first);

		ASSERT_EQ(0, sync_range(self->node, self->fd,
					DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
					cases[i].offset, cases[i].length));
		EXPECT_EQ(0, memcmp(expected, self->bytes, SIZE))
		{
			TH_LOG("case %zu", i);
		}
	}
}

/* Whose bounce buffer has what the device wrote meanwhile. */
TEST_F(import_coherence, reading_puts_nothing_over_what_a_device_wrote)
{
	int reader = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	int mapping = map_device(self->session, self->attachment, BOTH);
	const struct {
		int fd;
		uint32_t access;
	} ends[] = {
		{ self->fd, DMA_BUF_SYNC_READ },
		{ reader, DMA_BUF_SYNC_READ },
		/* Which he cannot have done. */
		{ reader, DMA_BUF_SYNC_WRITE },
		{ reader, DMA_BUF_SYNC_RW },
	};
	uint64_t seed = 110;
	size_t i;

	ASSERT_LE(0, reader);
	ASSERT_LT(0, mapping);
	if (checks_dma())
		SKIP(return, "this kernel checks the use of the DMA API");
	for (i = 0; i < ARRAY_SIZE(ends); i++, seed++) {
		ASSERT_EQ(0, sync_fd(ends[i].fd,
				     DMA_BUF_SYNC_START | ends[i].access));
		ASSERT_EQ(0,
			  fill_target(self->session, mapping, seed, 0, SIZE));
		ASSERT_EQ(0, sync_fd(ends[i].fd,
				     DMA_BUF_SYNC_END | ends[i].access));
		EXPECT_EQ(SIZE, matching_target(self->session, mapping, seed, 0,
						SIZE));
	}
	ASSERT_EQ(0, sync_range(self->node, self->fd,
				DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ, 8, PAGE));
	EXPECT_EQ(SIZE,
		  matching_target(self->session, mapping, seed - 1, 0, SIZE));
}

TEST_F(import_coherence, the_kernel_sees_what_a_device_wrote_and_the_reverse)
{
	int s = self->session;
	int mapping = map_device(s, self->attachment, BOTH);

	ASSERT_LT(0, mapping);
	ASSERT_EQ(0, map_kernel(s, self->import));
	ASSERT_EQ(0, fill_target(s, mapping, 3, 0, SIZE));
	ASSERT_EQ(0, cpu_access(s, self->import, KDMABUF_IMPORTER_CPU_BEGIN,
				BOTH));
	EXPECT_EQ(SIZE, matching_target(s, self->import, 3, 0, SIZE));
	ASSERT_EQ(0, fill_target(s, self->import, 4, 0, SIZE));
	ASSERT_EQ(0,
		  cpu_access(s, self->import, KDMABUF_IMPORTER_CPU_END, BOTH));
	EXPECT_EQ(SIZE, matching_target(s, mapping, 4, 0, SIZE));
	EXPECT_EQ(SIZE, matching(self->bytes, 4, 0, SIZE));
}

TEST_F(import_coherence, the_end_of_a_mapping_gives_what_the_device_wrote)
{
	int mapping = map_device(self->session, self->attachment, FROM_DEVICE);

	ASSERT_LT(0, mapping);
	ASSERT_EQ(0, fill_target(self->session, mapping, 6, 0, SIZE));
	ASSERT_EQ(0, unmap_device(self->session, self->attachment, mapping));
	EXPECT_EQ(SIZE, matching(self->bytes, 6, 0, SIZE));
}

TEST_F(import_coherence, the_end_of_a_mapping_to_read_changes_nothing)
{
	int mapping;

	fill(self->bytes, 7, 0, SIZE);
	mapping = map_device(self->session, self->attachment, TO_DEVICE);
	ASSERT_LT(0, mapping);
	fill(self->bytes, 8, 0, SIZE);
	ASSERT_EQ(0, unmap_device(self->session, self->attachment, mapping));
	EXPECT_EQ(SIZE, matching(self->bytes, 8, 0, SIZE));
}

/* The control: what the tests above would miss on a machine without bounces. */
TEST_F(import_coherence, without_a_sync_a_bounce_buffer_hides_what_was_written)
{
	struct kdmabuf_importer_map made;
	int mapping;

	fill(self->bytes, 1, 0, SIZE);
	mapping = map_device_with(self->session, self->attachment, BOTH, &made);
	ASSERT_LT(0, mapping);
	if (!hides_bytes(&made))
		SKIP(return, "no bounce buffers: boot with swiotlb=force");
	fill(self->bytes, 2, 0, SIZE);
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 1, 0, SIZE));
	ASSERT_EQ(0, fill_target(self->session, mapping, 3, 0, SIZE));
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
}

TEST_HARNESS_MAIN
