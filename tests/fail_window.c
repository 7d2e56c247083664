// SPDX-License-Identifier: GPL-2.0
/*
 * Windows and sharing by number, with a fault in every place in turn.
 */
#include "bytes.h"
#include "fail_nth.h"

#define SIZE (4 * PAGE)

FIXTURE(fail_window)
{
	struct injection injection;
	int node;
	int live;
	int fd;
	uint64_t id;
	uint64_t at;
};

FIXTURE_SETUP(fail_window)
{
	struct kdmabuf_alloc alloc = request(SIZE, 0);

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0 || !begin_injection(_metadata, &self->injection))
		return;
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	self->fd = alloc.fd;
	self->id = alloc.id;
	self->at = alloc.window;
	ASSERT_EQ(0, publish(self->node, self->fd, 0600));
}

FIXTURE_TEARDOWN_PARENT(fail_window)
{
	end_injection(_metadata, &self->injection);
	expect_live(_metadata, self->live);
}

/* The file takes its buffer with it. */
static int allocate_in_a_file(uint32_t flags)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC), ret;
	int64_t at;

	if (node < 0)
		return -errno;
	at = allocate_without_fd(node, SIZE, flags);
	ret = at < 0 ? (int)at : 0;
	close(node);
	return ret;
}

TEST_F(fail_window, alloc_without_a_fd)
{
	static const uint32_t flags[] = { 0, KDMABUF_ALLOC_SCATTERED };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

		while (NEXT_FAULT(faults))
			END_FAULT(faults, allocate_in_a_file(flags[i]));
	}
}

TEST_F(fail_window, publish)
{
	struct faults faults = FAULTS(ERRNO(EFAULT));

	while (NEXT_FAULT(faults))
		END_FAULT(faults, publish(self->node, self->fd, 0644));
}

TEST_F(fail_window, open_by_id)
{
	static const int accesses[] = { O_RDWR, O_RDONLY };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(accesses); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

		while (NEXT_FAULT(faults)) {
			int fd = END_FAULT(faults, open_id(self->node, self->id,
							   accesses[i]));

			if (fd >= 0)
				close(fd);
		}
	}
}

TEST_F(fail_window, mmap)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));

	while (NEXT_FAULT(faults)) {
		void *bytes;

		if (!END_FAULT(faults,
			       map_into(self->node, SIZE, self->at, &bytes)))
			munmap(bytes, SIZE);
	}
}

TEST_F(fail_window, read_and_write)
{
	struct faults reading = FAULTS(ERRNO(EFAULT));
	struct faults writing = FAULTS(ERRNO(EFAULT));
	char bytes[64];

	while (NEXT_FAULT(reading)) {
		ssize_t n = pread(self->node, bytes, sizeof(bytes), self->at);

		END_FAULT(reading, n < 0 ? -errno : n);
	}
	while (NEXT_FAULT(writing)) {
		ssize_t n = pwrite(self->node, bytes, sizeof(bytes), self->at);

		END_FAULT(writing, n < 0 ? -errno : n);
	}
}

TEST_HARNESS_MAIN
