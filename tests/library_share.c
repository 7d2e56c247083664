// SPDX-License-Identifier: GPL-2.0
/*
 * libkdmabuf: buffers that are reached otherwise than by the descriptor that their
 * allocation returned.
 */
#include <kdmabuf.h>

#include "bytes.h"
#include "node.h"

FIXTURE_ON_NODE(library_share)

TEST_F(library_share, a_buffer_without_a_descriptor_is_mapped_by_its_window)
{
	struct kdmabuf_alloc alloc = {
		.size = MIB(4),
		.flags = KDMABUF_ALLOC_NO_FD,
		.fd_flags = O_RDWR,
	};
	void *address, *again;
	int fd;

	EXPECT_EQ(0, kdmabuf_alloc_with(self->node, &alloc, sizeof(alloc)));
	ASSERT_EQ(0, kdmabuf_map(self->node, alloc.window + PAGE, MIB(3),
				 PROT_READ | PROT_WRITE, &address));
	EXPECT_EQ(PAGE, (uintptr_t)address % MIB(2));
	fill(address, 1, 0, MIB(3));
	EXPECT_EQ(-ENXIO, kdmabuf_map(self->node, alloc.window + MIB(4), PAGE,
				      PROT_READ, &again));

	fd = kdmabuf_open_id(self->node, alloc.id, O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	ASSERT_EQ(0, kdmabuf_map(fd, PAGE, MIB(3), PROT_READ, &again));
	EXPECT_EQ(MIB(3), matching(again, 1, 0, MIB(3)));
	/* One request serves for several of them, too. */
	EXPECT_EQ(0, kdmabuf_alloc_with(self->node, &alloc, sizeof(alloc)));
}

TEST_F(library_share, what_is_published_can_be_opened)
{
	int fd = kdmabuf_alloc(self->node, PAGE), other = kdmabuf_open();
	struct kdmabuf_query answer;
	uint64_t id = 0;
	int opened;

	ASSERT_EQ(0, kdmabuf_publish(self->node, fd, 0400, &id));
	ASSERT_EQ(0, kdmabuf_query(self->node, fd, &answer, sizeof(answer)));
	EXPECT_EQ(answer.id, id);
	EXPECT_EQ(0400, answer.mode);
	opened = kdmabuf_open_id(other, id, O_RDWR);
	ASSERT_LE(0, opened);
	EXPECT_EQ(O_RDONLY, fcntl(opened, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(0, kdmabuf_publish(self->node, fd, 0, NULL));
	close(other);
	other = kdmabuf_open();
	EXPECT_EQ(-ENOENT, kdmabuf_open_id(other, id, O_RDONLY));
	EXPECT_EQ(-EINVAL, kdmabuf_open_id(other, id, O_WRONLY));
	EXPECT_EQ(-EINVAL, kdmabuf_publish(self->node, fd, 0700, NULL));
	EXPECT_EQ(-EDOM, kdmabuf_publish(self->node, fd, 0602, NULL));
	EXPECT_EQ(-EBADF, kdmabuf_publish(self->node, -1, 0600, NULL));
	EXPECT_EQ(-ENOTTY, kdmabuf_open_id(fd, id, O_RDONLY));
}

TEST_HARNESS_MAIN
