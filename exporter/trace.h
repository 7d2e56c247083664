/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints kdmabuf:*, what becomes of buffers and of the pool. The id is the
 * buffer's; offset, in the buffer, and size are bytes.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kdmabuf

#if !defined(KDMABUF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KDMABUF_TRACE_H

#include <linux/dma-direction.h>
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "buffer.h"
#include "memory.h"
#include "pool.h"
#include "view.h"

/* Bytes of a device's name, with the NUL; of a longer one the first. */
#define KDMABUF_TRACE_NAME_LEN 32

/* clang-format off */

TRACE_DEFINE_ENUM(DMA_BIDIRECTIONAL);
TRACE_DEFINE_ENUM(DMA_TO_DEVICE);
TRACE_DEFINE_ENUM(DMA_FROM_DEVICE);
TRACE_DEFINE_ENUM(KDMABUF_POOL_KEEP);
TRACE_DEFINE_ENUM(KDMABUF_POOL_TAKE);
TRACE_DEFINE_ENUM(KDMABUF_POOL_GIVE_BACK);

#define show_direction(direction) \
	__print_symbolic(direction, \
		{ DMA_BIDIRECTIONAL, "both" }, \
		{ DMA_TO_DEVICE, "to_device" }, \
		{ DMA_FROM_DEVICE, "from_device" })

#define show_pool_action(action) \
	__print_symbolic(action, \
		{ KDMABUF_POOL_KEEP, "keep" }, \
		{ KDMABUF_POOL_TAKE, "take" }, \
		{ KDMABUF_POOL_GIVE_BACK, "give_back" })

DECLARE_EVENT_CLASS(
	kdmabuf_buffer,

	TP_PROTO(const struct kdmabuf_buffer *buffer),

	TP_ARGS(buffer),

	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, size)
		__field(u32, flags)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->id = buffer->id;
		__entry->size = kdmabuf_memory_size(buffer->memory);
		__entry->flags = buffer->flags;
		__entry->uid = __kuid_val(buffer->owner);
	),

	TP_printk("id=%llu size=%llu flags=%#x uid=%u", __entry->id,
		  __entry->size, __entry->flags, __entry->uid)
);

DEFINE_EVENT(
	kdmabuf_buffer, alloc,

	TP_PROTO(const struct kdmabuf_buffer *buffer),

	TP_ARGS(buffer)
);

DEFINE_EVENT(
	kdmabuf_buffer, free,

	TP_PROTO(const struct kdmabuf_buffer *buffer),

	TP_ARGS(buffer)
);

TRACE_EVENT(
	attach,

	TP_PROTO(const struct view *view, struct device *device),

	TP_ARGS(view, device),

	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, offset)
		__field(u64, size)
		__array(char, device, KDMABUF_TRACE_NAME_LEN)
	),

	TP_fast_assign(
		__entry->id = view->buffer->id;
		__entry->offset = kdmabuf_view_offset(view);
		__entry->size = kdmabuf_view_size(view);
		strscpy(__entry->device, dev_name(device),
			KDMABUF_TRACE_NAME_LEN);
	),

	TP_printk("id=%llu offset=%llu size=%llu device=%s", __entry->id,
		  __entry->offset, __entry->size, __entry->device)
);

DECLARE_EVENT_CLASS(
	kdmabuf_mapping,

	TP_PROTO(const struct view *view, enum dma_data_direction direction,
		 unsigned int segments),

	TP_ARGS(view, direction, segments),

	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, offset)
		__field(u64, size)
		__field(int, direction)
		__field(unsigned int, segments)
	),

	TP_fast_assign(
		__entry->id = view->buffer->id;
		__entry->offset = kdmabuf_view_offset(view);
		__entry->size = kdmabuf_view_size(view);
		__entry->direction = direction;
		__entry->segments = segments;
	),

	TP_printk("id=%llu offset=%llu size=%llu direction=%s segments=%u",
		  __entry->id, __entry->offset, __entry->size,
		  show_direction(__entry->direction), __entry->segments)
);

DEFINE_EVENT(
	kdmabuf_mapping, map,

	TP_PROTO(const struct view *view, enum dma_data_direction direction,
		 unsigned int segments),

	TP_ARGS(view, direction, segments)
);

DEFINE_EVENT(
	kdmabuf_mapping, unmap,

	TP_PROTO(const struct view *view, enum dma_data_direction direction,
		 unsigned int segments),

	TP_ARGS(view, direction, segments)
);

/* Pages of a mapping in user space, from the view's page @index on. */
TRACE_EVENT(
	fault,

	TP_PROTO(const struct view *view, unsigned long index,
		 unsigned long nr_pages),

	TP_ARGS(view, index, nr_pages),

	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, offset)
		__field(u64, size)
	),

	TP_fast_assign(
		__entry->id = view->buffer->id;
		__entry->offset = (u64)(view->first + index) << PAGE_SHIFT;
		__entry->size = (u64)nr_pages << PAGE_SHIFT;
	),

	TP_printk("id=%llu offset=%llu size=%llu", __entry->id,
		  __entry->offset, __entry->size)
);

/* CPU access begins or ends while a device has the buffer mapped. */
TRACE_EVENT(
	sync,

	TP_PROTO(const struct kdmabuf_buffer *buffer, u64 offset, u64 size,
		 enum dma_data_direction direction, bool begin),

	TP_ARGS(buffer, offset, size, direction, begin),

	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, offset)
		__field(u64, size)
		__field(int, direction)
		__field(bool, begin)
	),

	TP_fast_assign(
		__entry->id = buffer->id;
		__entry->offset = offset;
		__entry->size = size;
		__entry->direction = direction;
		__entry->begin = begin;
	),

	TP_printk("id=%llu offset=%llu size=%llu direction=%s %s", __entry->id,
		  __entry->offset, __entry->size,
		  show_direction(__entry->direction),
		  __entry->begin ? "begin" : "end")
);

/* Memory without a buffer: @nr_kept pages are in the pool after it. */
TRACE_EVENT(
	pool,

	TP_PROTO(enum kdmabuf_pool_action action, unsigned long nr_pages,
		 unsigned long nr_kept),

	TP_ARGS(action, nr_pages, nr_kept),

	TP_STRUCT__entry(
		__field(int, action)
		__field(u64, size)
		__field(u64, kept)
	),

	TP_fast_assign(
		__entry->action = action;
		__entry->size = (u64)nr_pages << PAGE_SHIFT;
		__entry->kept = (u64)nr_kept << PAGE_SHIFT;
	),

	TP_printk("action=%s size=%llu kept=%llu",
		  show_pool_action(__entry->action), __entry->size,
		  __entry->kept)
);

/* clang-format on */

#endif /* KDMABUF_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
