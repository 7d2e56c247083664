// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: having the exporter map for a device, and looking hard at what it gave.
 * Only the device's side of the table is read: the other belongs to the exporter,
 * and need not be there.
 */
#include <linux/dma-buf.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/kdmabuf_importer.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "attachment.h"
#include "compat.h"
#include "import.h"
#include "ioctl.h"
#include "mapping.h"

static void lock_for_mapping(const struct attachment *attachment)
{
	if (attachment->dynamic || KDMABUF_STATIC_IMPORTERS_LOCK)
		dma_resv_lock(attachment->import->dmabuf->resv, NULL);
}

static void unlock_for_mapping(const struct attachment *attachment)
{
	if (attachment->dynamic || KDMABUF_STATIC_IMPORTERS_LOCK)
		dma_resv_unlock(attachment->import->dmabuf->resv);
}

/* @moves: the attachment's, at a time when the lock kept it from changing */
static struct sg_table *map_table(struct attachment *attachment,
				  enum dma_data_direction direction,
				  unsigned int *moves)
{
	struct dma_buf_attachment *attached = attachment->attached;
	struct sg_table *table;
	int ret = 0;

	lock_for_mapping(attachment);
	/* A static importer's mapping is pinned by the core. */
	if (attachment->dynamic)
		ret = dma_buf_pin(attached);
	if (ret) {
		table = ERR_PTR(ret);
		goto out;
	}
	table = dma_buf_map_attachment(attached, direction);
	if (IS_ERR(table) && attachment->dynamic)
		dma_buf_unpin(attached);
	*moves = attachment->moves;
out:
	unlock_for_mapping(attachment);
	return table;
}

static void unmap_table(struct attachment *attachment, struct sg_table *table,
			enum dma_data_direction direction)
{
	lock_for_mapping(attachment);
	dma_buf_unmap_attachment(attachment->attached, table, direction);
	if (attachment->dynamic)
		dma_buf_unpin(attachment->attached);
	unlock_for_mapping(attachment);
}

static u32 inspect_segment(struct device *device, const struct segment *segment)
{
	u64 boundary = dma_get_seg_boundary(device);
	u64 first = segment->address, last = first + segment->length - 1;
	u32 bad = 0;

	if (!segment->length)
		return KDMABUF_IMPORTER_BAD_LENGTH;
	if (!PAGE_ALIGNED(first) || !PAGE_ALIGNED(segment->length))
		bad |= KDMABUF_IMPORTER_BAD_ALIGNMENT;
	if (segment->length > dma_get_max_seg_size(device))
		bad |= KDMABUF_IMPORTER_BAD_SEGMENT_SIZE;
	if ((first & ~boundary) != (last & ~boundary))
		bad |= KDMABUF_IMPORTER_BAD_BOUNDARY;
	if (last < first || last > dma_get_mask(device))
		bad |= KDMABUF_IMPORTER_BAD_ADDRESS;
	return bad;
}

/* Take over what the table says. The count that it states may be a lie. */
static u32 read_table(struct mapping *mapping)
{
	struct device *device = mapping->attachment->device;
	struct sg_table *table = mapping->table;
	struct scatterlist *sg = table->sgl;
	u32 bad = 0;

	while (mapping->nr_segments < table->nents && sg) {
		struct segment *segment =
			&mapping->segments[mapping->nr_segments++];

		segment->offset = mapping->bytes;
		segment->address = sg_dma_address(sg);
		segment->length = sg_dma_len(sg);
		mapping->bytes += segment->length;
		bad |= inspect_segment(device, segment);
		sg = sg_next(sg);
	}
	if (mapping->nr_segments != table->nents)
		bad |= KDMABUF_IMPORTER_BAD_COUNT;
	if (mapping->bytes != mapping->attachment->import->dmabuf->size)
		bad |= KDMABUF_IMPORTER_BAD_SIZE;
	return bad;
}

static u32 describe(const struct mapping *mapping)
{
	struct device *device = mapping->attachment->device;
	u32 flags = KDMABUF_IMPORTER_MAP_CONTIGUOUS;
	const struct segment *segment;
	dma_addr_t end = 0;
	unsigned int i;

	if (dev_is_dma_coherent(device))
		flags |= KDMABUF_IMPORTER_MAP_COHERENT;
	for (i = 0; i < mapping->nr_segments; i++) {
		segment = &mapping->segments[i];
		if (i && segment->address != end)
			flags &= ~KDMABUF_IMPORTER_MAP_CONTIGUOUS;
		if (dma_need_sync(device, segment->address))
			flags |= KDMABUF_IMPORTER_MAP_NEEDS_SYNC;
		end = segment->address + segment->length;
	}
	return flags;
}

static void mapping_destroy(struct session *session, void *object)
{
	struct mapping *mapping = object;

	unmap_table(mapping->attachment, mapping->table, mapping->direction);
	mapping->attachment->mappings--;
	kvfree(mapping);
}

const struct object_kind importer_mapping_kind = {
	.destroy = mapping_destroy,
};

static struct mapping *map_attachment(struct attachment *attachment,
				      enum dma_data_direction direction)
{
	struct mapping *mapping;
	struct sg_table *table;
	unsigned int moves;

