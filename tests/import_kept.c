// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping for a device is kept when it is undone, until the device is detached or
 * mapped in another direction: to map again maps nothing. And yet device and CPU see
 * what the other wrote, as with a new one; with swiotlb=force that is not easy.
 */
#include "attached.h"
#include "bytes.h"
#include "probes.h"

#define ROUNDS 5

#define MAP "dma_map_sgtable"
#define UNMAP "dma_unmap_sg_attrs"

FIXTURE_ATTACHED(import_kept)

FIXTURE_VARIANT_ADD(import_kept, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(import_kept, scattered_window){
	.flags = KDMABUF_ALLOC_SCATTERED,
	.offset = 3 * PAGE,
};

FIXTURE_SETUP(import_kept)
{
	attach_buffer(_metadata, self, variant);
	if (self->node < 0)
		return;
	if (!add_probe(MAP) || !add_probe(UNMAP))
		SKIP(return, "this kernel has no kprobe events");
}

FIXTURE_TEARDOWN_PARENT(import_kept)
{
	remove_probe(MAP);
	remove_probe(UNMAP);
	expect_live(_metadata, self->live);
}

static const enum direction directions[] = { BOTH, TO_DEVICE, FROM_DEVICE };

/* What the kernel has mapped and unmapped for devices so far. */
static void expect_calls(struct __test_metadata *_metadata, long maps,
			 long unmaps)
{
	EXPECT_EQ(maps, calls_of(MAP));
	EXPECT_EQ(unmaps, calls_of(UNMAP));
}

/* Map and unmap; whether the exporter has to synchronise that mapping. */
static bool map_once(struct __test_metadata *_metadata, int session,
		     int attachment, enum direction direction)
{
	struct kdmabuf_importer_map made;
	int mapping = map_device_with(session, attachment, direction, &made);

	ASSERT_LT(0, mapping);
	EXPECT_EQ(0, made.bad);
	EXPECT_EQ(SIZE, made.bytes);
	ASSERT_EQ(0, unmap_device(session, attachment, mapping));
	return made.flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC;
}

TEST_F(import_kept, to_map_again_maps_nothing)
{
	size_t i;

	for (i = 0; i < ROUNDS; i++)
		map_once(_metadata, self->session, self->attachment, TO_DEVICE);
	expect_calls(_metadata, 1, 0);
	for (i = 0; i < ROUNDS; i++)
		map_once(_metadata, self->session, self->attachment, BOTH);
	expect_calls(_metadata, 2, 1);
	ASSERT_EQ(0, detach(self->session, self->import, self->attachment));
	expect_calls(_metadata, 2, 2);
}

/* A sync does not fill the bounce buffer of a device that only writes. */
TEST_F(import_kept, to_map_again_to_write_maps_nothing_unless_it_bounces)
{
	bool bounces = false;
	size_t i;

	for (i = 0; i < ROUNDS; i++)
		bounces = map_once(_metadata, self->session, self->attachment,
				   FROM_DEVICE);
	expect_calls(_metadata, bounces ? ROUNDS : 1, bounces ? ROUNDS : 0);
	ASSERT_EQ(0, detach(self->session, self->import, self->attachment));
	expect_calls(_metadata, bounces ? ROUNDS : 1, bounces ? ROUNDS : 1);
}

TEST_F(import_kept, another_direction_is_mapped_anew)
{
	long maps = 0;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		for (j = 0; j < ARRAY_SIZE(directions); j++) {
			int attachment = attach(self->session, self->import);

			ASSERT_LT(0, attachment);
			map_once(_metadata, self->session, attachment,
				 directions[i]);
			EXPECT_EQ(++maps, calls_of(MAP));
			map_once(_metadata, self->session, attachment,
				 directions[j]);
			if (i != j)
				EXPECT_EQ(++maps, calls_of(MAP));
			ASSERT_EQ(0, detach(self->session, self->import,
					    attachment));
			maps = calls_of(MAP);
			EXPECT_EQ(maps, calls_of(UNMAP));
		}
	}
}

