// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings for devices: that the table which a driver gets is sound, whatever the
 * device can and cannot do, and that mappings do not disturb each other.
 */
#include "bytes.h"
#include "importer.h"

#define FLAGS_OF(n) ((n) ? KDMABUF_IMPORTER_DYNAMIC : 0)

FIXTURE(import_map)
{
	int node;
	int live;
	int session;
	int fd;
	int import;
	char *bytes; /* all of it, filled */
};

FIXTURE_VARIANT(import_map)
{
	uint64_t size;
	uint32_t flags;
	uint64_t offset; /* of a view in its buffer; 0: no view but the first */
};

FIXTURE_VARIANT_ADD(import_map, page){
	.size = PAGE,
};

FIXTURE_VARIANT_ADD(import_map, contiguous){
	.size = MIB(1) + 5 * PAGE,
};

FIXTURE_VARIANT_ADD(import_map, run){
	.size = MIB(6) + PAGE,
};

FIXTURE_VARIANT_ADD(import_map, scattered){
	.size = MIB(1) + 5 * PAGE,
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(import_map, window){
	.size = 21 * PAGE,
	.offset = 3 * PAGE,
};

FIXTURE_VARIANT_ADD(import_map, scattered_window){
	.size = 21 * PAGE,
	.flags = KDMABUF_ALLOC_SCATTERED,
	.offset = 3 * PAGE,
};

FIXTURE_SETUP(import_map)
{
	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate_window(self->node, variant->size, variant->flags,
				   variant->offset);
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, variant->size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, variant->size);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
}

FIXTURE_TEARDOWN_PARENT(import_map)
{
	expect_live(_metadata, self->live);
}

/* The device sees all bytes, each where it belongs. */
static bool shows_the_bytes(int session, int mapping, uint64_t size)
{
	return matching_target(session, mapping, 1, 0, size) == (int64_t)size;
}

/* Whether even a device that reaches everything gets bounce buffers. */
static bool bounces_are_forced(int session, int import)
{
	struct kdmabuf_importer_map made;
	int mapping = map_device_with(session, attach(session, import),
				      TO_DEVICE, &made);

	return mapping > 0 && made.flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC;
}

/* How many segments it takes at least, for a device with these limits. */
static uint64_t fewest_segments(uint64_t size,
				struct kdmabuf_importer_attach device)
{
	uint64_t longest = size;

	if (device.max_segment_size && device.max_segment_size < longest)
		longest = device.max_segment_size;
	if (device.segment_boundary && device.segment_boundary < longest)
		longest = device.segment_boundary;
	return (size + longest - 1) / longest;
}

TEST_F(import_map, the_table_is_sound_whatever_the_device_takes)
{
	static const uint32_t lengths[] = { 0, PAGE, KIB(64), KIB(100),
					    MIB(2) };
	static const uint64_t boundaries[] = { 0, PAGE, KIB(64), MIB(1),
					       1ull << 32 };
	struct kdmabuf_importer_map made;
	size_t i, j, dynamic;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		for (j = 0; j < ARRAY_SIZE(boundaries); j++) {
			struct kdmabuf_importer_attach device = {
				.max_segment_size = lengths[i],
				.segment_boundary = boundaries[j],
			};

			for (dynamic = 0; dynamic < 2; dynamic++) {
				int attachment, mapping;

				device.flags = FLAGS_OF(dynamic);
				attachment = attach_with(self->session,
							 self->import, device);
				ASSERT_LT(0, attachment);
				mapping = map_device_with(self->session,
							  attachment, TO_DEVICE,
							  &made);
				ASSERT_LT(0, mapping);
				EXPECT_EQ(0, made.bad)
				TH_LOG("case %zu %zu %zu", i, j, dynamic);
				EXPECT_EQ(variant->size, made.bytes);
				EXPECT_LE(fewest_segments(variant->size,
							  device),
					  made.segments);
				EXPECT_TRUE(shows_the_bytes(
					self->session, mapping, variant->size));
				ASSERT_EQ(0, unmap_device(self->session,
							  attachment, mapping));
				ASSERT_EQ(0, detach(self->session, self->import,
						    attachment));
			}
		}
	}
}

TEST_F(import_map, segments_are_listed_as_they_are)
{
	struct kdmabuf_importer_segment segments[512], one;
	struct kdmabuf_importer_map made;
	struct kdmabuf_importer_attach device = { .max_segment_size = KIB(64) };
	int attachment = attach_with(self->session, self->import, device);
	int mapping = map_device_with(self->session, attachment, BOTH, &made);
	bool contiguous = true;
	uint64_t sum = 0;
	uint32_t i;

	ASSERT_LT(0, mapping);
	ASSERT_GE(ARRAY_SIZE(segments), made.segments);
	ASSERT_EQ(made.segments, get_segments(self->session, mapping, 0,
					      ARRAY_SIZE(segments), segments));
	for (i = 0; i < made.segments; i++) {
		sum += segments[i].length;
		if (i && segments[i].address != segments[i - 1].address +
							segments[i - 1].length)
			contiguous = false;
		EXPECT_EQ(1, get_segments(self->session, mapping, i, 1, &one));
		EXPECT_EQ(segments[i].address, one.address);
		EXPECT_EQ(segments[i].length, one.length);
	}
	EXPECT_EQ(variant->size, sum);
	EXPECT_EQ(contiguous, !!(made.flags & KDMABUF_IMPORTER_MAP_CONTIGUOUS));
	EXPECT_EQ(-ERANGE,
		  get_segments(self->session, mapping, made.segments, 1, &one));
	EXPECT_EQ(-EFAULT, get_segments(self->session, mapping, 0, 1, NULL));
	EXPECT_EQ(0, get_segments(self->session, mapping, 0, 0, NULL));
}

