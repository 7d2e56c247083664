// SPDX-License-Identifier: GPL-2.0
/*
 * The importer with dma-bufs that others export, as a control: what is shown of ours
 * has to be seen of theirs too, or the importer would be what is wrong. And where they
 * differ README.md says so; but how many segments they have is their matter.
 */
#include "bytes.h"
#include "exporters.h"
#include "importer.h"

#define SIZE MIB(1)

FIXTURE(import_others)
{
	int session;
	int fd;
	int import;
	char *bytes;
	bool bounced;
};

FIXTURE_VARIANT(import_others)
{
	enum exporter exporter;
};

FIXTURE_VARIANT_ADD(import_others, kdmabuf){
	.exporter = KDMABUF,
};

FIXTURE_VARIANT_ADD(import_others, system_heap){
	.exporter = SYSTEM_HEAP,
};

FIXTURE_VARIANT_ADD(import_others, udmabuf){
	.exporter = UDMABUF,
};

FIXTURE_VARIANT_ADD(import_others, vgem){
	.exporter = VGEM,
};

/* Whether all that devices read and write goes through bounce buffers. */
static bool is_bounced(void)
{
	int file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char words[4096] = "";

	if (read(file, words, sizeof(words) - 1) < 0)
		return false;
	close(file);
	return strstr(words, "swiotlb=force");
}

/* The heap asks for more in a row than bounce buffers have; ours knows better. */
static bool is_unmappable(FIXTURE_DATA(import_others) * self,
			  const FIXTURE_VARIANT(import_others) * variant)
{
	return variant->exporter == SYSTEM_HEAP && self->bounced;
}

/* udmabuf does where its pages happen to lie in a row; it maps them for itself, too. */
static bool happens_to_be_unmappable(FIXTURE_DATA(import_others) * self,
				     const FIXTURE_VARIANT(import_others) *
					     variant,
				     int ret)
{
	return variant->exporter == UDMABUF && self->bounced && ret == -EIO;
}

FIXTURE_SETUP(import_others)
{
	self->session = open_importer(_metadata);
	if (self->session < 0)
		return;
	self->fd = export_from(variant->exporter, SIZE);
	if (self->fd == -ENOENT)
		SKIP(return, "this kernel has no such exporter");
	ASSERT_LE(0, self->fd);
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	self->import = get_import(self->session, self->fd);
	ASSERT_LT(0, self->import);
	self->bounced = is_bounced();
}

FIXTURE_TEARDOWN(import_others)
{
}

TEST_F(import_others, the_kernel_sees_what_user_space_sees)
{
	struct kdmabuf_importer_message message = {
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_WRITE,
		.offset = PAGE,
	};
	int ret;

	fill(self->bytes, 1, 0, SIZE);
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(SIZE,
		  matching_target(self->session, self->import, 1, 0, SIZE));
	ASSERT_EQ(0, fill_target(self->session, self->import, 2, 0, SIZE));
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
	ret = call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message);
	if (happens_to_be_unmappable(self, variant, ret))
		SKIP(return, "its segments are too long for bounce buffers");
	ASSERT_EQ(0, ret);
	EXPECT_STREQ(message.text, self->bytes + PAGE);
}

TEST_F(import_others, a_device_sees_what_user_space_sees)
{
	struct kdmabuf_importer_map made;
	int mapping, ret;

	fill(self->bytes, 1, 0, SIZE);
	mapping = map_device_with(self->session,
				  attach(self->session, self->import), BOTH,
				  &made);
	if (is_unmappable(self, variant)) {
		EXPECT_EQ(-EIO, mapping);
		return;
	}
	if (happens_to_be_unmappable(self, variant, mapping))
		SKIP(return, "its segments are too long for bounce buffers");
	ASSERT_LT(0, mapping);
	TH_LOG("%u segments, flags %#x, bad %#x", made.segments, made.flags,
	       made.bad);
	EXPECT_EQ(SIZE, made.bytes);
	if (variant->exporter == KDMABUF)
		EXPECT_EQ(self->bounced ? 4 : 1, made.segments);
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 1, 0, SIZE));
	ASSERT_EQ(0, fill_target(self->session, mapping, 2, 0, SIZE));
	ret = sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW);
	/* These two leave the devices that others have attached alone. */
	if (self->bounced &&
	    (variant->exporter == UDMABUF || variant->exporter == VGEM)) {
		EXPECT_EQ(SIZE, matching(self->bytes, 1, 0, SIZE));
		return;
	}
	ASSERT_EQ(0, ret);
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
	fill(self->bytes, 3, 0, SIZE);
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 3, 0, SIZE));
}

TEST_F(import_others, a_dynamic_importer_sees_it_too)
{
	struct kdmabuf_importer_attach device = {
		.flags = KDMABUF_IMPORTER_DYNAMIC,
	};
	struct kdmabuf_importer_map made;
	int attachment, mapping;

	fill(self->bytes, 1, 0, SIZE);
	attachment = attach_with(self->session, self->import, device);
	/* Some kernels map at once for one that is dynamic. */
	mapping = attachment < 0 ? attachment :
				   map_device_with(self->session, attachment,
						   TO_DEVICE, &made);
	if (is_unmappable(self, variant)) {
		EXPECT_EQ(-EIO, mapping);
		return;
	}
	if (happens_to_be_unmappable(self, variant, mapping))
		SKIP(return, "its segments are too long for bounce buffers");
	ASSERT_LT(0, mapping);
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 1, 0, SIZE));
	EXPECT_EQ(0, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(0, detach(self->session, self->import, attachment));
}

TEST_F(import_others, segments_that_the_device_does_not_take_are_told)
{
	struct kdmabuf_importer_attach device = {
		.max_segment_size = PAGE,
		.segment_boundary = PAGE,
	};
	struct kdmabuf_importer_map made;
	int mapping;

	/* The others take care, or have no segment of more than a page. */
	if (variant->exporter != SYSTEM_HEAP)
		SKIP(return, "it gives no such segments");
	if (!access("/sys/kernel/debug/dma-api", F_OK))
		SKIP(return, "this kernel tells that itself");
	mapping = map_device_with(
		self->session, attach_with(self->session, self->import, device),
		BOTH, &made);
	if (is_unmappable(self, variant)) {
		EXPECT_EQ(-EIO, mapping);
		return;
	}
	ASSERT_LT(0, mapping);
	EXPECT_EQ(KDMABUF_IMPORTER_BAD_SEGMENT_SIZE |
			  KDMABUF_IMPORTER_BAD_BOUNDARY,
		  made.bad);
}

TEST_F(import_others, fences_are_waited_for)
{
	int fence = add_fence(self->session, self->import,
			      KDMABUF_IMPORTER_FENCE_WRITE |
				      KDMABUF_IMPORTER_FENCE_DELAYED,
			      100, 0);
	int ret = sync_fd(self->fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW);

	ASSERT_LT(0, fence);
	if (happens_to_be_unmappable(self, variant, ret))
		SKIP(return, "its segments are too long for bounce buffers");
	ASSERT_EQ(0, ret);
	EXPECT_EQ(1, signal_fence(self->session, fence, 0));
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
}

TEST_HARNESS_MAIN
