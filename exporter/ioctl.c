// SPDX-License-Identifier: GPL-2.0
/*
 * The ABI of /dev/kdmabuf: copy the struct in, check it in the documented order,
 * call, copy it out, and install a new fd last.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kdmabuf.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/numa.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <uapi/linux/dma-heap.h>

#include "buffer.h"
#include "fd.h"
#include "ioctl.h"
#include "memory.h"
#include "nodes.h"
#include "publish.h"
#include "search.h"
#include "statistics.h"
#include "sync.h"
#include "view.h"
#include "window.h"

/* Sizes that the structs had in their first version; no caller has shorter ones. */
#define ALLOC_SIZE_0 88
#define QUERY_SIZE_0 120
#define VIEW_SIZE_0 32
#define NEXT_SIZE_0 104

static_assert(sizeof(struct kdmabuf_alloc) == ALLOC_SIZE_0);
static_assert(sizeof(struct kdmabuf_query) == QUERY_SIZE_0);
static_assert(sizeof(struct kdmabuf_view) == VIEW_SIZE_0);
static_assert(sizeof(struct kdmabuf_next) == NEXT_SIZE_0);

/* An ioctl number without the size, which callers of other versions have different. */
#define ANY_SIZE(cmd) ((cmd) & ~IOCSIZE_MASK)

/* Page numbers are below this if addresses are to be below 2^bits; 0: no limit. */
static unsigned long limit_pfn(unsigned int bits)
{
	if (!bits || bits - PAGE_SHIFT >= BITS_PER_LONG)
		return ULONG_MAX;
	return 1UL << (bits - PAGE_SHIFT);
}

