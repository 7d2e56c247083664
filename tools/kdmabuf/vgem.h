/* SPDX-License-Identifier: MIT */
/*
 * vgem, the kernel's virtual GPU: a driver that imports dma-bufs, and exports them.
 * Functions return a negative errno when they fail.
 */
#ifndef VGEM_H
#define VGEM_H

#include <stdint.h>

/* A descriptor of the card that vgem is; -ENOENT: there is none. */
int vgem_open(void);

/* The handle that the dma-buf becomes, above 0. */
int vgem_import(int vgem, int fd);

int vgem_close_handle(int vgem, int handle);

/* A dma-buf of vgem's own memory. */
int vgem_allocate(int vgem, uint64_t size);

#endif /* VGEM_H */
