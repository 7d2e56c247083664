// SPDX-License-Identifier: GPL-2.0
/*
 * A call that fails has changed nothing: no descriptor, no reserved number of one,
 * no memory, no reference to the module. And what was given and taken back again
 * leaves nothing either.
 */
#include <sys/sysinfo.h>

#include "account.h"
#include "counts.h"
#include "memory.h"
#include "node.h"
#include "process.h"

FIXTURE(failure)
{
	int node;
	int live;
	int fds;
	int lowest;
	struct limits limits;
	void *page; /* where a struct can be read, and not written back */
};

FIXTURE_SETUP(failure)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	self->fds = open_fds();
	self->lowest = lowest_free_fd();
	lift_limits(_metadata, &self->limits);
}

FIXTURE_TEARDOWN_PARENT(failure)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

#define EXPECT_NOTHING_LEFT(buffers)                                   \
	do {                                                           \
		EXPECT_EQ(self->fds, open_fds());                      \
		EXPECT_EQ(self->lowest, lowest_free_fd());             \
		EXPECT_TRUE(live_buffers_become(self->node, buffers)); \
	} while (0)

/* The call with an argument in a page that is read-only. */
static int call_readonly(int node, void *page, unsigned long command,
			 const void *argument)
{
	int ret;

	if (mprotect(page, PAGE, PROT_READ | PROT_WRITE))
		return -errno;
	memcpy(page, argument, _IOC_SIZE(command));
	if (mprotect(page, PAGE, PROT_READ))
		return -errno;
	ret = call(node, command, page);
	if (memcmp(page, argument, _IOC_SIZE(command)))
		return -ENOTRECOVERABLE;
	return ret;
}

TEST_F(failure, alloc_that_cannot_write_back_leaves_nothing)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	int i;

	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
						 KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_NOTHING_LEFT(self->live);

	/* Resources come before write-back. */
	alloc.size = 1ull << 50;
	EXPECT_EQ(-ENOMEM, call_readonly(self->node, self->page,
					 KDMABUF_IOCTL_ALLOC, &alloc));
}

TEST_F(failure, heap_alloc_that_cannot_write_back_leaves_nothing)
{
	struct dma_heap_allocation_data data = {
		.len = PAGE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int i;

	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
						 DMA_HEAP_IOCTL_ALLOC, &data));
	EXPECT_NOTHING_LEFT(self->live);
}

TEST_F(failure, view_that_cannot_write_back_leaves_nothing)
{
	struct kdmabuf_next next;
	struct kdmabuf_query answer;
	struct kdmabuf_view view = {
		.fd = allocate(self->node, PAGE),
		.fd_flags = O_RDWR | O_CLOEXEC,
		.length = PAGE,
	};
	int i;

	ASSERT_LE(0, view.fd);
	self->fds++;
	self->lowest = lowest_free_fd();
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
						 KDMABUF_IOCTL_VIEW, &view));
	EXPECT_NOTHING_LEFT(self->live + 1);

	ASSERT_EQ(0, query(self->node, view.fd, &answer));
	ASSERT_EQ(0, find_buffer(self->node, answer.id, &next));
	EXPECT_EQ(1, next.views);
}

TEST_F(failure, query_and_next_that_cannot_write_back_are_efault)
{
	struct kdmabuf_query query = { .fd = allocate(self->node, PAGE) };
	struct kdmabuf_next next = { 0 };

	ASSERT_LE(0, query.fd);
	EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
					 KDMABUF_IOCTL_QUERY, &query));
	EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
					 KDMABUF_IOCTL_NEXT, &next));
}

