// SPDX-License-Identifier: GPL-2.0
/*
 * The dma-heap ABI, as the kernel's heaps have it.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/linux/dma-heap.h>

#include "buffer.h"
#include "fd.h"
#include "memory.h"
#include "nodes.h"
#include "statistics.h"
#include "view.h"
#include "window.h"

static int heap_alloc(struct dma_heap_allocation_data *data,
		      struct dma_buf **dmabuf)
{
	struct kdmabuf_memory_request request = {
		.alignment = 1,
		.limit_pfn = ULONG_MAX,
		.node = NUMA_NO_NODE,
	};

	if (data->fd || data->fd_flags & ~DMA_HEAP_VALID_FD_FLAGS ||
	    data->heap_flags & ~DMA_HEAP_VALID_HEAP_FLAGS)
		return -EINVAL;
	request.nr_pages = (size_t)PAGE_ALIGN(data->len) >> PAGE_SHIFT;
	if (!request.nr_pages)
		return -EINVAL;
	return kdmabuf_fd_create(&request, "", data->fd_flags, dmabuf);
}

/* Tell the caller of its new dma-buf, of which /dev/kdmabuf gets a window. */
static int tell_heap_alloc(const struct dma_heap_allocation_data *data,
			   struct kdmabuf_windows *windows,
			   struct kdmabuf_buffer *buffer, unsigned int cmd,
			   void __user *arg)
{
	u64 start;
	int ret;

	if (windows) {
		ret = kdmabuf_window_prepare(windows, buffer, &start);
		if (ret)
			return ret;
	}
	ret = cmd & IOC_OUT && copy_to_user(arg, data, _IOC_SIZE(cmd)) ?
		      -EFAULT :
		      0;
	if (windows)
		kdmabuf_window_grant(windows, buffer,
				     ret ? 0 : OPEN_FMODE(data->fd_flags));
	return ret;
}

/*
 * DMA_HEAP_IOCTL_ALLOC, down to what the kernel's heaps do with strange numbers:
 * only _IOC_NR() tells the command, the struct may have any size, what is beyond
 * ours is neither looked at nor changed, what is missing is zero, and the
 * direction bits say what is copied.
 */
long kdmabuf_heap_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_heap_allocation_data *data;
	void __user *argp = (void __user *)arg;
	size_t size = _IOC_SIZE(cmd);
	struct dma_buf *dmabuf;
	int ret;

	if (_IOC_NR(cmd) != _IOC_NR(DMA_HEAP_IOCTL_ALLOC))
		return -EINVAL;

	data = kzalloc(max(size, sizeof(*data)), GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	if (cmd & IOC_IN && copy_from_user(data, argp, size)) {
		ret = -EFAULT;
		goto out;
	}
	ret = heap_alloc(data, &dmabuf);
	if (ret >= 0) {
		data->fd = ret;
		ret = tell_heap_alloc(data, file->private_data,
				      kdmabuf_view_of(dmabuf)->buffer, cmd,
				      argp);
		ret = kdmabuf_fd_publish(data->fd, dmabuf, ret);
	}
	kdmabuf_statistics_count(ret);
out:
	kfree(data);
	return ret;
}
