// SPDX-License-Identifier: GPL-2.0
/*
 * The module cannot be unloaded while anything of a buffer lives, and can be when it
 * does not. Each test leaves the module loaded as it was.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "bytes.h"
#include "modules.h"
#include "node.h"
#include "process.h"
#include "vgem.h"

#define SIZE (16 * PAGE)

FIXTURE(module)
{
	struct module module;
	int live;
	int fd;
	char *bytes;
};

FIXTURE_SETUP(module)
{
	int node = open_node(_metadata, &self->live);

	if (node < 0)
		return;
	if (self->live)
		SKIP(return, "somebody has buffers");
	ASSERT_TRUE(find_module("kdmabuf", &self->module));
	self->fd = allocate(node, SIZE);
	ASSERT_LE(0, self->fd);
	close(node);
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, SIZE);
}

FIXTURE_TEARDOWN_PARENT(module)
{
	EXPECT_TRUE(is_loaded(&self->module));
	expect_live(_metadata, 0);
}

TEST_F(module, it_is_busy_while_a_fd_lives)
{
	munmap(self->bytes, SIZE);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	close(self->fd);
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, it_is_busy_while_a_mapping_lives)
{
	close(self->fd);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	munmap(self->bytes, SIZE - PAGE);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	EXPECT_EQ(PAGE,
		  matching(self->bytes + SIZE - PAGE, 1, SIZE - PAGE, PAGE));
	munmap(self->bytes + SIZE - PAGE, PAGE);
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, it_is_busy_while_a_view_lives)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC);
	int view = make_view(node, self->fd, O_RDONLY, PAGE, PAGE);

	ASSERT_LE(0, view);
	close(node);
	close(self->fd);
	munmap(self->bytes, SIZE);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	close(view);
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, it_is_busy_while_a_device_is_attached)
{
	int vgem = open_vgem(), handle;

	if (vgem < 0)
		SKIP(return, "no vgem");
	handle = import_fd(vgem, self->fd);
	ASSERT_LT(0, handle);
	munmap(self->bytes, SIZE);
	close(self->fd);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	ASSERT_EQ(0, close_handle(vgem, handle));
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, it_is_busy_while_a_message_is_in_flight)
{
	int ends[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	ASSERT_EQ(0, send_fd(ends[0], self->fd));
	munmap(self->bytes, SIZE);
	close(self->fd);
	EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
	close(ends[0]);
	close(ends[1]);
	EXPECT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, it_is_busy_while_a_node_is_open)
{
	static const char *const paths[] = { NODE, HEAP };
	size_t i;

	munmap(self->bytes, SIZE);
	close(self->fd);
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		int node = open(paths[i], O_RDWR | O_CLOEXEC);

		ASSERT_LE(0, node);
		EXPECT_EQ(-EWOULDBLOCK, unload("kdmabuf"));
		close(node);
	}
	EXPECT_TRUE(unloads("kdmabuf"));
}

/* So many that whatever zeroed them in the background has time to begin. */
#define PINNED 1000

/* The first page of each of so many buffers is in a pipe when the module goes. */
static void unload_with_pins(struct __test_metadata *_metadata)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC), ends[2], i;
	char *copy = malloc(PAGE);

	ASSERT_NE(NULL, copy);
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	ASSERT_LE(PINNED * PAGE, fcntl(ends[1], F_SETPIPE_SZ, 1024 * PAGE));
	for (i = 0; i < PINNED; i++) {
		int fd = allocate(node, SIZE);
		char *bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
		struct iovec part = { bytes, PAGE };

		ASSERT_NE(MAP_FAILED, bytes);
		fill(bytes, 1, i * PAGE, PAGE);
		ASSERT_EQ(PAGE, vmsplice(ends[1], &part, 1, 0));
		munmap(bytes, SIZE);
		close(fd);
	}
	close(node);
	ASSERT_TRUE(unloads("kdmabuf"));
	for (i = 0; i < PINNED; i++) {
		ASSERT_EQ(PAGE, read(ends[0], copy, PAGE));
		ASSERT_EQ(PAGE, matching(copy, 1, i * PAGE, PAGE));
	}
	close(ends[0]);
	close(ends[1]);
	free(copy);
}

