/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ioctls have in common. Structs grow: the number of a command has the
 * size of the caller's.
 */
#ifndef KDMABUF_IOCTL_H
#define KDMABUF_IOCTL_H

#include <linux/errno.h>
#include <linux/ioctl.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>

struct dma_buf;

/* @size_0 is the size that the struct had in its first version. */
static inline int read_struct(void *data, size_t size, size_t size_0,
			      unsigned int cmd, void __user *arg)
{
	size_t user_size = _IOC_SIZE(cmd);

	if (user_size < size_0)
		return -EINVAL;
	return copy_struct_from_user(data, size, arg, user_size);
}

/* What the caller's struct has beyond ours was zero and stays so. */
static inline int write_struct(const void *data, size_t size, unsigned int cmd,
			       void __user *arg)
{
	return copy_to_user(arg, data, min_t(size_t, size, _IOC_SIZE(cmd))) ?
		       -EFAULT :
		       0;
}

/* The dma-buf of ours that @fd is, for the caller to put; -EBADF, -EMEDIUMTYPE. */
struct dma_buf *kdmabuf_get_view(int fd);

/* May the caller see and change what is other users'? */
bool kdmabuf_may_administer(void);

#endif /* KDMABUF_IOCTL_H */
