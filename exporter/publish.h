/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sharing by number: a buffer that is published can be opened by its id.
 */
#ifndef KDMABUF_PUBLISH_H
#define KDMABUF_PUBLISH_H

#include <linux/compiler_types.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct kdmabuf_buffer;
struct kdmabuf_windows;

/* The permission bits, 0 if it is not published; and whom the group's are about. */
umode_t kdmabuf_published_mode(struct kdmabuf_buffer *buffer, kgid_t *group);
/* FMODE_READ and FMODE_WRITE, as far as the bits allow them to the caller. */
fmode_t kdmabuf_published_access(struct kdmabuf_buffer *buffer);

long kdmabuf_ioctl_publish(unsigned int cmd, void __user *arg);
long kdmabuf_ioctl_open(struct kdmabuf_windows *windows, unsigned int cmd,
			void __user *arg);

#endif /* KDMABUF_PUBLISH_H */
