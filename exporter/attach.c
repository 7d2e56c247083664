// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: attaching them to a buffer, and mapping a view for their DMA.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "attach.h"
#include "buffer.h"
#include "memory.h"
#include "trace.h"
#include "view.h"

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
	smp_mb__after_atomic(); /* pairs with is_mapped() in sync.c */
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
	smp_mb__before_atomic(); /* pairs with is_mapped() in sync.c */
	atomic_dec(&buffer->mappings);
	mutex_unlock(&buffer->lock);
	trace_unmap(attachment->view, mapping->direction, table->nents);

	if (is_worth_keeping(attachment, mapping))
		mapping = exchange_kept(attachment, mapping);
	if (mapping)
		destroy_mapping(attachment, mapping);
}