static int check_alloc(const struct kdmabuf_alloc *alloc,
		       struct kdmabuf_memory_request *request)
{
	if (alloc->flags & ~(KDMABUF_ALLOC_SCATTERED | KDMABUF_ALLOC_ON_NODE |
			     KDMABUF_ALLOC_NO_FD))
		return -EINVAL;
	if (alloc->fd_flags & ~DMA_HEAP_VALID_FD_FLAGS ||
	    (alloc->fd_flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	if (alloc->fd || alloc->reserved || alloc->id || alloc->window)
		return -EINVAL;
	if (alloc->node && !(alloc->flags & KDMABUF_ALLOC_ON_NODE))
		return -EINVAL;

	if (!alloc->size || alloc->size > PAGE_ALIGN_DOWN(SIZE_MAX))
		return -ERANGE;
	request->nr_pages = PAGE_ALIGN(alloc->size) >> PAGE_SHIFT;

	request->scattered = alloc->flags & KDMABUF_ALLOC_SCATTERED;
	request->alignment = 1;
	if (alloc->alignment) {
		if (request->scattered || !is_power_of_2(alloc->alignment) ||
		    alloc->alignment >> PAGE_SHIFT >
			    roundup_pow_of_two(request->nr_pages))
			return -EDOM;
		request->alignment =
			max_t(u64, alloc->alignment >> PAGE_SHIFT, 1);
	}

	if (alloc->address_bits &&
	    (alloc->address_bits <= PAGE_SHIFT || alloc->address_bits > 64))
		return -EADDRNOTAVAIL;
	request->limit_pfn = limit_pfn(alloc->address_bits);
	if (!kdmabuf_search_possible(NUMA_NO_NODE, request->limit_pfn))
		return -EADDRNOTAVAIL;

	request->node = NUMA_NO_NODE;
	if (alloc->flags & KDMABUF_ALLOC_ON_NODE) {
		if (alloc->node < 0 || alloc->node >= MAX_NUMNODES)
			return -ENXIO;
		request->node = array_index_nospec(alloc->node, MAX_NUMNODES);
		if (!kdmabuf_search_possible(request->node, ULONG_MAX))
			return -ENXIO;
	}

	if (strnlen(alloc->name, KDMABUF_NAME_LEN) == KDMABUF_NAME_LEN)
		return -ENAMETOOLONG;
	return 0;
}

/* Tell the caller of its new buffer, of which the open file gets a window. */
static int tell_alloc(struct kdmabuf_alloc *alloc,
		      struct kdmabuf_windows *windows,
		      struct kdmabuf_buffer *buffer, unsigned int cmd,
		      void __user *arg)
{
	int ret = kdmabuf_window_prepare(windows, buffer, &alloc->window);

	if (ret)
		return ret;
	alloc->size = kdmabuf_memory_size(buffer->memory);
	alloc->id = buffer->id;
	ret = write_struct(alloc, sizeof(*alloc), cmd, arg);
	kdmabuf_window_grant(windows, buffer,
			     ret ? 0 : OPEN_FMODE(alloc->fd_flags));
	return ret;
}

static int alloc_with_fd(struct kdmabuf_alloc *alloc,
			 const struct kdmabuf_memory_request *request,
			 struct kdmabuf_windows *windows, unsigned int cmd,
			 void __user *arg)
{
	struct dma_buf *dmabuf;
	int ret = kdmabuf_fd_create(request, alloc->name, alloc->fd_flags,
				    &dmabuf);

	if (ret < 0)
		return ret;
	alloc->fd = ret;
	return kdmabuf_fd_publish(alloc->fd, dmabuf,
				  tell_alloc(alloc, windows,
					     kdmabuf_view_of(dmabuf)->buffer,
					     cmd, arg));
}

/* A buffer that its window keeps. */
static int alloc_without_fd(struct kdmabuf_alloc *alloc,
			    const struct kdmabuf_memory_request *request,
			    struct kdmabuf_windows *windows, unsigned int cmd,
			    void __user *arg)
{
	struct kdmabuf_buffer *buffer;
	int ret;

	buffer = kdmabuf_buffer_create(request, alloc->name);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	alloc->fd = -1;
	ret = tell_alloc(alloc, windows, buffer, cmd, arg);
	if (!ret)
		kdmabuf_window_hold(windows, buffer);
	kdmabuf_buffer_put(buffer);
	return ret;
}

static int ioctl_alloc(struct kdmabuf_windows *windows, unsigned int cmd,
		       void __user *arg)
{
	struct kdmabuf_memory_request request;
	struct kdmabuf_alloc alloc;
	int ret;

	ret = read_struct(&alloc, sizeof(alloc), ALLOC_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	ret = check_alloc(&alloc, &request);
	if (ret)
		return ret;

	if (alloc.flags & KDMABUF_ALLOC_NO_FD)
		ret = alloc_without_fd(&alloc, &request, windows, cmd, arg);
	else
		ret = alloc_with_fd(&alloc, &request, windows, cmd, arg);
	kdmabuf_statistics_count(ret);
	return ret;
}

/* The dma-buf of ours that @fd is; the caller puts it. */
struct dma_buf *kdmabuf_get_view(int fd)
{
	struct dma_buf *dmabuf = dma_buf_get(fd);

	if (dmabuf == ERR_PTR(-EINVAL))
		return ERR_PTR(-EMEDIUMTYPE);
	if (!IS_ERR(dmabuf) && !kdmabuf_view_of(dmabuf)) {
		dma_buf_put(dmabuf);
		return ERR_PTR(-EMEDIUMTYPE);
	}
	return dmabuf;
}

bool kdmabuf_may_administer(void)
{
	/* No audit record: a caller without the capability does nothing wrong. */
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

static u64 visible_address(const struct page *page)
{
	return kdmabuf_may_administer() ? page_to_phys(page) : 0;
}

static int ioctl_query(struct kdmabuf_windows *windows, unsigned int cmd,
		       void __user *arg)
{
	struct kdmabuf_query query, empty = {};
	const struct view *view;
	struct kdmabuf_buffer *buffer;
	struct dma_buf *dmabuf;
	struct page *page;
	kgid_t group;
	int ret;

	ret = read_struct(&query, sizeof(query), QUERY_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	empty.fd = query.fd;
	if (memcmp(&query, &empty, sizeof(query)))
		return -EINVAL;

	dmabuf = kdmabuf_get_view(query.fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	view = kdmabuf_view_of(dmabuf);
	buffer = view->buffer;
	page = kdmabuf_memory_page(buffer->memory, view->first);

	query.view_flags = view->read_only ? KDMABUF_VIEW_READ_ONLY : 0;
	query.size = kdmabuf_view_size(view);
	query.offset = kdmabuf_view_offset(view);
	query.buffer_size = kdmabuf_memory_size(buffer->memory);
	query.id = buffer->id;
	query.flags = buffer->flags;
	query.uid = from_kuid_munged(current_user_ns(), buffer->owner);
	query.segments = kdmabuf_memory_segments(buffer->memory, view->first,
						 view->nr_pages);
	query.page_size = kdmabuf_view_is_huge(view) ? PMD_SIZE : PAGE_SIZE;
	query.attachments = kdmabuf_buffer_attachments(buffer);
	query.node = page_to_nid(page);
	query.physical_address = visible_address(page);
	query.window = kdmabuf_window_start(windows, buffer);
	query.mode = kdmabuf_published_mode(buffer, &group);
	if (query.mode)
		query.gid = from_kgid_munged(current_user_ns(), group);
	strscpy(query.name, buffer->name, sizeof(query.name));
	dma_buf_put(dmabuf);
	return write_struct(&query, sizeof(query), cmd, arg);
}

static int ioctl_view(unsigned int cmd, void __user *arg)
{
	const struct view *parent;
	struct dma_buf *dmabuf, *child;
	struct kdmabuf_view view;
	fmode_t access;
	int ret;

	ret = read_struct(&view, sizeof(view), VIEW_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	if (view.fd_flags & ~(O_ACCMODE | O_CLOEXEC) || view.flags ||
	    view.view_fd)
		return -EINVAL;
	switch (view.fd_flags & O_ACCMODE) {
	case O_RDONLY:
		access = FMODE_READ;
		break;
	case O_RDWR:
		access = FMODE_READ | FMODE_WRITE;
		break;
	default:
		return -EINVAL;
	}

	dmabuf = kdmabuf_get_view(view.fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	parent = kdmabuf_view_of(dmabuf);

	ret = -EDOM;
	if (!PAGE_ALIGNED(view.offset) || !PAGE_ALIGNED(view.length))
		goto out_put;
	ret = -ERANGE;
	if (!kdmabuf_view_has(parent, view.offset, view.length))
		goto out_put;
	ret = -EACCES;
	if ((dmabuf->file->f_mode & access) != access ||
	    (access & FMODE_WRITE && parent->read_only))
		goto out_put;

	ret = get_unused_fd_flags(view.fd_flags);
	if (ret < 0)
		goto out_put;
	view.view_fd = ret;
	child = kdmabuf_view_export(parent->buffer,
				    parent->first + (view.offset >> PAGE_SHIFT),
				    view.length >> PAGE_SHIFT,
				    !(access & FMODE_WRITE), view.fd_flags);
	if (IS_ERR(child)) {
		put_unused_fd(view.view_fd);
		ret = PTR_ERR(child);
		goto out_put;
	}
	ret = kdmabuf_fd_publish(view.view_fd, child,
				 write_struct(&view, sizeof(view), cmd, arg));

out_put:
	dma_buf_put(dmabuf);
	return ret;
}

/* Fill the struct kdmabuf_next @data, unless the caller may not see @buffer. */
static int visit_next(struct kdmabuf_buffer *buffer, void *data)
{
	struct kdmabuf_memory *memory = buffer->memory;
	struct kdmabuf_next *next = data;
	struct page *page;
	kgid_t group;

	if (!uid_eq(buffer->owner, current_euid()) &&
	    !kdmabuf_published_access(buffer) && !kdmabuf_may_administer())
		return 0;

	page = kdmabuf_memory_page(memory, 0);
	next->id = buffer->id;
	next->size = kdmabuf_memory_size(memory);
	next->flags = buffer->flags;
	next->uid = from_kuid_munged(current_user_ns(), buffer->owner);
	next->pid = kdmabuf_buffer_pid(buffer);
	next->segments = memory->nr_runs;
	next->views = atomic_read(&buffer->views);
	next->attachments = kdmabuf_buffer_attachments(buffer);
	next->node = page_to_nid(page);
	next->mode = kdmabuf_published_mode(buffer, &group);
	next->physical_address = visible_address(page);
	strscpy(next->name, buffer->name, sizeof(next->name));
	strscpy(next->comm, buffer->comm, sizeof(next->comm));
	return 1;
}

static int ioctl_next(unsigned int cmd, void __user *arg)
{
	struct kdmabuf_next next, empty = {};
	int ret;

	ret = read_struct(&next, sizeof(next), NEXT_SIZE_0, cmd, arg);
	if (ret)
		return ret;
	empty.id = next.id;
	if (memcmp(&next, &empty, sizeof(next)))
		return -EINVAL;
	if (next.id == U64_MAX ||
	    !kdmabuf_buffer_for_each(next.id + 1, visit_next, &next))
		return -ENOENT;
	return write_struct(&next, sizeof(next), cmd, arg);
}

/* All that /dev/kdmabuf speaks. */
long kdmabuf_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct kdmabuf_windows *windows = file->private_data;
	void __user *argp = (void __user *)arg;

	if (_IOC_TYPE(cmd) == DMA_HEAP_IOC_MAGIC)
		return kdmabuf_heap_ioctl(file, cmd, arg);

	switch (ANY_SIZE(cmd)) {
	case ANY_SIZE(KDMABUF_IOCTL_ALLOC):
		return ioctl_alloc(windows, cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_QUERY):
		return ioctl_query(windows, cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_VIEW):
		return ioctl_view(cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_NEXT):
		return ioctl_next(cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_PUBLISH):
		return kdmabuf_ioctl_publish(cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_OPEN):
		return kdmabuf_ioctl_open(windows, cmd, argp);
	case ANY_SIZE(KDMABUF_IOCTL_SYNC):
		return kdmabuf_ioctl_sync(cmd, argp);
	default:
		return -ENOTTY;
	}
}