TEST_F(import_kept, of_several_at_once_one_is_kept)
{
	int first = map_device(self->session, self->attachment, TO_DEVICE);
	int second = map_device(self->session, self->attachment, TO_DEVICE);

	ASSERT_LT(0, first);
	ASSERT_LT(0, second);
	expect_calls(_metadata, 2, 0);
	ASSERT_EQ(0, unmap_device(self->session, self->attachment, first));
	expect_calls(_metadata, 2, 0);
	ASSERT_EQ(0, unmap_device(self->session, self->attachment, second));
	expect_calls(_metadata, 2, 1);
	map_once(_metadata, self->session, self->attachment, TO_DEVICE);
	expect_calls(_metadata, 2, 1);
	ASSERT_EQ(0, detach(self->session, self->import, self->attachment));
	expect_calls(_metadata, 2, 2);
}

TEST_F(import_kept, each_device_has_its_own)
{
	int other = attach(self->session, self->import);

	ASSERT_LT(0, other);
	map_once(_metadata, self->session, self->attachment, TO_DEVICE);
	map_once(_metadata, self->session, other, TO_DEVICE);
	expect_calls(_metadata, 2, 0);
	ASSERT_EQ(0, detach(self->session, self->import, self->attachment));
	expect_calls(_metadata, 2, 1);
	map_once(_metadata, self->session, other, TO_DEVICE);
	expect_calls(_metadata, 2, 1);
}

TEST_F(import_kept, a_device_sees_what_the_cpu_wrote_meanwhile)
{
	int i, seed;

	for (i = 0; i < 2; i++) {
		for (seed = 1; seed <= ROUNDS; seed++) {
			int mapping;

			fill(self->bytes, seed, 0, SIZE);
			mapping = map_device(self->session, self->attachment,
					     directions[i]);
			ASSERT_LT(0, mapping);
			EXPECT_EQ(SIZE, matching_target(self->session, mapping,
							seed, 0, SIZE));
			ASSERT_EQ(0, unmap_device(self->session,
						  self->attachment, mapping));
			EXPECT_EQ(SIZE, matching(self->bytes, seed, 0, SIZE));
		}
	}
}

TEST_F(import_kept, the_cpu_sees_what_a_device_wrote_each_time)
{
	int i, seed;

	for (i = 0; i < 3; i += 2) {
		for (seed = 1; seed <= ROUNDS; seed++) {
			int mapping = map_device(
				self->session, self->attachment, directions[i]);

			ASSERT_LT(0, mapping);
			ASSERT_EQ(0, fill_target(self->session, mapping, seed,
						 0, SIZE));
			ASSERT_EQ(0, unmap_device(self->session,
						  self->attachment, mapping));
			EXPECT_EQ(SIZE, matching(self->bytes, seed, 0, SIZE));
		}
	}
}

TEST_F(import_kept, what_a_device_does_not_write_stays_as_the_cpu_wrote_it)
{
	int i, seed;

	for (i = 0; i < 3; i += 2) {
		for (seed = 1; seed <= ROUNDS; seed++) {
			int mapping;

			fill(self->bytes, seed, 0, SIZE);
			mapping = map_device(self->session, self->attachment,
					     directions[i]);
			ASSERT_LT(0, mapping);
			ASSERT_EQ(0, fill_target(self->session, mapping,
						 100 + seed, PAGE, PAGE));
			ASSERT_EQ(0, unmap_device(self->session,
						  self->attachment, mapping));
			EXPECT_EQ(PAGE, matching(self->bytes, seed, 0, PAGE));
			EXPECT_EQ(PAGE, matching(self->bytes + PAGE, 100 + seed,
						 PAGE, PAGE));
			EXPECT_EQ(SIZE - 2 * PAGE,
				  matching(self->bytes + 2 * PAGE, seed,
					   2 * PAGE, SIZE - 2 * PAGE));
		}
	}
}

TEST_F(import_kept, cpu_access_leaves_what_is_kept_alone)
{
	int other = attach(self->session, self->import);
	size_t i;

	/* Without any mapping in use nothing at all would be synced. */
	ASSERT_LT(0, map_device(self->session, other, TO_DEVICE));
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		fill(self->bytes, 1, 0, SIZE);
		map_once(_metadata, self->session, self->attachment,
			 directions[i]);
		fill(self->bytes, 2, 0, SIZE);
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
		EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
		ASSERT_EQ(0, sync_fd(self->fd,
				     DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
	}
}

TEST_HARNESS_MAIN