TEST_F(failure, without_a_free_descriptor_nothing_is_left)
{
	struct kdmabuf_view view = {
		.fd = allocate(self->node, PAGE),
		.fd_flags = O_RDWR,
		.length = PAGE,
	};
	int i;

	ASSERT_LE(0, view.fd);
	self->fds++;
	self->lowest = lowest_free_fd();
	ASSERT_EQ(0, limit_fds(self->lowest));
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-EMFILE, allocate(self->node, PAGE));
		EXPECT_EQ(-EMFILE, allocate(self->node, MIB(8)));
		EXPECT_EQ(-EMFILE, call(self->node, KDMABUF_IOCTL_VIEW, &view));
	}
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	EXPECT_NOTHING_LEFT(self->live + 1);
}

TEST_F(failure, without_memory_nothing_is_left)
{
	int i;

	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-ENOMEM, allocate(self->node, 1ull << 50));
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node,
					request(1ull << 50,
						KDMABUF_ALLOC_SCATTERED)));
	}
	EXPECT_NOTHING_LEFT(self->live);
}

TEST_F(failure, the_module_is_referenced_as_often_as_before)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	int before = module_references("kdmabuf"), fd, view, i;

	ASSERT_LE(0, before);
	for (i = 0; i < 10; i++) {
		fd = allocate(self->node, PAGE);
		ASSERT_LE(0, fd);
		view = make_view(self->node, fd, O_RDONLY, 0, PAGE);
		ASSERT_LE(0, view);
		EXPECT_EQ(before + 2, module_references("kdmabuf"));
		close(fd);
		close(view);
		EXPECT_EQ(-EFAULT, call_readonly(self->node, self->page,
						 KDMABUF_IOCTL_ALLOC, &alloc));
	}
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
	EXPECT_EQ(before, module_references("kdmabuf"));
}

/*
 * Allocating and freeing @size bytes @times costs the machine less than @limit, where
 * none of it comes from the pool.
 */
static bool costs_less(int node, uint64_t size, uint32_t flags, int times,
		       uint64_t limit)
{
	uint64_t before = known_memory(node);
	int live = live_buffers(node);
	unsigned int max = pool_max();
	bool allocated = true;

	set_pool_max(0);
	while (allocated && times--) {
		int fd = allocate_with(node, request(size, flags));

		allocated = fd >= 0;
		close(fd);
	}
	set_pool_max(max);
	return allocated && live_buffers_become(node, live) &&
	       before < known_memory(node) + limit;
}

TEST_F(failure, when_all_memory_is_taken_nobody_is_killed)
{
	static const uint64_t sizes[] = { MIB(64), MIB(8), PAGE };
	struct sysinfo info;
	pid_t child;
	size_t i;

	ASSERT_EQ(0, sysinfo(&info));
	if ((uint64_t)info.totalram * info.mem_unit > MIB(4096))
		SKIP(return, "a machine of more than 4 GiB");
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int fd;

		do
			fd = allocate(self->node, sizes[i]);
		while (fd >= 0);
		EXPECT_TRUE(fd == -ENOMEM || fd == -EMFILE);
	}
	/* The kernel has some left for those who need a little. */
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		char *bytes = malloc(MIB(1));

		memset(bytes, 1, MIB(1));
		_exit(bytes[MIB(1) - 1] != 1);
	}
	EXPECT_TRUE(ended_well(child));
}

TEST_F(failure, the_rest_of_a_block_goes_back)
{
	/* Of 64 pages 31 are too many, of 1024 511: 120 and 400 MB if lost. */
	EXPECT_TRUE(costs_less(self->node, 33 * PAGE, 0, 1000, MIB(60)));
	EXPECT_TRUE(costs_less(self->node, MIB(2) + PAGE, 0, 200, MIB(60)));
}

TEST_F(failure, the_rest_of_a_run_goes_back)
{
	EXPECT_TRUE(costs_less(self->node, MIB(4) + PAGE, 0, 100, MIB(60)));
}

TEST_F(failure, all_scattered_pieces_go_back)
{
	EXPECT_TRUE(costs_less(self->node, MIB(1) + PAGE,
			       KDMABUF_ALLOC_SCATTERED, 200, MIB(60)));
}

TEST_HARNESS_MAIN
