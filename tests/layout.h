/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of every struct of <linux/kdmabuf.h>, by number. All tests include
 * this, those that are built with -m32 too: it is one layout for both.
 */
#ifndef TESTS_LAYOUT_H
#define TESTS_LAYOUT_H

#include <assert.h>
#include <stddef.h>

#include <linux/kdmabuf.h>

#define AT(type, field, offset)                                 \
	static_assert(offsetof(struct type, field) == (offset), \
		      #type "." #field)
#define SIZE(type, size) static_assert(sizeof(struct type) == (size), #type)

AT(kdmabuf_alloc, size, 0);
AT(kdmabuf_alloc, flags, 8);
AT(kdmabuf_alloc, fd_flags, 12);
AT(kdmabuf_alloc, alignment, 16);
AT(kdmabuf_alloc, address_bits, 24);
AT(kdmabuf_alloc, node, 28);
AT(kdmabuf_alloc, fd, 32);
AT(kdmabuf_alloc, reserved, 36);
AT(kdmabuf_alloc, id, 40);
AT(kdmabuf_alloc, name, 48);
AT(kdmabuf_alloc, window, 80);
SIZE(kdmabuf_alloc, 88);

AT(kdmabuf_query, fd, 0);
AT(kdmabuf_query, view_flags, 4);
AT(kdmabuf_query, size, 8);
AT(kdmabuf_query, offset, 16);
AT(kdmabuf_query, buffer_size, 24);
AT(kdmabuf_query, id, 32);
AT(kdmabuf_query, flags, 40);
AT(kdmabuf_query, uid, 44);
AT(kdmabuf_query, segments, 48);
AT(kdmabuf_query, page_size, 52);
AT(kdmabuf_query, attachments, 56);
AT(kdmabuf_query, node, 60);
AT(kdmabuf_query, physical_address, 64);
AT(kdmabuf_query, name, 72);
AT(kdmabuf_query, window, 104);
AT(kdmabuf_query, mode, 112);
AT(kdmabuf_query, gid, 116);
SIZE(kdmabuf_query, 120);

AT(kdmabuf_view, fd, 0);
AT(kdmabuf_view, fd_flags, 4);
AT(kdmabuf_view, flags, 8);
AT(kdmabuf_view, view_fd, 12);
AT(kdmabuf_view, offset, 16);
AT(kdmabuf_view, length, 24);
SIZE(kdmabuf_view, 32);

AT(kdmabuf_next, id, 0);
AT(kdmabuf_next, size, 8);
AT(kdmabuf_next, flags, 16);
AT(kdmabuf_next, uid, 20);
AT(kdmabuf_next, pid, 24);
AT(kdmabuf_next, segments, 28);
AT(kdmabuf_next, views, 32);
AT(kdmabuf_next, attachments, 36);
AT(kdmabuf_next, node, 40);
AT(kdmabuf_next, mode, 44);
AT(kdmabuf_next, physical_address, 48);
AT(kdmabuf_next, name, 56);
AT(kdmabuf_next, comm, 88);
SIZE(kdmabuf_next, 104);

AT(kdmabuf_publish, fd, 0);
AT(kdmabuf_publish, mode, 4);
AT(kdmabuf_publish, flags, 8);
AT(kdmabuf_publish, reserved, 12);
AT(kdmabuf_publish, id, 16);
SIZE(kdmabuf_publish, 24);

AT(kdmabuf_open_id, id, 0);
AT(kdmabuf_open_id, fd_flags, 8);
AT(kdmabuf_open_id, flags, 12);
AT(kdmabuf_open_id, fd, 16);
AT(kdmabuf_open_id, view_flags, 20);
AT(kdmabuf_open_id, window, 24);
SIZE(kdmabuf_open_id, 32);

AT(kdmabuf_sync, fd, 0);
AT(kdmabuf_sync, flags, 4);
AT(kdmabuf_sync, offset, 8);
AT(kdmabuf_sync, length, 16);
SIZE(kdmabuf_sync, 24);

static_assert(KDMABUF_IOCTL_ALLOC == 0xc058d800, "KDMABUF_IOCTL_ALLOC");
static_assert(KDMABUF_IOCTL_QUERY == 0xc078d801, "KDMABUF_IOCTL_QUERY");
static_assert(KDMABUF_IOCTL_VIEW == 0xc020d802, "KDMABUF_IOCTL_VIEW");
static_assert(KDMABUF_IOCTL_NEXT == 0xc068d803, "KDMABUF_IOCTL_NEXT");
static_assert(KDMABUF_IOCTL_PUBLISH == 0xc018d804, "KDMABUF_IOCTL_PUBLISH");
static_assert(KDMABUF_IOCTL_OPEN == 0xc020d805, "KDMABUF_IOCTL_OPEN");
static_assert(KDMABUF_IOCTL_SYNC == 0x4018d806, "KDMABUF_IOCTL_SYNC");

#undef AT
#undef SIZE

#endif /* TESTS_LAYOUT_H */
