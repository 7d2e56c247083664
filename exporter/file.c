// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kdmabuf as a file: what can be done with it besides ioctls. The windows of
 * the buffers (window.c) are its data, and the rest of it are holes, where nothing
 * can be read, written or mapped.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "buffer.h"
#include "file.h"
#include "memory.h"
#include "nodes.h"
#include "sync.h"
#include "view.h"
#include "window.h"

static int file_open(struct inode *inode, struct file *file)
{
	file->private_data = kdmabuf_windows_create(file->f_mode);
	return file->private_data ? 0 : -ENOMEM;
}

static int file_release(struct inode *inode, struct file *file)
{
	kdmabuf_windows_destroy(file->private_data);
	return 0;
}

/*
 * Page by page, since a copy must not pass the end of a folio. Returns how many
 * bytes were moved: less where the user's memory faults, or the task is killed.
 */
static size_t move_bytes(const struct kdmabuf_memory *memory, u64 offset,
			 size_t size, struct iov_iter *iter)
{
	bool write = iov_iter_rw(iter) == WRITE;
	size_t moved = 0, nr, done;

	while (moved < size && !fatal_signal_pending(current)) {
		u64 at = offset + moved;
		struct page *page =
			kdmabuf_memory_page(memory, at >> PAGE_SHIFT);

		nr = min_t(size_t, size - moved,
			   PAGE_SIZE - offset_in_page(at));
		done = write ? copy_page_from_iter(page, offset_in_page(at), nr,
						   iter) :
			       copy_page_to_iter(page, offset_in_page(at), nr,
						 iter);
		moved += done;
		if (done < nr)
			break;
		cond_resched();
	}
	return moved;
}

/*
 * A transfer ends where the buffer does. In a hole reading is at the end of the
 * file, and writing finds no space, as at the end of a block device.
 */
static ssize_t file_transfer(struct kiocb *iocb, struct iov_iter *iter)
{
	bool write = iov_iter_rw(iter) == WRITE;
	enum dma_data_direction direction = write ? DMA_TO_DEVICE :
						    DMA_FROM_DEVICE;
	struct kdmabuf_window_place place;
	const struct kdmabuf_memory *memory;
	size_t size, moved;
	ssize_t ret;
	u64 offset;

	if (!iov_iter_count(iter))
		return 0;
	if (!kdmabuf_window_at(iocb->ki_filp->private_data, iocb->ki_pos,
			       &place))
		return write ? -ENOSPC : 0;
	ret = -EACCES;
	if (!(place.access & (write ? FMODE_WRITE : FMODE_READ)))
		goto out;

	memory = place.buffer->memory;
	offset = iocb->ki_pos - place.start;
	size = min_t(u64, iov_iter_count(iter),
		     kdmabuf_memory_size(memory) - offset);
	ret = kdmabuf_sync_begin(place.buffer, offset, size, direction);
	if (ret)
		goto out;
	moved = move_bytes(memory, offset, size, iter);
	kdmabuf_sync_end(place.buffer, offset, size, direction);
	iocb->ki_pos += moved;
	ret = moved ?: -EFAULT;
out:
	kdmabuf_buffer_put(place.buffer);
	return ret;
}

static loff_t file_llseek(struct file *file, loff_t offset, int whence)
{
	struct kdmabuf_windows *windows = file->private_data;
	u64 start, end;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_file_llseek_size(file, offset, whence,
						MAX_LFS_FILESIZE,
						kdmabuf_windows_end(windows));

	if (offset < 0 || !kdmabuf_window_after(windows, offset, &start, &end))
		return -ENXIO;
	if (whence == SEEK_DATA)
		offset = max_t(u64, offset, start);
	else if (start <= offset)
		offset = end;
	return vfs_setpos(file, offset, MAX_LFS_FILESIZE);
}

/*
 * A mapping is one of a dma-buf, and keeps that instead of this file. It is a
 * dma-buf of its own, since the buffer's others may be about to go. That the range
 * lies inside the buffer is for dma_buf_mmap() to check.
 */
static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct kdmabuf_window_place place;
	struct dma_buf *dmabuf;
	bool writable;
	int ret;

	if (!kdmabuf_window_at(file->private_data,
			       (u64)vma->vm_pgoff << PAGE_SHIFT, &place))
		return -ENXIO;
	ret = -EACCES;
	if (!(place.access & FMODE_READ))
		goto out;

	writable = place.access & FMODE_WRITE;
	dmabuf = kdmabuf_view_export(place.buffer, 0,
				     place.buffer->memory->nr_pages, !writable,
				     writable ? O_RDWR : O_RDONLY);
	ret = PTR_ERR_OR_ZERO(dmabuf);
	if (ret)
		goto out;
	ret = dma_buf_mmap(dmabuf, vma,
			   vma->vm_pgoff - (place.start >> PAGE_SHIFT));
	dma_buf_put(dmabuf);
out:
	kdmabuf_buffer_put(place.buffer);
	return ret;
}

const struct file_operations kdmabuf_file_operations = {
	.owner = THIS_MODULE,
	.open = file_open,
	.release = file_release,
	.read_iter = file_transfer,
	.write_iter = file_transfer,
	.llseek = file_llseek,
	.mmap = file_mmap,
	/* Windows lie so that what this aligns is aligned in the buffer. */
	.get_unmapped_area = thp_get_unmapped_area,
	.unlocked_ioctl = kdmabuf_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
