// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays: a user's buffers have no more than user_limit_mb, those of all users
 * together no more than limit_mb, in whole pages; what was charged is given back to
 * whoever paid it, once, when the buffer goes.
 */
#include <sched.h>
#include <stdlib.h>

#include "account.h"
#include "reload.h"
#include "process.h"

/* Users who have nothing, and are nobody here. */
#define SOMEBODY 100000
#define SOMEBODY_ELSE 100001
#define CONTAINER_ROOT 100002

FIXTURE(limits)
{
	int node;
	int live;
	struct limits limits;
	int ends[2]; /* what a child says to its parent, and the reverse */
};

FIXTURE_SETUP(limits)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	lift_limits(_metadata, &self->limits);
	if (self->live)
		SKIP(return, "somebody has buffers");
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				self->ends));
}

FIXTURE_TEARDOWN_PARENT(limits)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

/* As allocate(), for the user; the fd is ours. */
static int allocate_as(int node, uid_t uid, uint64_t size)
{
	int fd;

	if (seteuid(uid))
		return -errno;
	fd = allocate(node, size);
	if (seteuid(0))
		return -errno;
	return fd;
}

/* The errno of an allocation, negative, or 0; it leaves no buffer. */
static int try_as(int node, uid_t uid, uint64_t size)
{
	int fd = allocate_as(node, uid, size);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

TEST_F(limits, a_user_has_so_much_and_not_a_page_more)
{
	int fd;

	set_limits(_metadata, 8, 0);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, MIB(8) + 1));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8)));
	fd = allocate_as(self->node, SOMEBODY, MIB(8) - PAGE);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, PAGE + 1));
	EXPECT_LE(0, allocate_as(self->node, SOMEBODY, PAGE));
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
	close(fd);
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8) - PAGE));
}

TEST_F(limits, all_users_have_so_much_and_not_a_page_more)
{
	int fd;

	set_limits(_metadata, 0, 8);
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, MIB(8) + 1));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8)));
	fd = allocate_as(self->node, SOMEBODY, MIB(6));
	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY_ELSE, MIB(2) + 1));
	EXPECT_LE(0, allocate_as(self->node, SOMEBODY_ELSE, MIB(2)));
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(-ENOSPC, try_as(self->node, 0, 1));
	close(fd);
	EXPECT_EQ(0, try_as(self->node, 0, MIB(6)));
}

TEST_F(limits, root_is_a_user_like_others)
{
	set_limits(_metadata, 8, 0);
	EXPECT_LE(0, allocate(self->node, MIB(8)));
	EXPECT_EQ(-EDQUOT, allocate(self->node, 1));
}

TEST_F(limits, what_one_user_has_is_no_other_users)
{
	set_limits(_metadata, 8, 0);
	EXPECT_LE(0, allocate_as(self->node, SOMEBODY, MIB(8)));
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY_ELSE, MIB(8)));
	EXPECT_EQ(0, try_as(self->node, 0, MIB(8)));
}

TEST_F(limits, the_users_own_limit_is_told_first)
{
	set_limits(_metadata, 4, 4);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, MIB(5)));
	set_limits(_metadata, 4, 2);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, MIB(5)));
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, MIB(3)));
}

TEST_F(limits, of_0_are_none)
{
	set_limits(_metadata, 1, 0);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, MIB(2)));
	set_limits(_metadata, 0, 1);
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, MIB(2)));
	set_limits(_metadata, 0, 0);
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(2)));
}

TEST_F(limits, more_than_the_machine_has_is_no_matter_of_limits)
{
	set_limits(_metadata, 1, 1);
	EXPECT_EQ(-ENOMEM, allocate(self->node, MIB(machine_mib()) + MIB(1)));
	EXPECT_EQ(-ENOMEM, allocate(self->node, 1ull << 63));
	EXPECT_EQ(-ENOMEM, allocate(self->node, -PAGE));
}

TEST_F(limits, a_byte_costs_a_page)
{
	int i;

	set_limits(_metadata, 1, 0);
	for (i = 0; i < 256; i++)
		ASSERT_LE(0, allocate_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
}

TEST_F(limits, scattered_memory_costs_the_same)
{
	struct kdmabuf_alloc alloc = request(MIB(8), KDMABUF_ALLOC_SCATTERED);
	int fd;

	set_limits(_metadata, 8, 0);
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EDQUOT, allocate(self->node, 1));
	close(fd);
	set_limits(_metadata, 0, 7);
	EXPECT_EQ(-ENOSPC, allocate_with(self->node, alloc));
}

TEST_F(limits, a_buffer_without_a_fd_costs_the_same)
{
	int other = open(NODE, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, other);
	set_limits(_metadata, 8, 0);
	EXPECT_LT(0, allocate_without_fd(other, MIB(8), 0));
	EXPECT_EQ(-EDQUOT, allocate_without_fd(self->node, 1, 0));
	close(other);
	EXPECT_LT(0, allocate_without_fd(self->node, MIB(8), 0));
	set_limits(_metadata, 0, 8);
	EXPECT_EQ(-ENOSPC, allocate_without_fd(self->node, 1, 0));
}