TEST_F(module, pinned_pages_do_not_hold_it_and_keep_their_bytes)
{
	int round;

	munmap(self->bytes, SIZE);
	close(self->fd);
	for (round = 0; round < 3; round++) {
		ASSERT_TRUE(is_loaded(&self->module));
		unload_with_pins(_metadata);
	}
}

TEST_F(module, nothing_of_it_is_left_and_it_can_be_loaded_again)
{
	int i;

	munmap(self->bytes, SIZE);
	close(self->fd);
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(unloads("kdmabuf"));
		EXPECT_EQ(-1, access(NODE, F_OK));
		EXPECT_EQ(-1, access(HEAP, F_OK));
		EXPECT_EQ(-1, access("/sys/kernel/debug/kdmabuf", F_OK));
		ASSERT_EQ(0, load(&self->module));
		EXPECT_EQ(0, access(NODE, F_OK));
		EXPECT_EQ(0, access(HEAP, F_OK));
	}
	ASSERT_TRUE(unloads("kdmabuf"));
}

TEST_F(module, an_alias_that_is_taken_or_no_name_is_refused)
{
	static const struct {
		const char *parameters;
		int error;
	} wrong[] = {
		{ "heap_alias=contiguous", EBUSY },
		{ "heap_alias=spare:spare", EBUSY },
		{ "heap_alias=../kdmabuf", EINVAL },
		{ "heap_alias=a/b", EINVAL },
		{ "heap_alias=spare:", EINVAL },
		{ "heap_alias=.hidden", EINVAL },
		{ "heap_alias=a:b:c:d:e:f:g:h:i", E2BIG },
	};
	size_t i;

	munmap(self->bytes, SIZE);
	close(self->fd);
	ASSERT_TRUE(unloads("kdmabuf"));
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(-wrong[i].error,
			  load_with(&self->module, wrong[i].parameters))
		{
			TH_LOG("%s", wrong[i].parameters);
		}
		EXPECT_EQ(-1, access(NODE, F_OK));
		EXPECT_EQ(-1, access(HEAP, F_OK));
		EXPECT_EQ(-1, access("/dev/dma_heap/spare", F_OK));
		EXPECT_EQ(-1, access("/sys/kernel/debug/kdmabuf", F_OK));
	}
}

TEST_F(module, an_alias_of_a_heap_of_the_kernel_is_refused)
{
	static const char system_heap[] = "/dev/dma_heap/system";
	struct stat before, after;

	if (stat(system_heap, &before))
		SKIP(return, "no %s in this kernel", system_heap);
	munmap(self->bytes, SIZE);
	close(self->fd);
	ASSERT_TRUE(unloads("kdmabuf"));
	EXPECT_EQ(-EBUSY, load_with(&self->module, "heap_alias=system"));
	ASSERT_EQ(0, stat(system_heap, &after));
	EXPECT_EQ(before.st_rdev, after.st_rdev);
}

TEST_F(module, aliases_are_heaps)
{
	static const char *const paths[] = {
		"/dev/dma_heap/linux,cma",
		"/dev/dma_heap/reserved",
	};
	size_t i;

	munmap(self->bytes, SIZE);
	close(self->fd);
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (!access(paths[i], F_OK))
			SKIP(return, "the kernel has %s", paths[i]);
	ASSERT_TRUE(unloads("kdmabuf"));
	ASSERT_EQ(0, load_with(&self->module, "heap_alias=linux,cma:reserved"));
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		struct dma_heap_allocation_data data = {
			.len = PAGE,
			.fd_flags = O_RDWR | O_CLOEXEC,
		};
		struct kdmabuf_query answer;
		int node = open(NODE, O_RDWR | O_CLOEXEC);
		int heap = open(paths[i], O_RDWR | O_CLOEXEC);

		ASSERT_LE(0, heap);
		EXPECT_EQ(0, call(heap, DMA_HEAP_IOCTL_ALLOC, &data));
		EXPECT_EQ(0, query(node, data.fd, &answer));
		close(data.fd);
		close(heap);
		close(node);
	}
	ASSERT_TRUE(unloads("kdmabuf"));
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		EXPECT_EQ(-1, access(paths[i], F_OK));
}

TEST_HARNESS_MAIN
