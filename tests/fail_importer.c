// SPDX-License-Identifier: GPL-2.0
/*
 * What devices do with a buffer, with a fault in every place in turn, in either
 * module and in vgem.
 */
#include "bytes.h"
#include "fail_nth.h"
#include "fences.h"
#include "importer.h"
#include "vgem.h"

#define SIZE (16 * PAGE)

FIXTURE(fail_importer)
{
	struct injection injection;
	int node;
	int live;
	int session;
	int fd;
	int import;
};

FIXTURE_SETUP(fail_importer)
{
	import_new(_metadata, SIZE, &self->session, &self->node, &self->live,
		   &self->fd, &self->import);
	if (self->import <= 0 || !begin_injection(_metadata, &self->injection))
		return;
	/* The session's. */
	ASSERT_TRUE(module_references_become("kdmabuf_importer", 1));
}

FIXTURE_TEARDOWN_PARENT(fail_importer)
{
	end_injection(_metadata, &self->injection);
	expect_live(_metadata, self->live);
}

static int open_session(void)
{
	int session = open(IMPORTER, O_RDWR | O_CLOEXEC);

	return session < 0 ? -errno : session;
}

TEST_F(fail_importer, open)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	while (NEXT_FAULT(faults)) {
		int session = END_FAULT(faults, open_session());

		if (session >= 0)
			close(session);
	}
}

/* Imports, attachments, mappings: a handle that is lost would not come again. */

TEST_F(fail_importer, get)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	while (NEXT_FAULT(faults)) {
		int import =
			END_FAULT(faults, get_import(self->session, self->fd));

		if (import > 0)
			ASSERT_EQ(0, put_import(self->session, import));
	}
}

/* Its handle needs memory: a table that is empty has none. */
static int get_in_a_new_session(int fd)
{
	int session = open_session();
	int import;

	if (session < 0)
		return session;
	import = get_import(session, fd);
	close(session);
	return import;
}

TEST_F(fail_importer, first_get)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	while (NEXT_FAULT(faults))
		END_FAULT(faults, get_in_a_new_session(self->fd));
}

TEST_F(fail_importer, put)
{
	struct faults faults = FAULTS(ERRNO(EFAULT));
	int import = get_import(self->session, self->fd);

	while (NEXT_FAULT(faults)) {
		if (END_FAULT(faults, put_import(self->session, import)))
			ASSERT_EQ(0, put_import(self->session, import));
		ASSERT_EQ(import, get_import(self->session, self->fd));
	}
}

static void fail_attach(struct __test_metadata *_metadata,
			FIXTURE_DATA(fail_importer) * self,
			struct kdmabuf_importer_attach how, int untouched)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	faults.untouched = untouched;
	while (NEXT_FAULT(faults)) {
		int attachment = END_FAULT(
			faults, attach_with(self->session, self->import, how));

		if (attachment > 0)
			ASSERT_EQ(0, detach(self->session, self->import,
					    attachment));
	}
}

TEST_F(fail_importer, attach)
{
	fail_attach(_metadata, self, (struct kdmabuf_importer_attach){ 0 }, 0);
}

TEST_F(fail_importer, attach_dynamic)
{
	fail_attach(_metadata, self,
		    (struct kdmabuf_importer_attach){
			    .flags = KDMABUF_IMPORTER_DYNAMIC },
		    0);
}

TEST_F(fail_importer, attach_edu)
{
	struct kdmabuf_importer_attach edu = {
		.device = KDMABUF_IMPORTER_EDU,
	};
	int attachment = attach_with(self->session, self->import, edu);

	if (attachment == -ENODEV)
		SKIP(return, "no edu device");
	ASSERT_LT(0, attachment);
	ASSERT_EQ(0, detach(self->session, self->import, attachment));
	fail_attach(_metadata, self, edu, 0);
	/* Tried out, with memory for that, and found wanting. */
	edu.address_bits = 29;
	fail_attach(_metadata, self, edu, -EADDRNOTAVAIL);
}

TEST_F(fail_importer, detach)
{
	struct faults faults = FAULTS(ERRNO(EFAULT));
	int s = self->session, attachment = attach(s, self->import);

	while (NEXT_FAULT(faults)) {
		if (END_FAULT(faults, detach(s, self->import, attachment)))
			ASSERT_EQ(0, detach(s, self->import, attachment));
		ASSERT_EQ(attachment, attach(s, self->import));
	}
}

