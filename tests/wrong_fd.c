// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of something else, for each ioctl of /dev/kdmabuf that takes one: the
 * error tells, and what they stand for is left as it was.
 */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "exporters.h"
#include "node.h"
#include "process.h"

FIXTURE_ON_NODE(wrong_fd)

/* How often the dma-buf is referenced. */
static long references(int fd)
{
	char path[48], line[128];
	long n = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file) &&
	       sscanf(line, "count: %ld", &n) != 1)
		;
	if (file)
		fclose(file);
	return n;
}

static void expect_refused(struct __test_metadata *_metadata, int node, int fd,
			   int error)
{
	long before = references(fd), open = open_fds();
	struct kdmabuf_query answer;

	EXPECT_EQ(error, query(node, fd, &answer));
	EXPECT_EQ(error, make_view(node, fd, O_RDWR, 0, PAGE));
	EXPECT_EQ(error, publish(node, fd, 0600));
	EXPECT_EQ(error,
		  sync_range(node, fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
			     0, PAGE));
	EXPECT_EQ(before, references(fd));
	EXPECT_EQ(open, open_fds());
}

TEST_F(wrong_fd, what_is_not_open_is_ebadf)
{
	int closed = allocate(self->node, PAGE);
	int path = open(NODE, O_PATH | O_CLOEXEC);

	ASSERT_LE(0, closed);
	close(closed);
	expect_refused(_metadata, self->node, closed, -EBADF);
	expect_refused(_metadata, self->node, path, -EBADF);
	expect_refused(_metadata, self->node, -1, -EBADF);
	expect_refused(_metadata, self->node, INT32_MIN, -EBADF);
	expect_refused(_metadata, self->node, INT32_MAX, -EBADF);
	/* AT_FDCWD */
	expect_refused(_metadata, self->node, -100, -EBADF);
}

TEST_F(wrong_fd, what_is_no_dmabuf_is_emediumtype)
{
	int fds[] = {
		open("/dev/null", O_RDWR | O_CLOEXEC),
		open("/", O_RDONLY | O_CLOEXEC),
		open("/proc/self/mem", O_RDWR | O_CLOEXEC),
		open(HEAP, O_RDWR | O_CLOEXEC),
		open(NODE, O_RDWR | O_CLOEXEC),
		memfd_create("none", MFD_CLOEXEC),
		eventfd(0, EFD_CLOEXEC),
		epoll_create1(EPOLL_CLOEXEC),
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
		self->node,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		ASSERT_LE(0, fds[i]);
		expect_refused(_metadata, self->node, fds[i], -EMEDIUMTYPE);
	}
}

TEST_F(wrong_fd, a_dmabuf_of_another_exporter_is_emediumtype)
{
	static const enum exporter exporters[] = { SYSTEM_HEAP, UDMABUF, VGEM };
	int refused = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exporters); i++) {
		int fd = export_from(exporters[i], PAGE);

		if (fd == -ENOENT)
			continue;
		ASSERT_LE(0, fd);
		expect_refused(_metadata, self->node, fd, -EMEDIUMTYPE);
		refused++;
	}
	if (!refused)
		SKIP(return, "this kernel has no other exporter");
}

TEST_HARNESS_MAIN
