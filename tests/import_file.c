// SPDX-License-Identifier: GPL-2.0
/*
 * What a device and who reads and writes /dev/kdmabuf see of a buffer is the same:
 * each read and write is an access by the CPU, which waits for the device.
 */
#include "bytes.h"
#include "fences.h"
#include "importer.h"

#define SIZE (32 * PAGE)

FIXTURE(import_file)
{
	int session;
	int node;
	int live;
	int fd;
	int import;
	uint64_t at;
	char *memory;
};

FIXTURE_SETUP(import_file)
{
	import_new(_metadata, SIZE, &self->session, &self->node, &self->live,
		   &self->fd, &self->import);
	if (self->session < 0 || self->node < 0)
		return;
	self->at = window_of(self->node, self->fd);
	self->memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
}

FIXTURE_TEARDOWN_PARENT(import_file)
{
	expect_live(_metadata, self->live);
}

TEST_F(import_file, read_gets_what_a_device_wrote)
{
	int attachment = attach(self->session, self->import);
	int mapping = map_device(self->session, attachment, FROM_DEVICE);
	int seed;

	ASSERT_LT(0, mapping);
	for (seed = 1; seed < 4; seed++) {
		ASSERT_EQ(0,
			  fill_target(self->session, mapping, seed, 0, SIZE));
		ASSERT_EQ(SIZE,
			  pread(self->node, self->memory, SIZE, self->at));
		EXPECT_EQ(SIZE, matching(self->memory, seed, 0, SIZE));
	}
}

TEST_F(import_file, a_device_sees_what_was_written)
{
	int attachment = attach(self->session, self->import);
	int mapping = map_device(self->session, attachment, TO_DEVICE);
	int seed;

	ASSERT_LT(0, mapping);
	for (seed = 1; seed < 4; seed++) {
		fill(self->memory, seed, 0, SIZE);
		ASSERT_EQ(SIZE,
			  pwrite(self->node, self->memory, SIZE, self->at));
		EXPECT_EQ(SIZE, matching_target(self->session, mapping, seed, 0,
						SIZE));
	}
}

/* What a transfer returns; -EINTR if it waits. */
static ssize_t transfer(const FIXTURE_DATA(import_file) * self, bool write)
{
	ssize_t ret;

	interrupt(true);
	ret = write ? pwrite(self->node, self->memory, PAGE, self->at) :
		      pread(self->node, self->memory, PAGE, self->at);
	ret = ret < 0 ? -errno : ret;
	interrupt(false);
	return ret;
}

TEST_F(import_file, both_wait_for_a_device_that_writes)
{
	int fence = add_fence(self->session, self->import,
			      KDMABUF_IMPORTER_FENCE_WRITE, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(-EINTR, transfer(self, false));
	EXPECT_EQ(-EINTR, transfer(self, true));
	ASSERT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(PAGE, transfer(self, false));
	EXPECT_EQ(PAGE, transfer(self, true));
}

TEST_F(import_file, only_write_waits_for_a_device_that_reads)
{
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, fence);
	EXPECT_EQ(PAGE, transfer(self, false));
	EXPECT_EQ(-EINTR, transfer(self, true));
	ASSERT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(PAGE, transfer(self, true));
}

TEST_HARNESS_MAIN
