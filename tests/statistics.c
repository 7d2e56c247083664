// SPDX-License-Identifier: GPL-2.0
/*
 * What sysfs tells of memory and of allocations, since the module was loaded: for
 * anybody to read.
 */
#include "account.h"
#include "pool.h"
#include "process.h"
#include "reload.h"

static const char *const files[] = {
	"memory/in_use",
	"memory/peak",
	"memory/pooled",
	"memory/reserved",
	"allocations/made",
	"allocations/failed_user_limit",
	"allocations/failed_limit",
	"allocations/failed_memory",
	"allocations/failed_descriptor",
	"allocations/failed_killed",
};

FIXTURE_UNLOADED(statistics)

/* The module as the test needs it, and the node. */
static int load_and_open(struct __test_metadata *_metadata,
			 FIXTURE_DATA(statistics) * self,
			 const char *parameters)
{
	int node;

	ASSERT_EQ(0, load_with(&self->module, parameters));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, node);
	return node;
}

TEST_F(statistics, all_are_0_when_the_module_was_loaded)
{
	size_t i;

	load_and_open(_metadata, self, "");
	for (i = 0; i < ARRAY_SIZE(files); i++)
		EXPECT_EQ(0, statistic(files[i]));
}

TEST_F(statistics, in_use_is_what_buffers_have)
{
	int node = load_and_open(_metadata, self, "");
	int fd = allocate(node, MIB(8) + 1), other, view;

	ASSERT_LE(0, fd);
	EXPECT_EQ(MIB(8) + PAGE, statistic("memory/in_use"));
	other = allocate_with(node, request(MIB(1), KDMABUF_ALLOC_SCATTERED));
	ASSERT_LE(0, other);
	view = make_view(node, fd, O_RDONLY, 0, PAGE);
	ASSERT_LE(0, view);
	EXPECT_EQ(MIB(9) + PAGE, statistic("memory/in_use"));
	close(fd);
	EXPECT_EQ(MIB(9) + PAGE, statistic("memory/in_use"));
	close(view);
	EXPECT_EQ(MIB(1), statistic("memory/in_use"));
	close(other);
	EXPECT_EQ(0, statistic("memory/in_use"));
}

TEST_F(statistics, the_peak_stays)
{
	int node = load_and_open(_metadata, self, "limit_mb=0 user_limit_mb=0");
	int fd = allocate(node, MIB(4));

	EXPECT_EQ(MIB(4), statistic("memory/peak"));
	close(fd);
	EXPECT_EQ(MIB(4), statistic("memory/peak"));
	fd = allocate(node, MIB(2));
	EXPECT_EQ(MIB(4), statistic("memory/peak"));
	close(allocate(node, MIB(3)));
	EXPECT_EQ(MIB(5), statistic("memory/peak"));
	close(fd);
	/* What could not be had was never there. */
	EXPECT_EQ(-ENOMEM, allocate(node, available(node) + MIB(32)));
	EXPECT_EQ(MIB(5), statistic("memory/peak"));
}

TEST_F(statistics, what_is_pooled_is_not_in_use)
{
	int node = load_and_open(_metadata, self, "pool_max=64");
	int fd = allocate(node, MIB(8));

	EXPECT_EQ(0, statistic("memory/pooled"));
	close(fd);
	EXPECT_EQ(0, statistic("memory/in_use"));
	EXPECT_EQ(MIB(8), statistic("memory/pooled"));
	EXPECT_EQ(0, statistic("memory/reserved"));
	fd = allocate(node, MIB(8));
	EXPECT_EQ(MIB(8), statistic("memory/in_use"));
	EXPECT_EQ(0, statistic("memory/pooled"));
	close(fd);
}

TEST_F(statistics, what_is_reserved_is_a_part_of_what_is_pooled)
{
	int node = load_and_open(_metadata, self, "reserve=8 pool_max=64");
	int fd;

	EXPECT_EQ(MIB(8), statistic("memory/pooled"));
	EXPECT_EQ(MIB(8), statistic("memory/reserved"));
	fd = allocate(node, MIB(8));
	EXPECT_EQ(0, statistic("memory/reserved"));
	close(allocate_with(node, request(MIB(4), 0)));
	EXPECT_EQ(MIB(4), statistic("memory/reserved"));
	close(fd);
	EXPECT_EQ(MIB(12), statistic("memory/pooled"));
	EXPECT_EQ(MIB(8), statistic("memory/reserved"));
}

TEST_F(statistics, allocations_are_counted_by_what_came_of_them)
{
	int node = load_and_open(_metadata, self, "user_limit_mb=4 limit_mb=2");
	int heap = open(HEAP, O_RDWR | O_CLOEXEC);
	struct dma_heap_allocation_data data = {
		.len = PAGE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	void *unwritable = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	ASSERT_LE(0, heap);
	ASSERT_NE(MAP_FAILED, unwritable);
	memcpy(unwritable, &alloc, sizeof(alloc));
	ASSERT_EQ(0, mprotect(unwritable, PAGE, PROT_READ));
	/* A different number of each. */
	EXPECT_LE(0, allocate(node, PAGE));
	EXPECT_EQ(0, call(heap, DMA_HEAP_IOCTL_ALLOC, &data));
	EXPECT_LT(0, allocate_without_fd(node, PAGE, 0));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(-EDQUOT, allocate(node, MIB(5)));
	EXPECT_EQ(-EDQUOT, allocate_without_fd(node, MIB(5), 0));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ENOSPC, allocate(node, MIB(3)));
	for (i = 0; i < 5; i++)
		EXPECT_EQ(-ENOMEM, allocate(node, 1ull << 50));
	ASSERT_EQ(0, limit_fds(lowest_free_fd()));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(-EMFILE, allocate(node, PAGE));
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	/* What the caller is not told of is not made. */
	EXPECT_EQ(-EFAULT, call(node, KDMABUF_IOCTL_ALLOC, unwritable));
	/* Which was not one that could be met. */
	EXPECT_EQ(-ERANGE, allocate(node, 0));

	EXPECT_EQ(3, statistic("allocations/made"));
	EXPECT_EQ(7, statistic("allocations/failed_user_limit"));
	EXPECT_EQ(4, statistic("allocations/failed_limit"));
	EXPECT_EQ(5, statistic("allocations/failed_memory"));
	EXPECT_EQ(6, statistic("allocations/failed_descriptor"));
	EXPECT_EQ(0, statistic("allocations/failed_killed"));
}

TEST_F(statistics, anybody_reads_them_and_nobody_writes)
{
	char path[128];
	size_t i;

	load_and_open(_metadata, self, "");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), STATISTICS "%s", files[i]);
		EXPECT_EQ(-1, open(path, O_WRONLY | O_CLOEXEC));
		EXPECT_EQ(EACCES, errno);
	}
	ASSERT_TRUE(become(NOBODY));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		EXPECT_EQ(0, statistic(files[i]));
}

TEST_F(statistics, go_with_the_module)
{
	close(load_and_open(_metadata, self, ""));
	ASSERT_TRUE(unloads("kdmabuf"));
	EXPECT_EQ(-1, statistic("memory/in_use"));
}

TEST_HARNESS_MAIN
