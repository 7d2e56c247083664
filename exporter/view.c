// SPDX-License-Identifier: GPL-2.0
/*
 * Views: making the dma-buf, its kernel mapping, its end.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "buffer.h"
#include "memory.h"
#include "view.h"

/* The direct map has contiguous memory already; only scattered needs a mapping. */
static int view_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct view *view = dmabuf->priv;
	struct kdmabuf_memory *memory = view->buffer->memory;
	struct page **pages;
	unsigned long i;
	void *vaddr;

	if (kdmabuf_memory_segments(memory, view->first, view->nr_pages) == 1) {
		vaddr = page_address(kdmabuf_memory_page(memory, view->first));
		iosys_map_set_vaddr(map, vaddr);
		return 0;
	}

	pages = kvmalloc_array(view->nr_pages, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	for (i = 0; i < view->nr_pages; i++)
		pages[i] = kdmabuf_memory_page(memory, view->first + i);
	vaddr = vmap(pages, view->nr_pages, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	if (!vaddr)
		return -ENOMEM;
	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void view_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	if (is_vmalloc_addr(map->vaddr))
		vunmap(map->vaddr);
}

static void view_free(struct view *view)
{
	atomic_dec(&view->buffer->views);
	kdmabuf_buffer_put(view->buffer);
	kfree(view);
}

static void view_release(struct dma_buf *dmabuf)
{
	view_free(dmabuf->priv);
}

static const struct dma_buf_ops view_ops = {
	.attach = kdmabuf_attach,
	.detach = kdmabuf_detach,
	.map_dma_buf = kdmabuf_map,
	.unmap_dma_buf = kdmabuf_unmap,
	.begin_cpu_access = kdmabuf_begin_cpu_access,
	.end_cpu_access = kdmabuf_end_cpu_access,
	.mmap = kdmabuf_mmap,
	.vmap = view_vmap,
	.vunmap = view_vunmap,
	.release = view_release,
};

/*
 * Without vmap: a driver does not say whether it will write to what it maps (some
 * "DMA" in software through it). A vmap that returned an error would have the
 * core warn; one that is not there does not.
 */
static const struct dma_buf_ops read_only_view_ops = {
	.attach = kdmabuf_attach,
	.detach = kdmabuf_detach,
	.map_dma_buf = kdmabuf_map,
	.unmap_dma_buf = kdmabuf_unmap,
	.begin_cpu_access = kdmabuf_begin_cpu_access,
	.end_cpu_access = kdmabuf_end_cpu_access,
	.mmap = kdmabuf_mmap,
	.release = view_release,
};

/**
 * kdmabuf_view_export - make a dma-buf on a range of a buffer
 * @buffer: the caller's reference stays the caller's; the view takes its own
 * @first: the first page of the range, which lies inside the buffer
 * @nr_pages: the length of the range
 * @read_only: refuse devices that may write
 * @fd_flags: O_RDONLY, O_WRONLY or O_RDWR and perhaps O_CLOEXEC
 *
 * Returns the dma-buf, owned by the caller, -ENOMEM, or -ENFILE.
 */
struct dma_buf *kdmabuf_view_export(struct kdmabuf_buffer *buffer,
				    unsigned long first, unsigned long nr_pages,
				    bool read_only, u32 fd_flags)
{
	DEFINE_DMA_BUF_EXPORT_INFO(export);
	struct view *view;
	struct dma_buf *dmabuf;
	char *name = NULL;

	view = kzalloc(sizeof(*view), GFP_KERNEL);
	if (!view)
		return ERR_PTR(-ENOMEM);
	kdmabuf_buffer_get(buffer);
	atomic_inc(&buffer->views);
	view->buffer = buffer;
	view->first = first;
	view->nr_pages = nr_pages;
	view->read_only = read_only;

	if (buffer->name[0]) {
		name = kstrdup(buffer->name, GFP_KERNEL);
		if (!name) {
			dmabuf = ERR_PTR(-ENOMEM);
			goto err_view;
		}
	}

	export.ops = read_only ? &read_only_view_ops : &view_ops;
	export.size = nr_pages << PAGE_SHIFT;
	export.flags = fd_flags;
	export.resv = &buffer->resv;
	export.priv = view;
	dmabuf = dma_buf_export(&export);
	if (IS_ERR(dmabuf))
		goto err_name;

	/*
	 * As DMA_BUF_SET_NAME would, for fdinfo and bufinfo: the core frees it, and
	 * has no call for exporters that sets it. bufinfo may be reading already.
	 */
	spin_lock(&dmabuf->name_lock);
	dmabuf->name = name;
	spin_unlock(&dmabuf->name_lock);
	return dmabuf;

err_name:
	kfree(name);
err_view:
	view_free(view);
	return dmabuf;
}

/* The view behind a dma-buf, or NULL if another exporter made it. */
struct view *kdmabuf_view_of(const struct dma_buf *dmabuf)
{
	if (dmabuf->ops != &view_ops && dmabuf->ops != &read_only_view_ops)
		return NULL;
	return dmabuf->priv;
}
