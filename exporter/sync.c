// SPDX-License-Identifier: GPL-2.0
/*
 * CPU access, of the core through a dma-buf, of user space to a range, and of our own
 * for read() and write(): the devices' mappings are synchronised around it.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kdmabuf.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <uapi/linux/dma-buf.h>

#include "attach.h"
#include "buffer.h"
#include "ioctl.h"
#include "sync.h"
#include "trace.h"
#include "view.h"

/* As in ioctl.c: the size that the struct had in its first version. */
#define SYNC_SIZE_0 24

static_assert(sizeof(struct kdmabuf_sync) == SYNC_SIZE_0);

/*
 * A kernel that checks the use of the DMA API tells mappings that a device has of the
 * same bytes apart only if it is given one as it was made: all of it, in its own
 * direction. With anything less it would report what is right, so there it is done so.
 */
#define ONLY_AS_MADE IS_ENABLED(CONFIG_DMA_API_DEBUG)

/* What is to be done with the bytes: the CPU begins to access them, or ends to. */
enum sync {
	SYNC_BEGIN,
	SYNC_END_OF_READING,
	SYNC_END_OF_WRITING,
};

/*
 * Whether there may be something to sync, told without the lock. Of a mapping that
 * is made meanwhile: either this sees it, or its own sync sees what the CPU wrote
 * before (but for one that only writes, which fetches the bytes first of all, and
 * under which nobody may write). Of one that is undone: when this sees none, its sync
 * is done.
 */
static bool is_mapped(const struct kdmabuf_buffer *buffer)
{
	/* This and the acquire pair with kdmabuf_map() and kdmabuf_unmap(). */
	smp_mb();
	return atomic_read_acquire(&buffer->mappings);
}

/*
 * The direction to sync a mapping in. What the CPU has only read is still as the
 * device knows it, or newer in the device's hands: nothing is put over that.
 * Returns false if there is nothing to do.
 */
static bool find_direction(const struct mapping *mapping, enum sync sync,
			   enum dma_data_direction *direction)
{
	*direction = mapping->direction;
	if (sync != SYNC_END_OF_READING || ONLY_AS_MADE)
		return true;
	*direction = DMA_FROM_DEVICE;
	return mapping->direction != DMA_TO_DEVICE;
}

static void sync_whole(struct device *device, struct mapping *mapping,
		       enum sync sync, enum dma_data_direction direction)
{
	if (sync == SYNC_BEGIN)
		dma_sync_sgtable_for_cpu(device, &mapping->table, direction);
	else
		dma_sync_sgtable_for_device(device, &mapping->table, direction);
}

static void sync_piece(struct device *device, dma_addr_t address, size_t size,
		       enum sync sync, enum dma_data_direction direction)
{
	if (sync == SYNC_BEGIN)
		dma_sync_single_for_cpu(device, address, size, direction);
	else
		dma_sync_single_for_device(device, address, size, direction);
}

/*
 * Of the mapping's bytes those from @first to before @end. Devices may see fewer and
 * longer segments than the memory has, behind an IOMMU, but in the same order; what
 * is synced at once lies in one of either.
 */
static void sync_part(struct device *device, struct mapping *mapping, u64 first,
		      u64 end, enum sync sync,
		      enum dma_data_direction direction)
{
	struct scatterlist *sg, *segment = mapping->table.sgl;
	u64 sg_end = 0, segment_end = sg_dma_len(segment), next;
	int i;

	for_each_sgtable_sg(&mapping->table, sg, i) {
		sg_end += sg->length;
		for (; first < min(end, sg_end); first = next) {
			while (segment_end <= first) {
				segment = sg_next(segment);
				segment_end += sg_dma_len(segment);
			}
			next = min3(end, sg_end, segment_end);
			sync_piece(device,
				   sg_dma_address(segment) +
					   sg_dma_len(segment) -
					   (segment_end - first),
				   next - first, sync, direction);
		}
	}
}

static void sync_attachment(const struct attachment *attachment, u64 first,
			    u64 end, enum sync sync)
{
	u64 start = kdmabuf_view_offset(attachment->view);
	u64 size = kdmabuf_view_size(attachment->view);
	enum dma_data_direction direction;
	struct mapping *mapping;

	if (end <= start || start + size <= first)
		return;
	list_for_each_entry(mapping, &attachment->mappings, node) {
		if (!find_direction(mapping, sync, &direction))
			continue;
		if (ONLY_AS_MADE || (first <= start && start + size <= end))
			sync_whole(attachment->device, mapping, sync,
				   direction);
		else
			sync_part(attachment->device, mapping,
				  max(first, start) - start,
				  min(end, start + size) - start, sync,
				  direction);
	}
}

/*
 * Give bytes of the buffer to the CPU or back to the devices: in each mapping,
 * through whatever view it was made. A CPU whose cache is not the devices' gives back
 * and takes whole lines of it.
 */