	table = map_table(attachment, direction, &moves);
	if (IS_ERR(table))
		return ERR_CAST(table);
	mapping = kvzalloc(struct_size(mapping, segments, table->nents),
			   GFP_KERNEL);
	if (!mapping) {
		unmap_table(attachment, table, direction);
		return ERR_PTR(-ENOMEM);
	}
	mapping->attachment = attachment;
	mapping->table = table;
	mapping->direction = direction;
	mapping->moves = moves;
	attachment->mappings++;
	return mapping;
}

int importer_map(struct session *session, void *arguments, struct object **made)
{
	struct kdmabuf_importer_map *map = arguments;
	struct kdmabuf_importer_map empty = {
		.attachment = map->attachment,
		.direction = map->direction,
	};
	struct attachment *attachment;
	struct mapping *mapping;
	int ret;

	if (memcmp(map, &empty, sizeof(empty)) ||
	    map->direction > KDMABUF_IMPORTER_FROM_DEVICE)
		return -EINVAL;
	attachment = importer_session_find(session, &importer_attachment_kind,
					   map->attachment);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);

	mapping = map_attachment(attachment, map->direction);
	if (IS_ERR(mapping))
		return PTR_ERR(mapping);
	ret = importer_session_add(session, &mapping->object,
				   &importer_mapping_kind);
	if (ret) {
		mapping_destroy(session, mapping);
		return ret;
	}
	map->bad = read_table(mapping);
	map->flags = describe(mapping);
	map->segments = mapping->nr_segments;
	map->bytes = mapping->bytes;
	map->mapping = mapping->object.handle;
	*made = &mapping->object;
	return 0;
}

int importer_unmap(struct session *session, void *arguments,
		   struct object **made)
{
	const struct kdmabuf_importer_unmap *unmap = arguments;
	struct attachment *attachment;
	struct mapping *mapping;

	attachment = importer_session_find(session, &importer_attachment_kind,
					   unmap->attachment);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	mapping = importer_session_find(session, &importer_mapping_kind,
					unmap->mapping);
	if (IS_ERR(mapping))
		return PTR_ERR(mapping);
	if (mapping->attachment != attachment)
		return -EXDEV;
	importer_session_destroy(session, &mapping->object);
	return 0;
}

/* A copy of the segments that are asked for, for use without the lock. */
static struct kdmabuf_importer_segment *
copy_segments(struct session *session,
	      struct kdmabuf_importer_segments *segments)
{
	struct kdmabuf_importer_segment *copy;
	const struct mapping *mapping;
	u32 i;

	mapping = importer_session_find(session, &importer_mapping_kind,
					segments->mapping);
	if (IS_ERR(mapping))
		return ERR_CAST(mapping);
	if (segments->first >= mapping->nr_segments)
		return ERR_PTR(-ERANGE);
	segments->count =
		min(segments->count, mapping->nr_segments - segments->first);
	copy = kvcalloc(max(segments->count, 1U), sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < segments->count; i++) {
		copy[i].address =
			mapping->segments[segments->first + i].address;
		copy[i].length = mapping->segments[segments->first + i].length;
	}
	return copy;
}

int importer_segments(struct session *session, void *arguments,
		      struct object **made)
{
	struct kdmabuf_importer_segments *segments = arguments;
	struct kdmabuf_importer_segment *copy;
	int ret = 0;

	if (segments->reserved)
		return -EINVAL;
	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	copy = copy_segments(session, segments);
	mutex_unlock(&session->lock);
	if (IS_ERR(copy))
		return PTR_ERR(copy);
	if (copy_to_user(u64_to_user_ptr(segments->segments), copy,
			 (size_t)segments->count * sizeof(*copy)))
		ret = -EFAULT;
	kvfree(copy);
	return ret;
}

/**
 * importer_mapping_check - whether the device of a mapping may do a transfer
 * @mapping: of a locked session
 * @offset: where in the buffer it begins
 * @length: bytes
 * @device_writes: else it reads
 *
 * Returns 0, -ERANGE, -EACCES, or -ESTALE.
 */
int importer_mapping_check(const struct mapping *mapping, u64 offset,
			   u64 length, bool device_writes)
{
	if (offset > mapping->bytes || length > mapping->bytes - offset)
		return -ERANGE;
	if (mapping->direction ==
	    (device_writes ? DMA_TO_DEVICE : DMA_FROM_DEVICE))
		return -EACCES;
	if (READ_ONCE(mapping->attachment->moves) != mapping->moves)
		return -ESTALE;
	return 0;
}

/**
 * importer_mapping_run - where a byte of a buffer is for the device
 * @mapping: of a locked session
 * @offset: of the byte, less than @mapping->bytes
 * @max: bytes of interest
 * @address: where its address for the device goes
 *
 * Returns how many bytes, at most @max, follow each other from there on.
 */
size_t importer_mapping_run(const struct mapping *mapping, u64 offset,
			    size_t max, dma_addr_t *address)
{
	unsigned int low = 0, high = mapping->nr_segments;
	const struct segment *segment;
	u64 skip;

	/* Of segments without bytes this finds the one that has some. */
	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (mapping->segments[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	segment = &mapping->segments[low];
	skip = offset - segment->offset;
	*address = segment->address + skip;
	return min_t(u64, max, segment->length - skip);
}