static void fail_map(struct __test_metadata *_metadata,
		     FIXTURE_DATA(fail_importer) * self, int import,
		     uint32_t flags, enum direction direction)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	struct kdmabuf_importer_attach how = { .flags = flags };
	int s = self->session, attachment = attach_with(s, import, how);

	ASSERT_LT(0, attachment);
	while (NEXT_FAULT(faults)) {
		int mapping =
			END_FAULT(faults, map_device(s, attachment, direction));

		if (mapping > 0)
			ASSERT_EQ(0, unmap_device(s, attachment, mapping));
	}
	ASSERT_EQ(0, detach(s, import, attachment));
}

TEST_F(fail_importer, map)
{
	fail_map(_metadata, self, self->import, 0, BOTH);
	fail_map(_metadata, self, self->import, KDMABUF_IMPORTER_DYNAMIC, BOTH);
}

/* More segments than one page of a scatterlist has room for. */
TEST_F(fail_importer, map_scattered)
{
	int fd = allocate_with(self->node,
			       request(MIB(12), KDMABUF_ALLOC_SCATTERED));

	/* DMA_API_DEBUG has memory of its own for each segment of the others. */
	fail_map(_metadata, self, get_import(self->session, fd), 0, TO_DEVICE);
}

TEST_F(fail_importer, unmap)
{
	struct faults faults = FAULTS(ERRNO(EFAULT));
	int s = self->session, attachment = attach(s, self->import);
	int mapping = map_device(s, attachment, BOTH);

	while (NEXT_FAULT(faults)) {
		if (END_FAULT(faults, unmap_device(s, attachment, mapping)))
			ASSERT_EQ(0, unmap_device(s, attachment, mapping));
		ASSERT_EQ(mapping, map_device(s, attachment, BOTH));
	}
}

TEST_F(fail_importer, segments)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	int s = self->session, attachment = attach(s, self->import);
	int mapping = map_device(s, attachment, BOTH);
	struct kdmabuf_importer_segment segments[256];

	while (NEXT_FAULT(faults))
		END_FAULT(faults, get_segments(s, mapping, 0,
					       ARRAY_SIZE(segments), segments));
}

/*
 * Only of contiguous memory: that of scattered memory needs some more, and when an
 * exporter has none dma_buf_vmap() in the core warns, with a trace on the console.
 */
TEST_F(fail_importer, vmap_and_vunmap)
{
	struct faults vmap = FAULTS(ERRNO(EFAULT));
	struct faults vunmap = FAULTS(ERRNO(EFAULT));
	int s = self->session;

	while (NEXT_FAULT(vmap)) {
		bool failed = END_FAULT(vmap, map_kernel(s, self->import));

		ASSERT_EQ(failed ? -ENXIO : 0, unmap_kernel(s, self->import));
	}
	ASSERT_EQ(0, map_kernel(s, self->import));
	while (NEXT_FAULT(vunmap)) {
		if (END_FAULT(vunmap, unmap_kernel(s, self->import)))
			ASSERT_EQ(0, unmap_kernel(s, self->import));
		ASSERT_EQ(0, map_kernel(s, self->import));
	}
}

TEST_F(fail_importer, message)
{
	struct kdmabuf_importer_message message;
	int operation;

	for (operation = KDMABUF_IMPORTER_MESSAGE_WRITE;
	     operation <= KDMABUF_IMPORTER_MESSAGE_READ; operation++) {
		struct faults faults = FAULTS(ERRNO(EFAULT));

		while (NEXT_FAULT(faults)) {
			message = (struct kdmabuf_importer_message){
				.import = self->import,
				.operation = operation,
			};
			END_FAULT(faults, call(self->session,
					       KDMABUF_IMPORTER_IOCTL_MESSAGE,
					       &message));
		}
	}
}

TEST_F(fail_importer, access)
{
	struct faults writing = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	struct faults reading = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	int s = self->session, attachment = attach(s, self->import);
	int mapping = map_device(s, attachment, BOTH);

	while (NEXT_FAULT(writing))
		END_FAULT(writing, fill_target(s, mapping, 1, 0, SIZE));
	while (NEXT_FAULT(reading))
		END_FAULT(reading, matching_target(s, mapping, 1, 0, SIZE));
}

TEST_F(fail_importer, cpu_access)
{
	int operation;

	for (operation = KDMABUF_IMPORTER_CPU_BEGIN;
	     operation <= KDMABUF_IMPORTER_CPU_END; operation++) {
		struct faults faults = FAULTS(ERRNO(EFAULT));

		while (NEXT_FAULT(faults))
			END_FAULT(faults,
				  cpu_access(self->session, self->import,
					     operation, BOTH));
	}
}

/* Where edu's address lines reach. */
static struct kdmabuf_alloc low_request(void)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);

	alloc.address_bits = 28;
	return alloc;
}

