// SPDX-License-Identifier: GPL-2.0
/*
 * Two users without privileges, one of whom tries on the other's buffer whatever the
 * ABI has. He opens the device himself, and has what the mode gives his class, or
 * what was passed to him, and nothing besides. After each test the bytes and the mode
 * are what the owner made them.
 */
#include <sys/stat.h>

#include "bytes.h"
#include "node.h"
#include "process.h"

#define SIZE (4 * PAGE)
#define OWNER 1001
#define OTHER 1002
/* The group that the buffer is published for. */
#define GROUP 2001

/* Who a process is. */
struct user {
	uid_t uid;
	gid_t gid;
	gid_t group; /* a supplementary one; 0: none */
	int shift; /* of the bits of his class in a mode */
};

static const struct user owner = { OWNER, GROUP, 0, 6 };
static const struct user owner_elsewhere = { OWNER, OWNER, 0, 6 };
static const struct user member = { OTHER, GROUP, 0, 3 };
static const struct user also_member = { OTHER, OTHER, GROUP, 3 };
static const struct user other = { OTHER, OTHER, 0, 0 };

static const struct user *const users[] = {
	&owner, &owner_elsewhere, &member, &also_member, &other,
};

static const uint32_t modes[] = {
	0, 0400, 0600, 0640, 0660, 0644, 0666, 0060, 0006, 0604,
};

FIXTURE(two_users)
{
	mode_t node_mode;
	int live;
	/* The owner's. */
	int node;
	int fd;
	uint64_t id;
	uint64_t window;
	uint32_t mode;
};

/* The device, opened by the user that this process is from here on. */
static int become_user(const struct user *user)
{
	if (setgroups(user->group ? 1 : 0, &user->group) ||
	    setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return -errno;
	return open(NODE, O_RDWR | O_CLOEXEC);
}

/* The same with no other descriptor than those of the terminal. */
static int arrive(const struct user *user)
{
	return close_range(STDERR_FILENO + 1, ~0u, 0) ? -errno :
							become_user(user);
}

/* The owner allocates, and hands what he has to the test, whose own would be root's. */
static int allocate_as_owner(int socket)
{
	int node = become_user(&owner);
	int fd = allocate(node, SIZE);

	return node < 0 || fd < 0 || send_fd(socket, node) ||
	       send_fd(socket, fd);
}

FIXTURE_SETUP(two_users)
{
	int node = open_node(_metadata, &self->live), ends[2];
	struct kdmabuf_query answer;
	struct stat status;
	pid_t child;
	char *bytes;

	if (node < 0)
		return;
	ASSERT_EQ(0, fstat(node, &status));
	close(node);
	/* Who may open the device is not what is tested. */
	ASSERT_EQ(0, chmod(NODE, 0666));
	self->node_mode = status.st_mode & 0777;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(allocate_as_owner(ends[1]));
	ASSERT_TRUE(ended_well(child));
	self->node = receive_fd(ends[0]);
	self->fd = receive_fd(ends[0]);
	ASSERT_EQ(0, query(self->node, self->fd, &answer));
	ASSERT_EQ(OWNER, answer.uid);
	self->id = answer.id;
	self->window = answer.window;
	bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	munmap(bytes, SIZE);
}

FIXTURE_TEARDOWN_PARENT(two_users)
{
	if (self->node_mode)
		EXPECT_EQ(0, chmod(NODE, self->node_mode));
	expect_live(_metadata, self->live);
}

/* What @user does in a process of his own. */
#define ACT(name)                                              \
	static void name(struct __test_metadata *_metadata,    \
			 const FIXTURE_DATA(two_users) * self, \
			 const struct user *user, int argument)

static void as(struct __test_metadata *_metadata,
	       const FIXTURE_DATA(two_users) * self, const struct user *user,
	       void (*act)(struct __test_metadata *_metadata,
			   const FIXTURE_DATA(two_users) * self,
			   const struct user *user, int argument),
	       int argument)
{
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		act(_metadata, self, user, argument);
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
}

#define AS(user, act, argument) as(_metadata, self, user, act, argument)

ACT(publish_it)
{
	ASSERT_LE(0, become_user(user));
	EXPECT_EQ(0, publish(self->node, self->fd, argument));
}

#define PUBLISH(wanted)                         \
	do {                                    \
		AS(&owner, publish_it, wanted); \
		self->mode = (wanted);          \
	} while (0)

/* The owner finds all as he left it. */
static void expect_unchanged(struct __test_metadata *_metadata,
			     const FIXTURE_DATA(two_users) * self)
{
	char *bytes = map(self->fd, SIZE, PROT_READ);
	struct kdmabuf_query answer;

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	munmap(bytes, SIZE);
	ASSERT_EQ(0, query(self->node, self->fd, &answer));
	EXPECT_EQ(self->mode, answer.mode);
	EXPECT_EQ(self->mode ? GROUP : 0, answer.gid);
	EXPECT_EQ(OWNER, answer.uid);
	EXPECT_EQ(self->window, answer.window);
}

/* In every call that takes one. */
ACT(try_descriptors)
{
	int node = arrive(user), fd;
	struct kdmabuf_query answer;

	ASSERT_LE(0, node);
	for (fd = -1; fd < 100; fd++) {
		int error = fcntl(fd, F_GETFD) < 0 ? -EBADF : -EMEDIUMTYPE;

		EXPECT_EQ(error, query(node, fd, &answer));
		EXPECT_EQ(error, make_view(node, fd, O_RDONLY, 0, PAGE));
		EXPECT_EQ(error, publish(node, fd, 0666));
		EXPECT_EQ(error,
			  sync_range(node, fd,
				     DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW, 0,
				     PAGE));
	}
}

TEST_F(two_users, numbers_of_descriptors_lead_to_nothing)
{
	PUBLISH(0666);
	AS(&other, try_descriptors, 0);
	AS(&owner, try_descriptors, 0);
	expect_unchanged(_metadata, self);
}

/* At and around where the buffer lies in the owner's open file. */
ACT(try_offsets)
{
	const uint64_t at = self->window;
	const uint64_t offsets[] = {
		0, PAGE, at - PAGE, at, at + PAGE, at + SIZE - 1, at + SIZE,
	};
	int node = arrive(user);
	char *bytes;
	size_t i;

	ASSERT_LE(0, node);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		uint64_t offset = offsets[i];
		char byte = 2;

		EXPECT_EQ(-ENXIO, try_map(node, PAGE, PROT_READ, MAP_SHARED,
					  offset / PAGE * PAGE));
		EXPECT_EQ(0, pread(node, &byte, 1, offset));
		EXPECT_EQ(-1, pwrite(node, &byte, 1, offset));
		EXPECT_EQ(ENOSPC, errno);
		EXPECT_EQ(-1, lseek(node, offset, SEEK_DATA));
		EXPECT_EQ(ENXIO, errno);
	}
	EXPECT_EQ(0, lseek(node, 0, SEEK_END));

	/* What comes to lie there is his own. */
	ASSERT_EQ(at, allocate_without_fd(node, SIZE, 0));
	bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, node, at);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, zeroes(bytes, SIZE));
	fill(bytes, 2, 0, SIZE);
	EXPECT_EQ(at + SIZE, lseek(node, 0, SEEK_END));
}

