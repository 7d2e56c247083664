// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing by number: who may publish a buffer, who may open it, and what he gets.
 */
#include "bytes.h"
#include "node.h"
#include "process.h"

#define SIZE (4 * PAGE)

FIXTURE(publish)
{
	int node;
	int live;
	int other; /* opened apart, so without a window of the buffer */
	int fd;
	uint64_t id;
	char *bytes;
};

FIXTURE_VARIANT(publish)
{
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(publish, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(publish, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_SETUP(publish)
{
	struct kdmabuf_alloc alloc = request(SIZE, variant->flags);

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->other = open(NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->other);
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	self->fd = alloc.fd;
	self->id = alloc.id;
	self->bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, self->bytes);
	fill(self->bytes, 1, 0, SIZE);
}

FIXTURE_TEARDOWN_PARENT(publish)
{
	expect_live(_metadata, self->live);
}

/*
 * The permission bits that a caller turns out to have; -1 if they contradict. The
 * open files have no window of the buffer, which would give access as well, and are
 * two because the first OPEN makes one.
 */
static int allowed(int node, int other, uint64_t id)
{
	int fd = open_id(node, id, O_RDWR);
	int reader = open_id(other, id, O_RDONLY);
	struct kdmabuf_query answer;
	int bits = 0, writable;

	if (fd == -ENOENT && reader == -ENOENT)
		return 0;
	if (fd < 0 || reader < 0 || query(node, fd, &answer))
		return -1;
	bits = answer.view_flags & KDMABUF_VIEW_READ_ONLY ? 4 : 6;
	writable = try_map(fd, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	if (writable != (bits == 6 ? 0 : -EACCES))
		return -1;
	/* Who asks to read gets no more. */
	if (query(node, reader, &answer) ||
	    answer.view_flags != KDMABUF_VIEW_READ_ONLY ||
	    try_map(reader, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0) !=
		    -EACCES ||
	    try_map(reader, SIZE, PROT_READ, MAP_SHARED, 0))
		return -1;
	close(fd);
	close(reader);
	return bits;
}

/* Those of a user who is in the group @gid and no other. */
static int allowed_to(uint64_t id, uid_t uid, gid_t gid)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int node = open(NODE, O_RDWR | O_CLOEXEC);
		int other = open(NODE, O_RDWR | O_CLOEXEC);

		if (node < 0 || other < 0 || setgroups(0, NULL) ||
		    setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(0xff);
		_exit(allowed(node, other, id));
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(publish, each_class_has_its_bits_and_no_others)
{
	static const uint32_t modes[] = {
		0400, 0600, 0440, 0640, 0660, 0404, 0604, 0606,
		0444, 0666, 0060, 0006, 0066, 0040, 0004, 0464,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		uint32_t mode = modes[i];

		ASSERT_EQ(0, publish(self->node, self->fd, mode));
		EXPECT_EQ(mode >> 6, allowed_to(self->id, 0, NOBODY));
		EXPECT_EQ(mode >> 3 & 7, allowed_to(self->id, NOBODY, 0));
		EXPECT_EQ(mode & 7, allowed_to(self->id, NOBODY, NOBODY))
		{
			TH_LOG("mode %04o", mode);
		}
	}
}

TEST_F(publish, it_is_the_same_buffer)
{
	struct kdmabuf_open_id open = {
		.id = self->id,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	struct kdmabuf_query answer;
	char *bytes;

	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	ASSERT_EQ(0, call(self->other, KDMABUF_IOCTL_OPEN, &open));
	EXPECT_EQ(self->id, open.id);
	EXPECT_EQ(0, open.view_flags);
	EXPECT_EQ(FD_CLOEXEC, fcntl(open.fd, F_GETFD));
	EXPECT_EQ(O_RDWR, fcntl(open.fd, F_GETFL) & O_ACCMODE);
	ASSERT_EQ(0, query(self->other, open.fd, &answer));
	EXPECT_EQ(self->id, answer.id);
	EXPECT_EQ(0, answer.offset);
	EXPECT_EQ(SIZE, answer.size);
	EXPECT_EQ(open.window, answer.window);

	bytes = map(open.fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	fill(bytes, 2, 0, SIZE);
	EXPECT_EQ(SIZE, matching(self->bytes, 2, 0, SIZE));
	EXPECT_EQ(0, try_map(self->other, SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED, open.window));
}

TEST_F(publish, a_read_only_one_gives_no_way_to_write)
{
	struct kdmabuf_open_id open = {
		.id = self->id,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	char byte = 0;

	ASSERT_EQ(0, publish(self->node, self->fd, 0400));
	ASSERT_EQ(0, call(self->other, KDMABUF_IOCTL_OPEN, &open));
	EXPECT_EQ(KDMABUF_VIEW_READ_ONLY, open.view_flags);
	EXPECT_EQ(O_RDONLY, fcntl(open.fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(-EACCES, make_view(self->other, open.fd, O_RDWR, 0, PAGE));
	EXPECT_EQ(-EACCES, publish(self->other, open.fd, 0666));
	EXPECT_EQ(-EACCES, try_map(self->other, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, open.window));
	EXPECT_EQ(-1, pwrite(self->other, &byte, 1, open.window));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(1, pread(self->other, &byte, 1, open.window));
	EXPECT_EQ(*self->bytes, byte);
}

TEST_F(publish, a_buffer_has_one_window_with_all_access_that_was_given)
{
	struct kdmabuf_open_id reader = { .id = self->id };
	struct kdmabuf_open_id writer = { .id = self->id, .fd_flags = O_RDWR };

	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	ASSERT_EQ(0, call(self->other, KDMABUF_IOCTL_OPEN, &reader));
	EXPECT_EQ(-EACCES, try_map(self->other, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, reader.window));
	ASSERT_EQ(0, call(self->other, KDMABUF_IOCTL_OPEN, &writer));
	EXPECT_EQ(reader.window, writer.window);
	EXPECT_EQ(0, try_map(self->other, SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED, reader.window));
}

TEST_F(publish, mode_0_ends_it_for_all_who_come_later)
{
	int fd;

	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	fd = open_id(self->other, self->id, O_RDWR);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, publish(self->node, self->fd, 0));
	EXPECT_EQ(0, try_map(fd, SIZE, PROT_READ, MAP_SHARED, 0));
	close(self->other);
	self->other = open(NODE, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));
}

TEST_F(publish, who_opened_it_keeps_it)
{
	int fd;
	char *bytes;

	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
	fd = open_id(self->other, self->id, O_RDONLY);
	ASSERT_LE(0, fd);
	munmap(self->bytes, SIZE);
	close(self->fd);
	close(self->node);
	EXPECT_EQ(self->live + 1, live_buffers(self->other));
	bytes = map(fd, SIZE, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	munmap(bytes, SIZE);
	close(fd);
	EXPECT_TRUE(live_buffers_become(self->other, self->live));
	EXPECT_EQ(-ENOENT, open_id(self->other, self->id, O_RDONLY));
}

TEST_F(publish, what_has_no_fd_gets_one_where_its_window_is)
{
	struct kdmabuf_alloc alloc =
		request(SIZE, variant->flags | KDMABUF_ALLOC_NO_FD);
	char *bytes;
	int fd;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	EXPECT_EQ(-ENOENT, open_id(self->other, alloc.id, O_RDONLY));
	fd = open_id(self->node, alloc.id, O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_EQ(alloc.window, window_of(self->node, fd));
	bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(SIZE, zeroes(bytes, SIZE));
}

TEST_F(publish, only_the_owner_and_root_may)
{
	struct kdmabuf_query answer;
	int ends[2], fd;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ASSERT_TRUE(become(NOBODY));
		/* Not with another's, though he may write to it. */
		EXPECT_EQ(-EPERM, publish(self->node, self->fd, 0666));
		EXPECT_EQ(-EPERM, publish(self->node, self->fd, 0));
		fd = allocate(self->node, SIZE);
		EXPECT_EQ(0, publish(self->node, fd, 0660));
		_exit(send_fd(ends[1], fd));
	}
	fd = receive_fd(ends[0]);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(ended_well(child));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(0660, answer.mode);
	EXPECT_EQ(NOBODY, answer.uid);
	EXPECT_EQ(NOBODY, answer.gid);
	/* The group stays the owner's. */
	EXPECT_EQ(0, publish(self->node, fd, 0640));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(0640, answer.mode);
	EXPECT_EQ(NOBODY, answer.gid);
	EXPECT_EQ(4, allowed_to(answer.id, 1, NOBODY));
	EXPECT_EQ(0, allowed_to(answer.id, 0, 0));
	/* Until it is nobody's any more. */
	EXPECT_EQ(0, publish(self->node, fd, 0));
	ASSERT_EQ(0, setegid(1));
	EXPECT_EQ(0, publish(self->node, fd, 0640));
	ASSERT_EQ(0, setegid(0));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(NOBODY, answer.uid);
	EXPECT_EQ(1, answer.gid);
}

TEST_F(publish, the_group_is_that_of_the_owner_who_publishes)
{
	struct kdmabuf_query answer;

	ASSERT_EQ(0, publish(self->node, self->fd, 0640));
	ASSERT_EQ(0, setegid(1));
	EXPECT_EQ(0, publish(self->node, self->fd, 0640));
	ASSERT_EQ(0, setegid(0));
	ASSERT_EQ(0, query(self->node, self->fd, &answer));
	EXPECT_EQ(0640, answer.mode);
	EXPECT_EQ(1, answer.gid);
}

TEST_F(publish, next_shows_what_can_be_opened)
{
	struct kdmabuf_next next = { 0 };
	pid_t child;

	ASSERT_EQ(0, publish(self->node, self->fd, 0640));
	ASSERT_EQ(0, find_buffer(self->other, self->id, &next));
	EXPECT_EQ(0640, next.mode);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ASSERT_TRUE(become(NOBODY));
		EXPECT_EQ(-ENOENT, find_buffer(self->other, self->id, &next));
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));

	ASSERT_EQ(0, publish(self->node, self->fd, 0644));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ASSERT_TRUE(become(NOBODY));
		EXPECT_EQ(0, find_buffer(self->other, self->id, &next));
		EXPECT_EQ(0644, next.mode);
		EXPECT_EQ(0, next.uid);
		EXPECT_EQ(SIZE, next.size);
		EXPECT_EQ(0, next.physical_address);
		_exit(0);
	}
	EXPECT_TRUE(ended_well(child));
}

TEST_HARNESS_MAIN
