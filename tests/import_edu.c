// SPDX-License-Identifier: GPL-2.0
/*
 * Real bus-master DMA: QEMU's edu device copies from one buffer to another. It takes
 * its time for that, so the buffers are small.
 */
#include "bytes.h"
#include "importer.h"
#include "probes.h"

#define SIZE (5 * PAGE)

FIXTURE(import_edu)
{
	int node;
	int live;
	int session;
	uint32_t bits; /* of addresses that it reaches */
};

FIXTURE_VARIANT(import_edu)
{
	uint32_t source;
	uint32_t destination;
};

FIXTURE_VARIANT_ADD(import_edu, contiguous){
	.source = 0,
};

FIXTURE_VARIANT_ADD(import_edu, to_scattered){
	.destination = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(import_edu, from_scattered){
	.source = KDMABUF_ALLOC_SCATTERED,
};

static int attach_edu(int session, int import, uint32_t bits)
{
	struct kdmabuf_importer_attach edu = {
		.device = KDMABUF_IMPORTER_EDU,
		.address_bits = bits,
	};

	return attach_with(session, import, edu);
}

FIXTURE_SETUP(import_edu)
{
	struct kdmabuf_importer_map made;
	int fd, import, attachment;

	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	fd = allocate(self->node, PAGE);
	ASSERT_LE(0, fd);
	import = get_import(self->session, fd);
	close(fd);
	self->bits = 32;
	attachment = attach_edu(self->session, import, self->bits);
	if (attachment == -ENODEV)
		SKIP(return, "no edu device: boot with -device edu");
	if (attachment == -EADDRNOTAVAIL) {
		self->bits = 28;
		attachment = attach_edu(self->session, import, self->bits);
	}
	ASSERT_LT(0, attachment);
	ASSERT_LT(0,
		  map_device_with(self->session, attach(self->session, import),
				  BOTH, &made));
	if (self->bits < 32 && made.flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC)
		SKIP(return, "bounce buffers, beyond dma_mask= of -device edu");
	/* What was made goes with the session. */
	close(self->session);
	self->session = open_importer(_metadata);
}

FIXTURE_TEARDOWN_PARENT(import_edu)
{
	expect_live(_metadata, self->live);
}

/* A buffer, and a mapping of it for edu. */
struct side {
	int fd;
	int import;
	int attachment;
	int mapping;
	char *bytes;
	struct kdmabuf_importer_map made;
};

static bool make_side(const FIXTURE_DATA(import_edu) * self, uint32_t flags,
		      enum direction direction, struct side *side)
{
	struct kdmabuf_alloc alloc = request(SIZE, flags);

	alloc.address_bits = self->bits;
	side->fd = allocate_with(self->node, alloc);
	side->bytes = map(side->fd, SIZE, PROT_READ | PROT_WRITE);
	if (side->bytes == MAP_FAILED)
		return false;
	fill(side->bytes, direction, 0, SIZE);
	side->import = get_import(self->session, side->fd);
	side->attachment = attach_edu(self->session, side->import, self->bits);
	side->mapping = map_device_with(self->session, side->attachment,
					direction, &side->made);
	return side->mapping > 0 && !side->made.bad;
}

static int copy(int session, int source, int destination, uint64_t from,
		uint64_t to, uint64_t length)
{
	struct kdmabuf_importer_copy copy = {
		.source = source,
		.destination = destination,
		.source_offset = from,
		.destination_offset = to,
		.length = length,
	};
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_COPY, &copy);

	return ret ?: (int)copy.transfers;
}

TEST_F(import_edu, every_byte_is_copied_from_buffer_to_buffer)
{
	struct side from, to;

	ASSERT_TRUE(make_side(self, variant->source, TO_DEVICE, &from));
	ASSERT_TRUE(make_side(self, variant->destination, FROM_DEVICE, &to));
	ASSERT_EQ(0, sync_fd(from.fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE));
	fill(from.bytes, 42, 0, SIZE);
	ASSERT_EQ(0, sync_fd(from.fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE));
	EXPECT_LT(0, copy(self->session, from.mapping, to.mapping, 0, 0, SIZE));
	ASSERT_EQ(0, sync_fd(to.fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ));
	EXPECT_EQ(SIZE, matching(to.bytes, 42, 0, SIZE));
	ASSERT_EQ(0, sync_fd(to.fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ));
	EXPECT_EQ(SIZE, matching(from.bytes, 42, 0, SIZE));
}