TEST_F(limits, a_heap_has_them_too)
{
	struct dma_heap_allocation_data data = {
		.len = MIB(2),
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open(HEAP, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, heap);
	set_limits(_metadata, 1, 0);
	EXPECT_EQ(-EDQUOT, call(heap, DMA_HEAP_IOCTL_ALLOC, &data));
	set_limits(_metadata, 0, 1);
	EXPECT_EQ(-ENOSPC, call(heap, DMA_HEAP_IOCTL_ALLOC, &data));
}

TEST_F(limits, a_view_and_a_mapping_cost_nothing_and_keep_the_charge)
{
	char *bytes;
	int fd, view;

	set_limits(_metadata, 8, 8);
	fd = allocate_as(self->node, SOMEBODY, MIB(8));
	view = make_view(self->node, fd, O_RDWR, PAGE, PAGE);
	ASSERT_LE(0, view);
	bytes = map(view, PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	close(fd);
	close(view);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY_ELSE, 1));
	munmap(bytes, PAGE);
	ASSERT_TRUE(live_buffers_become(self->node, 0));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8)));
}

/* The child's part of the next test. */
static void hand_over(int node, int end)
{
	int fd;

	if (!become(SOMEBODY))
		_exit(1);
	fd = allocate(node, MIB(8));
	_exit(fd < 0 || send_fd(end, fd));
}

TEST_F(limits, who_allocated_it_pays_until_whoever_has_it_last_lets_go)
{
	pid_t child;
	int fd;

	set_limits(_metadata, 8, 0);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		hand_over(self->node, self->ends[1]);
	ASSERT_TRUE(ended_well(child));
	fd = receive_fd(self->ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(0, try_as(self->node, 0, MIB(8)));
	close(fd);
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8)));
}

TEST_F(limits, a_call_that_fails_costs_nothing)
{
	struct kdmabuf_alloc alloc = request(MIB(32), 0);
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	/* For the global limit; for memory, of which 16 MiB are below 2^24. */
	set_limits(_metadata, 32, 16);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ENOSPC, try_as(self->node, 0, MIB(32)));
	set_limits(_metadata, 32, 32);
	alloc.address_bits = 24;
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ENOMEM, allocate_with(self->node, alloc));

	/* For want of a place to write the struct back to. */
	alloc.address_bits = 0;
	ASSERT_NE(MAP_FAILED, page);
	memcpy(page, &alloc, sizeof(alloc));
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-EFAULT, call(self->node, KDMABUF_IOCTL_ALLOC, page));

	EXPECT_EQ(0, try_as(self->node, 0, MIB(32)));
}

TEST_F(limits, that_are_lowered_take_nothing_back)
{
	int fd;

	set_limits(_metadata, 8, 8);
	fd = allocate_as(self->node, SOMEBODY, MIB(8));
	ASSERT_LE(0, fd);
	set_limits(_metadata, 4, 0);
	EXPECT_EQ(-EDQUOT, try_as(self->node, SOMEBODY, 1));
	set_limits(_metadata, 0, 4);
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, 1));
	EXPECT_EQ(MIB(8), lseek(fd, 0, SEEK_END));
	close(fd);
	EXPECT_EQ(-ENOSPC, try_as(self->node, SOMEBODY, MIB(4) + 1));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(4)));
}

/* One of many who have less than they want; ends with what it did not expect. */
static void compete(int node)
{
	int i, fd;

	for (i = 0; i < 300; i++) {
		fd = allocate(node, KIB(384) + i % 8 * PAGE);
		if (fd >= 0)
			close(fd);
		else if (fd != -EDQUOT)
			_exit(1);
	}
	_exit(0);
}

TEST_F(limits, many_at_once_leave_nothing_and_lose_nothing)
{
	pid_t children[4];
	size_t i;

	set_limits(_metadata, 1, 0);
	for (i = 0; i < ARRAY_SIZE(children); i++) {
		children[i] = fork();
		ASSERT_LE(0, children[i]);
		if (!children[i])
			compete(self->node);
	}
	for (i = 0; i < ARRAY_SIZE(children); i++)
		EXPECT_TRUE(ended_well(children[i]));
	EXPECT_EQ(0, try_as(self->node, 0, MIB(1)));
	EXPECT_EQ(-EDQUOT, try_as(self->node, 0, MIB(1) + 1));
}

/*
 * In a user namespace that @maker made, which has two users of its own, who each
 * allocate. Ends with the step that went wrong.
 */