static void sync_mappings(struct kdmabuf_buffer *buffer, u64 offset, u64 size,
			  enum sync sync)
{
	unsigned int line = dma_get_cache_alignment();
	const struct attachment *attachment;

	mutex_lock(&buffer->lock);
	list_for_each_entry(attachment, &buffer->attachments, node)
		sync_attachment(attachment, round_down(offset, line),
				round_up(offset + size, line), sync);
	mutex_unlock(&buffer->lock);
}

/**
 * kdmabuf_sync_begin - let the CPU access bytes of a buffer
 * @buffer: it
 * @offset: where the bytes begin
 * @size: how many
 * @direction: of the devices that would do what the CPU will: DMA_FROM_DEVICE for
 *	one that reads
 *
 * Waits for devices that are at work: what they write after the sync would go over
 * what the CPU does. Returns 0 or -ERESTARTSYS.
 */
int kdmabuf_sync_begin(struct kdmabuf_buffer *buffer, u64 offset, u64 size,
		       enum dma_data_direction direction)
{
	bool write = direction == DMA_BIDIRECTIONAL ||
		     direction == DMA_TO_DEVICE;
	long ret;

	ret = dma_resv_wait_timeout(&buffer->resv, dma_resv_usage_rw(write),
				    true, MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		return ret;
	if (is_mapped(buffer)) {
		trace_sync(buffer, offset, size, direction, true);
		sync_mappings(buffer, offset, size, SYNC_BEGIN);
	}
	return 0;
}

/* What kdmabuf_sync_begin() began is over. */
void kdmabuf_sync_end(struct kdmabuf_buffer *buffer, u64 offset, u64 size,
		      enum dma_data_direction direction)
{
	if (is_mapped(buffer)) {
		trace_sync(buffer, offset, size, direction, false);
		sync_mappings(buffer, offset, size,
			      direction == DMA_FROM_DEVICE ?
				      SYNC_END_OF_READING :
				      SYNC_END_OF_WRITING);
	}
}

/*
 * The core waits for the fences only after this call, which is too late, so wait
 * here; its own wait finds nothing left to do.
 */
int kdmabuf_begin_cpu_access(struct dma_buf *dmabuf,
			     enum dma_data_direction direction)
{
	const struct view *view = dmabuf->priv;

	if (!is_mapped(view->buffer))
		return 0;
	return kdmabuf_sync_begin(view->buffer, kdmabuf_view_offset(view),
				  kdmabuf_view_size(view), direction);
}

/* The core lets any holder of a dma-buf claim that he has written. */
int kdmabuf_end_cpu_access(struct dma_buf *dmabuf,
			   enum dma_data_direction direction)
{
	const struct view *view = dmabuf->priv;

	if (view->read_only)
		direction = DMA_FROM_DEVICE;
	kdmabuf_sync_end(view->buffer, kdmabuf_view_offset(view),
			 kdmabuf_view_size(view), direction);
	return 0;
}

/* As the core has it for DMA_BUF_IOCTL_SYNC; DMA_NONE: that is no access. */
static enum dma_data_direction direction_of(u32 flags)
{
	switch (flags & DMA_BUF_SYNC_RW) {
	case DMA_BUF_SYNC_READ:
		return DMA_FROM_DEVICE;
	case DMA_BUF_SYNC_WRITE:
		return DMA_TO_DEVICE;
	case DMA_BUF_SYNC_RW:
		return DMA_BIDIRECTIONAL;
	default:
		return DMA_NONE;
	}
}

long kdmabuf_ioctl_sync(unsigned int cmd, void __user *arg)
{
	enum dma_data_direction direction;
	struct kdmabuf_sync sync;
	struct dma_buf *dmabuf;
	struct view *view;
	u64 offset;
	int ret;

	ret = read_struct(&sync, sizeof(sync), SYNC_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	direction = direction_of(sync.flags);
	if (sync.flags & ~DMA_BUF_SYNC_VALID_FLAGS_MASK ||
	    direction == DMA_NONE)
		return -EINVAL;

	dmabuf = kdmabuf_get_view(sync.fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	view = kdmabuf_view_of(dmabuf);

	ret = -ERANGE;
	if (!kdmabuf_view_has(view, sync.offset, sync.length))
		goto out;
	ret = -EACCES;
	if (direction != DMA_FROM_DEVICE &&
	    (view->read_only || !(dmabuf->file->f_mode & FMODE_WRITE)))
		goto out;
	offset = kdmabuf_view_offset(view) + sync.offset;
	ret = 0;
	if (sync.flags & DMA_BUF_SYNC_END)
		kdmabuf_sync_end(view->buffer, offset, sync.length, direction);
	else
		ret = kdmabuf_sync_begin(view->buffer, offset, sync.length,
					 direction);
out:
	dma_buf_put(dmabuf);
	return ret;
}