TEST_F(fail_importer, copy)
{
	struct kdmabuf_importer_attach edu = {
		.device = KDMABUF_IMPORTER_EDU,
	};
	int s = self->session, fd = allocate_with(self->node, low_request());
	int attachment = attach_with(s, get_import(s, fd), edu);
	struct faults faults = FAULTS(ERRNO(EFAULT));
	int mapping;

	if (attachment == -ENODEV)
		SKIP(return, "no edu device");
	mapping = map_device(s, attachment, BOTH);
	ASSERT_LT(0, mapping);
	while (NEXT_FAULT(faults)) {
		struct kdmabuf_importer_copy copy = {
			.source = mapping,
			.destination = mapping,
			.length = 64,
		};

		END_FAULT(faults, call(s, KDMABUF_IMPORTER_IOCTL_COPY, &copy));
	}
}

/* On a buffer of its own, as what a reservation object has room for stays. */
static int new_import(FIXTURE_DATA(fail_importer) * self, int *fd)
{
	*fd = allocate(self->node, PAGE);
	return get_import(self->session, *fd);
}

TEST_F(fail_importer, fence)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	int s = self->session, fd, import = new_import(self, &fd);

	while (NEXT_FAULT(faults)) {
		int fence = END_FAULT(faults, add_fence(s, import, 0, 0, 0));

		if (fence > 0)
			ASSERT_EQ(0, signal_fence(s, fence, 0));
		/* One that stayed, unsignalled, would be waited for. */
		EXPECT_TRUE(is_ready(fd, POLLOUT));
		ASSERT_EQ(0, put_import(s, import));
		close(fd);
		ASSERT_EQ(import, new_import(self, &fd));
	}
}

/* It can be that it has signalled and ended the fence, and cannot tell. */
TEST_F(fail_importer, signal)
{
	struct faults faults = FAULTS(ERRNO(EFAULT));
	int s = self->session, fd, import = new_import(self, &fd);
	int fence = add_fence(s, import, 0, 0, 0);

	while (NEXT_FAULT(faults)) {
		if (END_FAULT(faults, signal_fence(s, fence, 0)))
			signal_fence(s, fence, 0);
		EXPECT_TRUE(is_ready(fd, POLLOUT));
		ASSERT_EQ(0, put_import(s, import));
		close(fd);
		ASSERT_EQ(import, new_import(self, &fd));
		ASSERT_EQ(fence, add_fence(s, import, 0, 0, 0));
	}
}

TEST_F(fail_importer, sync_files)
{
	struct faults export = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	struct faults import = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	int s = self->session, fences, other;

	/* Two, so that a sync file needs an array. */
	ASSERT_LT(0, add_fence(s, self->import, 0, 0, 0));
	ASSERT_LT(0, add_fence(s, self->import, 0, 0, 0));
	while (NEXT_FAULT(export)) {
		int sync = END_FAULT(export,
				     export_fences(self->fd, DMA_BUF_SYNC_RW));

		if (sync >= 0)
			close(sync);
	}

	fences = export_fences(self->fd, DMA_BUF_SYNC_RW);
	ASSERT_LE(0, fences);
	other = allocate(self->node, PAGE);
	while (NEXT_FAULT(import)) {
		struct dma_buf_import_sync_file file = {
			.flags = DMA_BUF_SYNC_RW,
			.fd = fences,
		};
		int ret = END_FAULT(import,
				    call(other, DMA_BUF_IOCTL_IMPORT_SYNC_FILE,
					 &file));
		int sync = export_fences(other, DMA_BUF_SYNC_RW);

		/* Of no fences it is one that has been signalled. */
		EXPECT_EQ(ret < 0, status_of(sync));
		close(sync);
		close(other);
		other = allocate(self->node, PAGE);
	}
}

TEST_F(fail_importer, mmap)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));
	uint64_t offset = place_of(self->import, 0);

	while (NEXT_FAULT(faults)) {
		void *bytes;

		if (!END_FAULT(faults,
			       map_into(self->session, SIZE, offset, &bytes)))
			munmap(bytes, SIZE);
	}
}

/*
 * DRM leaves a handle that it could not tell, so each try has an open file of its
 * own.
 */
TEST_F(fail_importer, import_by_vgem)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));
	int vgem = open_vgem();

	if (vgem < 0)
		SKIP(return, "no vgem");
	while (NEXT_FAULT(faults)) {
		END_FAULT(faults, import_fd(vgem, self->fd));
		close(vgem);
		vgem = open_vgem();
	}
}

TEST_HARNESS_MAIN
