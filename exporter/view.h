/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A view: a dma-buf on a range of a buffer, with an access. view.c makes it,
 * attach.c and sync.c serve devices, mmap.c user space.
 */
#ifndef KDMABUF_VIEW_H
#define KDMABUF_VIEW_H

#include <linux/dma-direction.h>
#include <linux/mm.h>
#include <linux/types.h>

struct dma_buf;
struct dma_buf_attachment;
struct kdmabuf_buffer;
struct sg_table;
struct vm_area_struct;

/**
 * struct view - what stands behind a dma-buf of ours
 * @buffer: referenced
 * @first: which page of the buffer the view begins with
 * @nr_pages: how many pages it has
 * @read_only: neither CPU nor device may write through it
 *
 * Immutable; lives as long as its dma-buf.
 */
struct view {
	struct kdmabuf_buffer *buffer;
	unsigned long first;
	unsigned long nr_pages;
	bool read_only;
};

/* Bytes before the view in its buffer, and bytes in it. */
static inline u64 kdmabuf_view_offset(const struct view *view)
{
	return (u64)view->first << PAGE_SHIFT;
}

static inline u64 kdmabuf_view_size(const struct view *view)
{
	return (u64)view->nr_pages << PAGE_SHIFT;
}

/* Are there such bytes in the view? None are not. */
static inline bool kdmabuf_view_has(const struct view *view, u64 offset,
				    u64 length)
{
	u64 size = kdmabuf_view_size(view);

	return length && offset <= size && length <= size - offset;
}

struct dma_buf *kdmabuf_view_export(struct kdmabuf_buffer *buffer,
				    unsigned long first, unsigned long nr_pages,
				    bool read_only, u32 fd_flags);
struct view *kdmabuf_view_of(const struct dma_buf *dmabuf);

/* dma_buf_ops: attach.c */
int kdmabuf_attach(struct dma_buf *dmabuf,
		   struct dma_buf_attachment *attachment);
void kdmabuf_detach(struct dma_buf *dmabuf,
		    struct dma_buf_attachment *attachment);
struct sg_table *kdmabuf_map(struct dma_buf_attachment *attachment,
			     enum dma_data_direction direction);
void kdmabuf_unmap(struct dma_buf_attachment *attachment,
		   struct sg_table *table, enum dma_data_direction direction);

/* dma_buf_ops: sync.c */
int kdmabuf_begin_cpu_access(struct dma_buf *dmabuf,
			     enum dma_data_direction direction);
int kdmabuf_end_cpu_access(struct dma_buf *dmabuf,
			   enum dma_data_direction direction);

/* dma_buf_ops: mmap.c */
int kdmabuf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma);
bool kdmabuf_view_is_huge(const struct view *view);

#endif /* KDMABUF_VIEW_H */
