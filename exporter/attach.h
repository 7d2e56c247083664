/* SPDX-License-Identifier: GPL-2.0 */
/* What attach.c makes for devices, and sync.c synchronises. */
#ifndef KDMABUF_ATTACH_H
#define KDMABUF_ATTACH_H

#include <linux/dma-direction.h>
#include <linux/list.h>
#include <linux/scatterlist.h>

struct device;
struct view;

/*
 * A device that is attached to a buffer; on the buffer's list, under its lock. The
 * mapping that was undone last is kept for the next time, which then costs no more
 * than to sync it: with an IOMMU to map anew takes page tables and flushes. The
 * core would keep one too (cache_sgt_mapping, up to 6.14), but would refuse
 * other directions, and not sync.
 */
struct attachment {
	struct list_head node;
	struct device *device;
	struct view *view;
	struct list_head mappings; /* in use */
	struct mapping *kept; /* or NULL; in nobody's use, so never synced */
};

/*
 * One DMA mapping of a view. An importer may have several at once, each with its
 * own direction, so each is an object of its own; on the attachment's list.
 */
struct mapping {
	struct list_head node;
	struct sg_table table;
	enum dma_data_direction direction;
};

#endif /* KDMABUF_ATTACH_H */