TEST_F(import_edu, a_range_is_copied_and_nothing_else)
{
	struct side from, to;

	ASSERT_TRUE(make_side(self, variant->source, TO_DEVICE, &from));
	/* Both directions: what the device leaves alone has to stay. */
	ASSERT_TRUE(make_side(self, variant->destination, BOTH, &to));
	EXPECT_LT(0, copy(self->session, from.mapping, to.mapping, PAGE - 8,
			  2 * PAGE - 16, PAGE + 24));
	ASSERT_EQ(0, sync_fd(to.fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
	EXPECT_EQ(2 * PAGE - 16, matching(to.bytes, BOTH, 0, 2 * PAGE - 16));
	EXPECT_EQ(0, memcmp(to.bytes + 2 * PAGE - 16, from.bytes + PAGE - 8,
			    PAGE + 24));
	EXPECT_EQ(SIZE - 3 * PAGE - 8,
		  matching(to.bytes + 3 * PAGE + 8, BOTH, 3 * PAGE + 8,
			   SIZE - 3 * PAGE - 8));
}

TEST_F(import_edu, behind_an_iommu_scattered_memory_is_one_segment)
{
	struct side side;

	ASSERT_TRUE(make_side(self, KDMABUF_ALLOC_SCATTERED, BOTH, &side));
	if (system("test -n \"$(ls /sys/class/iommu)\""))
		SKIP(return, "no IOMMU");
	EXPECT_EQ(1, side.made.segments);
	EXPECT_TRUE(side.made.flags & KDMABUF_IMPORTER_MAP_CONTIGUOUS);
}

#define SYNC "dma_sync_single_for_cpu"

/* Traces what is synced, where that is a call; the registers are those of x86-64. */
static bool trace_syncs(void)
{
	if (!add_probe_with(SYNC, "address=%si:x64 size=%dx:x64"))
		return false;
	close(open(TRACING "trace", O_WRONLY | O_CLOEXEC | O_TRUNC));
	return true;
}

/* How many pieces that follow on each other from @address on were synced. */
static int synced(uint64_t address, uint64_t *size)
{
	FILE *file = fopen(TRACING "trace", "re");
	char line[512];
	int n = 0;

	*size = 0;
	while (file && fgets(line, sizeof(line), file)) {
		char *event = strstr(line, SYNC ": ");
		uint64_t from, length;

		event = event ? strstr(event, "address=") : NULL;
		if (!event ||
		    sscanf(event, "address=%lx size=%lx", &from, &length) != 2)
			continue;
		if (from != address + *size)
			return -1;
		*size += length;
		n++;
	}
	if (file)
		fclose(file);
	return n;
}

TEST_F(import_edu, behind_an_iommu_a_range_is_synced_in_pieces_of_memory)
{
	/* Over the end of the first piece of memory, which has four pages. */
	const uint64_t offset = PAGE + 8, length = 3 * PAGE + 16;
	struct kdmabuf_importer_segment segment;
	struct kdmabuf_query answer;
	struct side side;
	uint64_t size;
	int pieces;

	ASSERT_TRUE(make_side(self, KDMABUF_ALLOC_SCATTERED, BOTH, &side));
	if (system("test -n \"$(ls /sys/class/iommu)\""))
		SKIP(return, "no IOMMU");
	ASSERT_EQ(0, query(self->node, side.fd, &answer));
	ASSERT_EQ(2, answer.segments);
	ASSERT_EQ(1, get_segments(self->session, side.mapping, 0, 1, &segment));
	ASSERT_EQ(SIZE, segment.length);
	if (!trace_syncs())
		SKIP(return, "this kernel has no " SYNC "()");
	EXPECT_EQ(0, sync_range(self->node, side.fd,
				DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ, offset,
				length));
	pieces = synced(segment.address + offset, &size);
	remove_probe(SYNC);
	EXPECT_EQ(2, pieces);
	EXPECT_EQ(length, size);
}

TEST_F(import_edu, what_it_cannot_do_is_refused)
{
	int s = self->session, other;
	struct side from, to;

	ASSERT_TRUE(make_side(self, variant->source, TO_DEVICE, &from));
	ASSERT_TRUE(make_side(self, variant->destination, FROM_DEVICE, &to));
	other = map_device(s, attach(s, from.import), BOTH);
	ASSERT_LT(0, other);
	EXPECT_EQ(-EXDEV, copy(s, other, to.mapping, 0, 0, 8));
	EXPECT_EQ(-EXDEV, copy(s, from.mapping, other, 0, 0, 8));
	EXPECT_EQ(-EACCES, copy(s, to.mapping, to.mapping, 0, 0, 8));
	EXPECT_EQ(-EACCES, copy(s, from.mapping, from.mapping, 0, 0, 8));
	EXPECT_EQ(-ERANGE, copy(s, from.mapping, to.mapping, 1, 0, SIZE));
	EXPECT_EQ(-ERANGE, copy(s, from.mapping, to.mapping, 0, 1, SIZE));
	EXPECT_EQ(-ERANGE, copy(s, from.mapping, to.mapping, -8ull, 0, 8));
	/* In order: all of the source, and its range first. */
	EXPECT_EQ(-EACCES, copy(s, to.mapping, to.mapping, 0, 1, SIZE));
	EXPECT_EQ(-ERANGE, copy(s, to.mapping, to.mapping, 1, 0, SIZE));
	EXPECT_EQ(-EXDEV, copy(s, to.mapping, other, 1, 0, SIZE));
	EXPECT_EQ(0, copy(s, from.mapping, to.mapping, 0, 0, 0));
	EXPECT_EQ(-EBUSY, attach_edu(s, from.import, self->bits - 1));
	EXPECT_EQ(-EADDRNOTAVAIL, attach_edu(s, from.import, 65));
}

TEST_F(import_edu, a_wrong_idea_of_how_far_it_reaches_is_found_out)
{
	int fd = allocate(self->node, PAGE);
	int import = get_import(self->session, fd);

	ASSERT_LT(0, import);
	if (self->bits == 32)
		SKIP(return, "it does reach far");
	EXPECT_EQ(-EADDRNOTAVAIL, attach_edu(self->session, import, 29));
	EXPECT_EQ(-EADDRNOTAVAIL, attach_edu(self->session, import, 32));
	EXPECT_EQ(-EADDRNOTAVAIL, attach_edu(self->session, import, 64));
	EXPECT_LT(0, attach_edu(self->session, import, 28));
}

TEST_HARNESS_MAIN