TEST_F(two_users, offsets_of_the_others_windows_are_holes)
{
	PUBLISH(0666);
	AS(&other, try_offsets, 0);
	AS(&owner, try_offsets, 0);
	expect_unchanged(_metadata, self);
}

/* Through the fd @fd, which OPEN gave, and through its window. */
static void use_it(struct __test_metadata *_metadata,
		   const FIXTURE_DATA(two_users) * self,
		   const struct user *user, int node, int fd, bool writable)
{
	static const uint32_t ends[] = { DMA_BUF_SYNC_START, DMA_BUF_SYNC_END };
	const int all = PROT_READ | PROT_WRITE;
	bool owns = user->uid == OWNER;
	struct kdmabuf_query answer;
	size_t i;
	char byte;
	int view;

	ASSERT_EQ(0, query(node, fd, &answer));
	EXPECT_EQ(self->id, answer.id);
	EXPECT_EQ(writable ? 0 : KDMABUF_VIEW_READ_ONLY, answer.view_flags);
	EXPECT_EQ(OWNER, answer.uid);
	EXPECT_EQ(GROUP, answer.gid);
	EXPECT_EQ(self->mode, answer.mode);
	EXPECT_EQ(0, answer.physical_address);
	EXPECT_EQ(writable ? O_RDWR : O_RDONLY, fcntl(fd, F_GETFL) & O_ACCMODE);

	EXPECT_EQ(0, try_map(fd, SIZE, PROT_READ, MAP_SHARED, 0));
	EXPECT_EQ(0, try_map(node, SIZE, PROT_READ, MAP_SHARED, answer.window));
	EXPECT_EQ(writable ? 0 : -EACCES,
		  try_map(fd, SIZE, all, MAP_SHARED, 0));
	EXPECT_EQ(writable ? 0 : -EACCES,
		  try_map(node, SIZE, all, MAP_SHARED, answer.window));
	ASSERT_EQ(1, pread(node, &byte, 1, answer.window));
	EXPECT_EQ(writable ? 1 : -1, pwrite(node, &byte, 1, answer.window));
	if (!writable)
		EXPECT_EQ(EACCES, errno);

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		EXPECT_EQ(0, sync_range(node, fd, ends[i] | DMA_BUF_SYNC_READ,
					0, SIZE));
		EXPECT_EQ(writable ? 0 : -EACCES,
			  sync_range(node, fd, ends[i] | DMA_BUF_SYNC_WRITE, 0,
				     SIZE));
		EXPECT_EQ(writable ? 0 : -EACCES,
			  sync_range(node, fd, ends[i] | DMA_BUF_SYNC_RW, 0,
				     SIZE));
	}
	view = make_view(node, fd, O_RDWR, 0, SIZE);
	EXPECT_EQ(writable, view >= 0);
	EXPECT_TRUE(writable || view == -EACCES);
	EXPECT_LE(0, make_view(node, fd, O_RDONLY, 0, SIZE));

	/* The owner, too, needs a fd that gives everything. */
	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (!owns || !writable)
			EXPECT_EQ(writable ? -EPERM : -EACCES,
				  publish(node, fd, modes[i]));
}

