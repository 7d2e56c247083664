/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An import: a dma-buf that a session holds, and its mapping into the kernel.
 */
#ifndef IMPORTER_IMPORT_H
#define IMPORTER_IMPORT_H

#include <linux/iosys-map.h>
#include <linux/types.h>

#include "session.h"

struct dma_buf;
struct file;
struct vm_area_struct;

/**
 * struct import - a dma-buf
 * @object: its handle
 * @dmabuf: referenced
 * @attachments: how many there are in the session
 * @vmaps: how often it is mapped into the kernel
 * @kernel: that mapping, if @vmaps is not 0
 */
struct import {
	struct object object;
	struct dma_buf *dmabuf;
	unsigned int attachments;
	unsigned int vmaps;
	struct iosys_map kernel;
};

struct dma_buf *importer_import_dmabuf(struct session *session, u32 handle);
int importer_mmap(struct file *file, struct vm_area_struct *vma);

#endif /* IMPORTER_IMPORT_H */
