// SPDX-License-Identifier: GPL-2.0
/*
 * Nobody gets more access than a fd gives: not by mmap, mprotect, a view of it, a
 * second way to open it, or a device.
 */
#include "bytes.h"
#include "node.h"
#include "process.h"
#include "vgem.h"

#define SIZE (4 * PAGE)

FIXTURE(access)
{
	int node;
	int live;
	int fd; /* as the variant says */
};

FIXTURE_VARIANT(access)
{
	int mode; /* of the buffer's fd */
	bool view; /* a read-only view of it, not itself */
	bool view_of_view;
};

FIXTURE_VARIANT_ADD(access, readonly_fd){
	.mode = O_RDONLY,
};

FIXTURE_VARIANT_ADD(access, readonly_view){
	.mode = O_RDWR,
	.view = true,
};

FIXTURE_VARIANT_ADD(access, readonly_view_of_readonly_fd){
	.mode = O_RDONLY,
	.view = true,
};

FIXTURE_VARIANT_ADD(access, readonly_view_of_readonly_view){
	.mode = O_RDWR,
	.view = true,
	.view_of_view = true,
};

FIXTURE_SETUP(access)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	alloc.fd_flags = variant->mode | O_CLOEXEC;
	self->fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, self->fd);
	if (variant->view)
		self->fd = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	ASSERT_LE(0, self->fd);
	if (variant->view_of_view)
		self->fd = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN_PARENT(access)
{
	expect_live(_metadata, self->live);
}

TEST_F(access, mmap_to_write_is_eacces)
{
	EXPECT_EQ(-EACCES, try_map(self->fd, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, 0));
	EXPECT_EQ(-EACCES, try_map(self->fd, SIZE, PROT_WRITE, MAP_SHARED, 0));
	EXPECT_EQ(-EACCES, try_map(self->fd, PAGE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, SIZE - PAGE));
	EXPECT_EQ(-EINVAL, try_map(self->fd, SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE, 0));
}

TEST_F(access, mprotect_to_write_is_eacces)
{
	char *bytes = map(self->fd, SIZE, PROT_READ);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, zeroes(bytes, SIZE));
	EXPECT_EQ(-1, mprotect(bytes, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(bytes + PAGE, PAGE, PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(access, populating_it_to_write_is_refused)
{
	char *bytes = map(self->fd, SIZE, PROT_READ);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(-1, madvise(bytes, SIZE, MADV_POPULATE_WRITE));
}

/* Debuggers may write to read-only memory, but not to what is shared. */
TEST_F(access, proc_mem_does_not_write_through_it)
{
	char *bytes = map(self->fd, SIZE, PROT_READ);
	int mem = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	ASSERT_NE(MAP_FAILED, bytes);
	ASSERT_LE(0, mem);
	EXPECT_EQ(-1, pwrite(mem, "x", 1, (uintptr_t)bytes));
	EXPECT_EQ(SIZE, zeroes(bytes, SIZE));
}

TEST_F(access, no_view_of_it_can_be_written)
{
	int view;

	EXPECT_EQ(-EACCES, make_view(self->node, self->fd, O_RDWR, 0, SIZE));
	EXPECT_EQ(-EACCES, make_view(self->node, self->fd, O_RDWR, PAGE, PAGE));
	view = make_view(self->node, self->fd, O_RDONLY, 0, SIZE);
	ASSERT_LE(0, view);
	EXPECT_EQ(-EACCES, make_view(self->node, view, O_RDWR, 0, SIZE));
	EXPECT_EQ(-EACCES,
		  try_map(view, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0));
}

TEST_F(access, no_other_way_to_open_it_is_there)
{
	char path[32];
	int flags;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
	EXPECT_EQ(-1, open(path, O_RDONLY | O_CLOEXEC));
	flags = fcntl(self->fd, F_GETFL);
	ASSERT_EQ(O_RDONLY, flags & O_ACCMODE);
	fcntl(self->fd, F_SETFL, (flags & ~O_ACCMODE) | O_RDWR);
	EXPECT_EQ(-EACCES, try_map(self->fd, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, 0));
}

TEST_F(access, a_device_that_may_write_gets_what_the_variant_allows)
{
	int vgem = open_vgem(), handle, again;

	if (vgem < 0)
		SKIP(return, "no vgem");
	handle = import_fd(vgem, self->fd);
	if (variant->view) {
		/* On 7.x it takes more than an import to have it mapped. */
		if (handle > 0 && ksft_min_kernel_version(7, 0))
			SKIP(return, "importing into vgem maps nothing here");
		EXPECT_EQ(-EACCES, handle);
		return;
	}
	/* The access mode of the fd is the CPU's. */
	ASSERT_LT(0, handle);
	again = export_handle(vgem, handle);
	ASSERT_LE(0, again);
	EXPECT_EQ(-EACCES,
		  try_map(again, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0));
}

FIXTURE_ON_NODE(mode)

TEST_F(mode, writeonly_gives_no_mapping_and_no_view)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);
	int fd;

	alloc.fd_flags = O_WRONLY | O_CLOEXEC;
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, try_map(fd, SIZE, PROT_WRITE, MAP_SHARED, 0));
	EXPECT_EQ(-EACCES, try_map(fd, SIZE, PROT_READ, MAP_SHARED, 0));
	EXPECT_EQ(-EACCES, make_view(self->node, fd, O_RDWR, 0, SIZE));
	EXPECT_EQ(-EACCES, make_view(self->node, fd, O_RDONLY, 0, SIZE));
}

TEST_F(mode, a_mapping_through_a_device_cannot_be_written)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);
	struct drm_mode_map_dumb dumb = { 0 };
	int vgem = open_vgem(), fd, ret;
	char *bytes;

	if (vgem < 0)
		SKIP(return, "no vgem");
	alloc.fd_flags = O_RDONLY | O_CLOEXEC;
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	dumb.handle = import_fd(vgem, fd);
	ret = call(vgem, DRM_IOCTL_MODE_MAP_DUMB, &dumb);
	if (ret)
		SKIP(return, "vgem maps no import: %s", strerror(-ret));
	EXPECT_EQ(-EACCES, try_map(vgem, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, dumb.offset));
	bytes = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, vgem, dumb.offset);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(-1, mprotect(bytes, SIZE, PROT_READ | PROT_WRITE));
}

TEST_F(mode, what_is_written_to_the_buffer_is_seen_in_a_readonly_view)
{
	int fd = allocate(self->node, SIZE), view;
	char *bytes, *seen;

	ASSERT_LE(0, fd);
	view = make_view(self->node, fd, O_RDONLY, PAGE, 2 * PAGE);
	ASSERT_LE(0, view);
	EXPECT_EQ(O_RDONLY, fcntl(view, F_GETFL) & O_ACCMODE);
	bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
	seen = map(view, 2 * PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	ASSERT_NE(MAP_FAILED, seen);
	fill(bytes, 1, 0, SIZE);
	EXPECT_EQ(2 * PAGE, matching(seen, 1, PAGE, 2 * PAGE));
}

TEST_HARNESS_MAIN
