/* SPDX-License-Identifier: GPL-2.0 */
/* The device nodes, and the ioctls on them. */
#ifndef KDMABUF_NODES_H
#define KDMABUF_NODES_H

struct file;

int kdmabuf_nodes_register(void);
void kdmabuf_nodes_unregister(void);

/* ioctl.c; @file has its windows as private_data, or NULL if it is a heap */
long kdmabuf_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
/* heap.c */
long kdmabuf_heap_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

#endif /* KDMABUF_NODES_H */