TEST_F(import_map, a_contiguous_buffer_is_one_segment)
{
	struct kdmabuf_importer_map made;
	struct kdmabuf_query query_answer;

	ASSERT_EQ(0, query(self->node, self->fd, &query_answer));
	ASSERT_LT(0, map_device_with(self->session,
				     attach(self->session, self->import), BOTH,
				     &made));
	if (made.flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC)
		SKIP(return, "bounce buffers, which are short");
	EXPECT_EQ(query_answer.segments, made.segments);
	EXPECT_EQ(query_answer.segments == 1,
		  !!(made.flags & KDMABUF_IMPORTER_MAP_CONTIGUOUS));
	if (!(variant->flags & KDMABUF_ALLOC_SCATTERED))
		EXPECT_EQ(1, made.segments);
}

TEST_F(import_map, a_buffer_below_the_limit_is_reached_without_a_bounce)
{
	struct kdmabuf_alloc alloc = request(variant->size, variant->flags);
	struct kdmabuf_importer_attach device = { .address_bits = 28 };
	struct kdmabuf_importer_map made;
	int fd, attachment, mapping;
	char *bytes;

	if (bounces_are_forced(self->session, self->import))
		SKIP(return, "bounce buffers are forced on all devices");
	alloc.address_bits = 28;
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	bytes = map(fd, variant->size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, variant->size);
	attachment = attach_with(self->session, get_import(self->session, fd),
				 device);
	ASSERT_LT(0, attachment);
	mapping = map_device_with(self->session, attachment, TO_DEVICE, &made);
	ASSERT_LT(0, mapping);
	EXPECT_EQ(0, made.bad);
	EXPECT_TRUE(shows_the_bytes(self->session, mapping, variant->size));
	EXPECT_EQ(0, made.flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC);
}

TEST_F(import_map, every_pair_of_directions_can_be_mapped_at_once)
{
	static const enum direction directions[] = { BOTH, TO_DEVICE,
						     FROM_DEVICE };
	struct kdmabuf_importer_attach device = { 0 };
	size_t i, j, dynamic;

	for (dynamic = 0; dynamic < 2; dynamic++) {
		for (i = 0; i < 9; i++) {
			int s = self->session, attachment, mappings[2];

			device.flags = FLAGS_OF(dynamic);
			attachment = attach_with(s, self->import, device);
			ASSERT_LT(0, attachment);
			mappings[0] =
				map_device(s, attachment, directions[i / 3]);
			mappings[1] =
				map_device(s, attachment, directions[i % 3]);
			/* The first undone first, and the last first. */
			for (j = 0; j < 2; j++) {
				int one = mappings[(i + j) % 2];

				ASSERT_LT(0, one);
				EXPECT_EQ(0, unmap_device(s, attachment, one));
			}
			ASSERT_EQ(0, detach(s, self->import, attachment));
		}
	}
}

TEST_F(import_map, a_mapping_stays_whole_when_another_is_undone)
{
	int s = self->session, attachment = attach(s, self->import);
	int stays = map_device(s, attachment, BOTH);
	int goes = map_device(s, attachment, TO_DEVICE);

	ASSERT_LT(0, stays);
	ASSERT_EQ(0, unmap_device(s, attachment, goes));
	EXPECT_TRUE(shows_the_bytes(s, stays, variant->size));

	/* It is also still synchronised, both ways. */
	ASSERT_EQ(0, fill_target(s, stays, 2, 0, variant->size));
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
	EXPECT_EQ(variant->size, matching(self->bytes, 2, 0, variant->size));
	fill(self->bytes, 1, 0, variant->size);
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
	EXPECT_TRUE(shows_the_bytes(s, stays, variant->size));
}

TEST_F(import_map, attachments_are_told_by_a_query)
{
	struct kdmabuf_query answer;
	int attachments[3];
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(attachments); i++) {
		ASSERT_EQ(0, query(self->node, self->fd, &answer));
		EXPECT_EQ(i, answer.attachments);
		attachments[i] = attach(self->session, self->import);
		ASSERT_LT(0, attachments[i]);
	}
	for (i = 0; i < ARRAY_SIZE(attachments); i++)
		EXPECT_EQ(0,
			  detach(self->session, self->import, attachments[i]));
	ASSERT_EQ(0, query(self->node, self->fd, &answer));
	EXPECT_EQ(0, answer.attachments);
}

TEST_F(import_map, a_readonly_view_is_mapped_only_for_devices_that_read)
{
	struct kdmabuf_importer_attach device = { 0 };
	int view = make_view(self->node, self->fd, O_RDONLY, 0, variant->size);
	int import = get_import(self->session, view);
	int attachment = attach(self->session, import), mapping;

	ASSERT_LT(0, attachment);
	EXPECT_EQ(-EACCES, map_device(self->session, attachment, FROM_DEVICE));
	EXPECT_EQ(-EACCES, map_device(self->session, attachment, BOTH));
	mapping = map_device(self->session, attachment, TO_DEVICE);
	ASSERT_LT(0, mapping);
	EXPECT_TRUE(shows_the_bytes(self->session, mapping, variant->size));
	EXPECT_EQ(-EACCES, fill_target(self->session, mapping, 2, 0, 8));
	EXPECT_EQ(-EOPNOTSUPP, map_kernel(self->session, import));

	/* Up to 6.14 the kernel maps for a dynamic one at once, for writing too. */
	device.flags = KDMABUF_IMPORTER_DYNAMIC;
	attachment = attach_with(self->session, import, device);
	if (ksft_min_kernel_version(6, 15)) {
		ASSERT_LT(0, attachment);
		attachment = map_device(self->session, attachment, BOTH);
	}
	EXPECT_EQ(-EACCES, attachment);
}

TEST_HARNESS_MAIN
