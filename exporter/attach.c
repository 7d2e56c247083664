// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: attaching them to a buffer, mapping a view for their DMA, and keeping
 * what they and the CPU see the same.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "buffer.h"
#include "memory.h"
#include "trace.h"
#include "view.h"

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

/* What a device takes in one segment. */
struct segment_limits {
	unsigned long pages;
	unsigned long boundary; /* mask in pages: no segment crosses it */
};

static struct segment_limits device_limits(struct device *dev)
{
	/* A scatterlist's length is an unsigned int. */
	size_t bytes = min3((size_t)UINT_MAX, (size_t)dma_get_max_seg_size(dev),
			    dma_max_mapping_size(dev));

	return (struct segment_limits){
		.pages = max_t(unsigned long, bytes >> PAGE_SHIFT, 1),
		.boundary = dma_get_seg_boundary(dev) >> PAGE_SHIFT,
	};
}

/*
 * Pages in the segment that begins at page @index of the memory, of at most @left;
 * the first one's number goes to @pfn.
 */
static unsigned long next_segment(const struct kdmabuf_memory *memory,
				  const struct segment_limits *limits,
				  unsigned long index, unsigned long left,
				  unsigned long *pfn)
{
	unsigned long nr = kdmabuf_memory_run(memory, index,
					      min(left, limits->pages), pfn);

	return min(nr, limits->boundary - (*pfn & limits->boundary) + 1);
}

static int fill_table(struct sg_table *table, const struct view *view,
		      const struct segment_limits *limits)
{
	const struct kdmabuf_memory *memory = view->buffer->memory;
	unsigned long end = view->first + view->nr_pages;
	unsigned long index, nr, pfn;
	struct scatterlist *sg;
	unsigned int segments = 0;
	int ret;

	for (index = view->first; index < end; index += nr) {
		nr = next_segment(memory, limits, index, end - index, &pfn);
		segments++;
	}
	ret = sg_alloc_table(table, segments, GFP_KERNEL);
	if (ret)
		return ret;

	sg = table->sgl;
	for (index = view->first; index < end; index += nr) {
		nr = next_segment(memory, limits, index, end - index, &pfn);
		sg_set_page(sg, pfn_to_page(pfn), nr << PAGE_SHIFT, 0);
		sg = sg_next(sg);
	}
	return 0;
}

static struct mapping *create_mapping(const struct attachment *attachment,
				      enum dma_data_direction direction)
{
	struct segment_limits limits = device_limits(attachment->device);
	struct mapping *mapping;
	int ret;

	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	if (!mapping)
		return ERR_PTR(-ENOMEM);
	mapping->direction = direction;

	ret = fill_table(&mapping->table, attachment->view, &limits);
	if (ret)
		goto err_mapping;
	/*
	 * Several devices, and one device several times, may map the same pages:
	 * what a dma-buf is for, but what DMA_API_DEBUG takes for a mistake in
	 * mappings that sync by themselves. So sync apart.
	 */
	ret = dma_map_sgtable(attachment->device, &mapping->table, direction,
			      DMA_ATTR_SKIP_CPU_SYNC);
	if (ret)
		goto err_table;
	return mapping;

err_table:
	sg_free_table(&mapping->table);
err_mapping:
	kfree(mapping);
	return ERR_PTR(ret);
}

static void destroy_mapping(const struct attachment *attachment,
			    struct mapping *mapping)
{
	dma_unmap_sgtable(attachment->device, &mapping->table,
			  mapping->direction, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(&mapping->table);
	kfree(mapping);
}

/*
 * Whether a sync makes a mapping as good as new. For a device that only writes it
 * does not fill a bounce buffer: what is left of the last time there would go over
 * what the CPU has written since, wherever the device does not write.
 */
static bool is_worth_keeping(const struct attachment *attachment,
			     struct mapping *mapping)
{
	struct scatterlist *sg;
	int i;

	if (mapping->direction != DMA_FROM_DEVICE)
		return true;
	for_each_sgtable_dma_sg(&mapping->table, sg, i)
		if (dma_need_sync(attachment->device, sg_dma_address(sg)))
			return false;
	return true;
}

/* Keep @mapping, or none if that is NULL; returns what was kept before, or NULL. */
static struct mapping *exchange_kept(struct attachment *attachment,
				     struct mapping *mapping)
{
	struct kdmabuf_buffer *buffer = attachment->view->buffer;

	mutex_lock(&buffer->lock);
	swap(attachment->kept, mapping);
	mutex_unlock(&buffer->lock);
	return mapping;
}

/*
 * The kept mapping, if it was made for that very direction. One for both would let
 * a device write that asked to read, and syncing it puts back old bytes.
 */
static struct mapping *take_kept(struct attachment *attachment,
				 enum dma_data_direction direction)
{
	struct mapping *kept = exchange_kept(attachment, NULL);

	if (kept && kept->direction != direction) {
		destroy_mapping(attachment, kept);
		return NULL;
	}
	return kept;
}

int kdmabuf_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *importer)
{
	struct view *view = dmabuf->priv;
	struct kdmabuf_buffer *buffer = view->buffer;
	struct attachment *attachment;

	attachment = kzalloc(sizeof(*attachment), GFP_KERNEL);
	if (!attachment)
		return -ENOMEM;
	attachment->device = importer->dev;
	attachment->view = view;
	INIT_LIST_HEAD(&attachment->mappings);
	importer->priv = attachment;

	mutex_lock(&buffer->lock);
	list_add_tail(&attachment->node, &buffer->attachments);
	buffer->nr_attachments++;
	mutex_unlock(&buffer->lock);
	trace_attach(view, importer->dev);
	return 0;
}