/* By its id, for the access @argument. */
ACT(open_it)
{
	int node = arrive(user), bits = self->mode >> user->shift & 7;
	struct kdmabuf_next next;
	int fd;

	ASSERT_LE(0, node);
	EXPECT_EQ(bits || user->uid == OWNER ? 0 : -ENOENT,
		  find_buffer(node, self->id, &next));
	if (bits || user->uid == OWNER) {
		EXPECT_EQ(OWNER, next.uid);
		EXPECT_EQ(self->mode, next.mode);
		EXPECT_EQ(0, next.physical_address);
	}

	fd = open_id(node, self->id, argument);
	if (!bits) {
		EXPECT_EQ(-ENOENT, fd);
		EXPECT_EQ(0, lseek(node, 0, SEEK_END));
		return;
	}
	ASSERT_LE(0, fd);
	use_it(_metadata, self, user, node, fd,
	       bits == 6 && argument == O_RDWR);
}

TEST_F(two_users, each_mode_gives_what_it_says_to_each_class)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		PUBLISH(modes[i]);
		for (j = 0; j < ARRAY_SIZE(users); j++) {
			AS(users[j], open_it, O_RDONLY);
			AS(users[j], open_it, O_RDWR);
		}
		ASSERT_TRUE(live_buffers_become(self->node, self->live + 1));
		expect_unchanged(_metadata, self);
		/* The test stops where it went wrong. */
		ASSERT_EQ(0, _metadata->exit_code)
		{
			TH_LOG("mode %04o", modes[i]);
		}
	}
}

/* With a fd for the access @argument, and with an open file, that the owner passed on. */
ACT(use_what_was_given)
{
	int node = become_user(user);
	int fd = argument == O_RDWR ?
			 self->fd :
			 make_view(node, self->fd, argument, 0, SIZE);
	int error = argument == O_RDWR ? -EPERM : -EACCES;
	int on[] = { node, self->node };
	struct kdmabuf_query answer;
	struct kdmabuf_next next;
	size_t i, j;

	ASSERT_LE(0, node);
	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(on); i++) {
		ASSERT_EQ(0, query(on[i], fd, &answer));
		EXPECT_EQ(0, answer.physical_address);
		for (j = 0; j < ARRAY_SIZE(modes); j++)
			EXPECT_EQ(error, publish(on[i], fd, modes[j]));
	}
	/* It makes no window, nor is it listed or to be had by its id. */
	EXPECT_EQ(0, window_of(node, fd));
	EXPECT_EQ(-ENOENT, find_buffer(node, self->id, &next));
	EXPECT_EQ(-ENOENT, open_id(node, self->id, O_RDONLY));
	EXPECT_EQ(0, lseek(node, 0, SEEK_END));
}

TEST_F(two_users, what_was_given_is_not_theirs_to_publish)
{
	AS(&other, use_what_was_given, O_RDWR);
	AS(&other, use_what_was_given, O_RDONLY);
	expect_unchanged(_metadata, self);
	PUBLISH(0600);
	AS(&member, use_what_was_given, O_RDWR);
	AS(&member, use_what_was_given, O_RDONLY);
	expect_unchanged(_metadata, self);
}

/* To the test, at the other end of the socket @argument. */
ACT(open_and_pass)
{
	int node = become_user(user);

	ASSERT_LE(0, open_id(node, self->id, O_RDWR));
	EXPECT_EQ(0, send_fd(argument, node));
}

TEST_F(two_users, a_window_gives_what_was_given_and_no_more)
{
	int ends[2], node;
	char byte;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	PUBLISH(0644);
	AS(&other, open_and_pass, ends[1]);
	node = receive_fd(ends[0]);
	ASSERT_LE(0, node);
	/* No more when the mode gives more, until he asks again. */
	PUBLISH(0666);
	ASSERT_EQ(1, pread(node, &byte, 1, self->window));
	EXPECT_EQ(-1, pwrite(node, &byte, 1, self->window));
	EXPECT_EQ(EACCES, errno);
	PUBLISH(0);
	EXPECT_EQ(0, try_map(node, SIZE, PROT_READ, MAP_SHARED, self->window));
	EXPECT_EQ(-EACCES, try_map(node, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, self->window));
	expect_unchanged(_metadata, self);
}

TEST_HARNESS_MAIN