static void live_in_namespace(int node, int end, uid_t maker, int second)
{
	char byte = 0;

	if ((maker && !become(maker)) || unshare(CLONE_NEWUSER))
		_exit(1);
	/* The parent may say who they are. */
	if (write(end, &byte, 1) != 1 || read(end, &byte, 1) != 1)
		_exit(2);
	if (seteuid(1) || allocate(node, MIB(8)) < 0)
		_exit(3);
	if (allocate(node, 1) != -EDQUOT)
		_exit(4);
	if (seteuid(0) || seteuid(2) ||
	    (second ? allocate(node, 1) != second : allocate(node, MIB(8)) < 0))
		_exit(5);
	if (write(end, &byte, 1) != 1 || read(end, &byte, 1) != 1)
		_exit(6);
	_exit(0);
}

/* @root: who is root there. */
static bool name_users(pid_t child, uid_t root)
{
	char path[64];
	int file, ok;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", child);
	file = open(path, O_WRONLY | O_CLOEXEC);
	ok = dprintf(file, "0 %u 1\n1 %u 1\n2 %u 1\n", root, SOMEBODY,
		     SOMEBODY_ELSE) > 0;
	close(file);
	return ok;
}

/* What the second user gets while the first lives there, and what the maker. */
static void make_namespace(struct __test_metadata *_metadata,
			   FIXTURE_DATA(limits) * self, uid_t maker, uid_t root,
			   int second, int result)
{
	pid_t child;
	char byte;

	set_limits(_metadata, 8, 0);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(self->ends[0]);
		live_in_namespace(self->node, self->ends[1], maker, second);
	}
	close(self->ends[1]);
	ASSERT_EQ(1, read(self->ends[0], &byte, 1));
	ASSERT_TRUE(name_users(child, root));
	ASSERT_EQ(1, write(self->ends[0], &byte, 1));
	EXPECT_EQ(1, read(self->ends[0], &byte, 1));
	EXPECT_EQ(result, try_as(self->node, maker, 1));
	ASSERT_EQ(1, write(self->ends[0], &byte, 1));
	EXPECT_TRUE(ended_well(child));
	EXPECT_EQ(0, try_as(self->node, maker, MIB(8)));
	EXPECT_EQ(0, try_as(self->node, SOMEBODY, MIB(8)));
}

TEST_F(limits, in_a_namespace_of_his_own_a_user_has_no_more)
{
	make_namespace(_metadata, self, NOBODY, NOBODY, -EDQUOT, -EDQUOT);
}

TEST_F(limits, what_roots_containers_have_is_not_roots)
{
	make_namespace(_metadata, self, 0, 0, 0, 0);
}

TEST_F(limits, in_a_container_of_roots_all_have_as_much_as_one)
{
	make_namespace(_metadata, self, 0, CONTAINER_ROOT, -EDQUOT, 0);
}

TEST_F(limits, that_are_no_size_are_refused)
{
	static const char *const names[] = { USER_LIMIT, LIMIT };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_EQ(0, set_parameter(names[i], 7));
		EXPECT_EQ(-EINVAL, set_parameter_text(names[i], "much"));
		EXPECT_EQ(-EINVAL, set_parameter_text(names[i], "-1"));
		EXPECT_EQ(-EINVAL, set_parameter_text(names[i], "64M"));
		EXPECT_EQ(-ERANGE, set_parameter_text(names[i], "4294967295"));
		EXPECT_EQ(-ERANGE, set_parameter_text(names[i], "4294967296"));
		EXPECT_EQ(-ERANGE, set_parameter(names[i], machine_mib() + 1));
		EXPECT_EQ(7, parameter(names[i]));
		EXPECT_EQ(0, set_parameter(names[i], machine_mib()));
	}
}

FIXTURE_UNLOADED(limits_of_a_module)

TEST_F(limits_of_a_module, are_a_half_and_three_quarters_of_memory)
{
	ASSERT_EQ(0, load_with(&self->module, ""));
	EXPECT_EQ(machine_mib() / 2, parameter(USER_LIMIT));
	EXPECT_EQ(machine_mib() - machine_mib() / 4, parameter(LIMIT));
}

TEST_F(limits_of_a_module, are_what_it_was_loaded_with)
{
	int node;

	ASSERT_EQ(0, load_with(&self->module, "user_limit_mb=4 limit_mb=6"));
	node = open(NODE, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(-EDQUOT, allocate(node, MIB(4) + 1));
	EXPECT_LE(0, allocate(node, MIB(4)));
	EXPECT_EQ(-ENOSPC, try_as(node, SOMEBODY, MIB(2) + 1));
	EXPECT_EQ(0, try_as(node, SOMEBODY, MIB(2)));
}

TEST_F(limits_of_a_module, that_are_no_size_leave_it_unloaded)
{
	EXPECT_EQ(-EINVAL, load_with(&self->module, "user_limit_mb=much"));
	EXPECT_EQ(-ERANGE, load_with(&self->module, "limit_mb=4294967295"));
	EXPECT_EQ(-1, access(NODE, F_OK));
}

TEST_HARNESS_MAIN