void kdmabuf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *importer)
{
	struct attachment *attachment = importer->priv;
	struct kdmabuf_buffer *buffer = attachment->view->buffer;

	mutex_lock(&buffer->lock);
	list_del(&attachment->node);
	buffer->nr_attachments--;
	mutex_unlock(&buffer->lock);
	if (attachment->kept)
		destroy_mapping(attachment, attachment->kept);
	kfree(attachment);
}

/* Called with the buffer's resv held since 6.2. */
struct sg_table *kdmabuf_map(struct dma_buf_attachment *importer,
			     enum dma_data_direction direction)
{
	struct attachment *attachment = importer->priv;
	struct view *view = attachment->view;
	struct kdmabuf_buffer *buffer = view->buffer;
	struct mapping *mapping;

	if (view->read_only && direction != DMA_TO_DEVICE)
		return ERR_PTR(-EACCES);

	mapping = take_kept(attachment, direction);
	if (!mapping)
		mapping = create_mapping(attachment, direction);
	if (IS_ERR(mapping))
		return ERR_CAST(mapping);

	mutex_lock(&buffer->lock);
	atomic_inc(&buffer->mappings);
	smp_mb__after_atomic(); /* pairs with is_mapped() */
	dma_sync_sgtable_for_device(attachment->device, &mapping->table,
				    direction);
	list_add_tail(&mapping->node, &attachment->mappings);
	mutex_unlock(&buffer->lock);
	trace_map(view, direction, mapping->table.nents);
	return &mapping->table;
}

/* Called with the buffer's resv held since 6.2. */
void kdmabuf_unmap(struct dma_buf_attachment *importer, struct sg_table *table,
		   enum dma_data_direction direction)
{
	struct attachment *attachment = importer->priv;
	struct kdmabuf_buffer *buffer = attachment->view->buffer;
	struct mapping *mapping = container_of(table, struct mapping, table);

	mutex_lock(&buffer->lock);
	list_del(&mapping->node);
	dma_sync_sgtable_for_cpu(attachment->device, table, mapping->direction);
	smp_mb__before_atomic(); /* pairs with is_mapped() */
	atomic_dec(&buffer->mappings);
	mutex_unlock(&buffer->lock);
	trace_unmap(attachment->view, mapping->direction, table->nents);

	if (is_worth_keeping(attachment, mapping))
		mapping = exchange_kept(attachment, mapping);
	if (mapping)
		destroy_mapping(attachment, mapping);
}

/*
 * Whether there may be something to sync, told without the lock. Of a mapping that
 * is made meanwhile: either this sees it, or its own sync sees what the CPU wrote
 * before. Of one that is undone: when this sees none, its sync is done.
 */
static bool is_mapped(const struct kdmabuf_buffer *buffer)
{
	/* This and the acquire pair with kdmabuf_map() and kdmabuf_unmap(). */
	smp_mb();
	return atomic_read_acquire(&buffer->mappings);
}

static bool views_overlap(const struct view *a, const struct view *b)
{
	return a->first < b->first + b->nr_pages &&
	       b->first < a->first + a->nr_pages;
}

/*
 * Give @view's bytes to the CPU or back to the devices: for each mapping, through
 * whatever view it was made, in the direction it was made for.
 */
static void sync_mappings(const struct view *view,
			  void (*sync)(struct device *dev,
				       struct sg_table *table,
				       enum dma_data_direction direction))
{
	struct kdmabuf_buffer *buffer = view->buffer;
	struct attachment *attachment;
	struct mapping *mapping;

	mutex_lock(&buffer->lock);
	list_for_each_entry(attachment, &buffer->attachments, node) {
		if (!views_overlap(view, attachment->view))
			continue;
		list_for_each_entry(mapping, &attachment->mappings, node)
			sync(attachment->device, &mapping->table,
			     mapping->direction);
	}
	mutex_unlock(&buffer->lock);
}

int kdmabuf_view_begin_access(const struct view *view,
			      enum dma_data_direction direction)
{
	bool write = direction == DMA_BIDIRECTIONAL ||
		     direction == DMA_TO_DEVICE;
	long ret;

	ret = dma_resv_wait_timeout(&view->buffer->resv,
				    dma_resv_usage_rw(write), true,
				    MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		return ret;
	if (is_mapped(view->buffer)) {
		trace_sync(view, direction, true);
		sync_mappings(view, dma_sync_sgtable_for_cpu);
	}
	return 0;
}

void kdmabuf_view_end_access(const struct view *view,
			     enum dma_data_direction direction)
{
	if (is_mapped(view->buffer)) {
		trace_sync(view, direction, false);
		sync_mappings(view, dma_sync_sgtable_for_device);
	}
}

/*
 * The core waits for the fences only after this call. A device that is still at
 * work would then write behind the sync (into a bounce buffer, say), so wait
 * first; the core's own wait finds nothing left to do.
 */
int kdmabuf_begin_cpu_access(struct dma_buf *dmabuf,
			     enum dma_data_direction direction)
{
	struct view *view = dmabuf->priv;

	if (!is_mapped(view->buffer))
		return 0;
	return kdmabuf_view_begin_access(view, direction);
}

int kdmabuf_end_cpu_access(struct dma_buf *dmabuf,
			   enum dma_data_direction direction)
{
	kdmabuf_view_end_access(dmabuf->priv, direction);
	return 0;
}
