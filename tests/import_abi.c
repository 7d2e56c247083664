// SPDX-License-Identifier: GPL-2.0
/*
 * The importer's ABI: arguments that it refuses, structs of other versions, and that
 * a call which cannot tell what it made has made nothing.
 */
#include "fences.h"
#include "importer.h"

#define SIZE (16 * PAGE)

FIXTURE_ON_IMPORT(import_abi, SIZE)

TEST_F(import_abi, limits_that_no_device_has_are_refused)
{
	static const struct {
		struct kdmabuf_importer_attach attach;
		int error;
	} wrong[] = {
		{ { .flags = 2 }, EINVAL },
		{ { .device = 2 }, EINVAL },
		{ { .attachment = 1 }, EINVAL },
		{ { .name = "x" }, EINVAL },
		{ { .address_bits = 65 }, EADDRNOTAVAIL },
		{ { .address_bits = 12 }, EADDRNOTAVAIL },
		{ { .segment_boundary = 3 * PAGE }, EDOM },
		{ { .segment_boundary = PAGE / 2 }, EDOM },
		{ { .max_segment_size = PAGE - 1 }, ERANGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(-wrong[i].error,
			  attach_with(self->session, self->import,
				      wrong[i].attach))
	TH_LOG("case %zu", i);
}

TEST_F(import_abi, what_is_unknown_or_not_zero_is_einval)
{
	struct kdmabuf_importer_get get = { .fd = self->fd, .size = 1 };
	struct kdmabuf_importer_put put = { self->import, 1 };
	struct kdmabuf_importer_vmap vmap = { self->import, 1 };
	struct kdmabuf_importer_vunmap vunmap = { self->import, 1 };
	struct kdmabuf_importer_message message = {
		.import = self->import,
		.text = "x",
	};
	struct kdmabuf_importer_copy copy = { .transfers = 1 };
	struct kdmabuf_importer_access access = {
		.target = self->import,
		.operation = KDMABUF_IMPORTER_CRC32,
		.seed = 1,
	};
	int s = self->session;

	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_GET, &get));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_PUT, &put));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_VMAP, &vmap));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_VUNMAP, &vunmap));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_COPY, &copy));
	EXPECT_EQ(-EINVAL, call(s, KDMABUF_IMPORTER_IOCTL_ACCESS, &access));
	EXPECT_EQ(-EINVAL, map_device(s, attach(s, self->import), 3));
	EXPECT_EQ(-EINVAL, cpu_access(s, self->import, 2, BOTH));
	EXPECT_EQ(-EINVAL, cpu_access(s, self->import, 0, 3));
	EXPECT_EQ(-EINVAL, add_fence(s, self->import, 8, 0, 0));
	EXPECT_EQ(-EINVAL, add_fence(s, self->import, 6, 0, 0));
	EXPECT_EQ(-EINVAL, add_fence(s, self->import, 0, 1, 0));
	EXPECT_EQ(-EINVAL, add_fence(s, self->import, 0, 0, -EIO));
	EXPECT_EQ(-ERANGE, add_fence(s, self->import, 2, 0, EIO));
	EXPECT_EQ(-ERANGE, add_fence(s, self->import, 2, 0, -4096));
}

TEST_F(import_abi, structs_of_other_sizes_are_taken_as_documented)
{
	struct {
		struct kdmabuf_importer_get get;
		uint64_t more;
	} longer = { .get.fd = self->fd };
	unsigned long grown = _IOC(_IOC_READ | _IOC_WRITE,
				   KDMABUF_IMPORTER_IOC_MAGIC, 0,
				   sizeof(longer));
	unsigned long shorter = _IOC(_IOC_READ | _IOC_WRITE,
				     KDMABUF_IMPORTER_IOC_MAGIC, 0,
				     sizeof(longer.get) - 8);

	EXPECT_EQ(0, call(self->session, grown, &longer));
	longer = (typeof(longer)){ .get.fd = self->fd, .more = 1 };
	EXPECT_EQ(-E2BIG, call(self->session, grown, &longer));
	longer = (typeof(longer)){ .get.fd = self->fd };
	EXPECT_EQ(-EINVAL, call(self->session, shorter, &longer));
	EXPECT_EQ(-EFAULT,
		  call(self->session, KDMABUF_IMPORTER_IOCTL_GET, NULL));
	EXPECT_EQ(-ENOTTY, call(self->session,
				_IO(KDMABUF_IMPORTER_IOC_MAGIC, 15), NULL));
	EXPECT_EQ(-ENOTTY, call(self->session,
				_IO(KDMABUF_IMPORTER_IOC_MAGIC, 255), NULL));
	EXPECT_EQ(-ENOTTY, call(self->session, _IO('x', 0), NULL));
}

/* The call with an argument in a page that is read-only. */
static int call_readonly(int session, unsigned long command,
			 const void *argument)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	memcpy(page, argument, _IOC_SIZE(command));
	mprotect(page, PAGE, PROT_READ);
	ret = call(session, command, page);
	munmap(page, PAGE);
	return ret;
}

TEST_F(import_abi, a_call_that_cannot_write_back_has_made_nothing)
{
	int s = self->session;
	struct kdmabuf_importer_get get = { .fd = self->fd };
	struct kdmabuf_importer_attach attach = { .import = self->import };
	struct kdmabuf_importer_map map = { .direction = BOTH };
	struct kdmabuf_importer_fence fence = { .import = self->import };
	struct kdmabuf_importer_vmap vmap = { .import = self->import };
	int i;

	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_GET, &get));
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_ATTACH,
					&attach));
	}
	map.attachment = attach_with(s, self->import, attach);
	ASSERT_LT(0, (int)map.attachment);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_MAP, &map));
	EXPECT_EQ(0, detach(s, self->import, map.attachment));
	EXPECT_EQ(-EFAULT,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_FENCE, &fence));
	/* The fence that was not told is signalled: nobody waits for it. */
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(-EFAULT,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_VMAP, &vmap));
	EXPECT_EQ(-ENXIO, unmap_kernel(s, self->import));
	EXPECT_EQ(0, put_import(s, self->import));
	close(self->fd);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(import_abi, a_call_that_has_nothing_to_tell_does_not_write_back)
{
	int s = self->session;
	struct kdmabuf_importer_put put = { .import = self->import };
	struct kdmabuf_importer_vunmap vunmap = { .import = self->import };
	struct kdmabuf_importer_cpu_access access = { .import = self->import };
	struct kdmabuf_importer_detach detach = {
		.import = self->import,
		.attachment = attach(s, self->import),
	};
	struct kdmabuf_importer_unmap unmap = {
		.attachment = detach.attachment,
		.mapping = map_device(s, detach.attachment, BOTH),
	};

	ASSERT_EQ(0, map_kernel(s, self->import));
	EXPECT_EQ(0,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, &access));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_VUNMAP, &vunmap));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_UNMAP, &unmap));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_DETACH, &detach));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_PUT, &put));
	EXPECT_EQ(-ENOENT, put_import(s, self->import));
}

TEST_HARNESS_MAIN
