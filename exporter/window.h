/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows: /dev/kdmabuf is one sparse file for each who opens it, in which every
 * buffer that this open file has allocated or opened lies at an offset of its own.
 */
#ifndef KDMABUF_WINDOW_H
#define KDMABUF_WINDOW_H

#include <linux/types.h>

struct kdmabuf_buffer;
struct kdmabuf_windows;

/**
 * struct kdmabuf_window_place - what lies at an offset
 * @buffer: referenced; the caller puts it
 * @start: the offset of the buffer's first byte
 * @access: FMODE_READ, FMODE_WRITE: what may be done through the window
 */
struct kdmabuf_window_place {
	struct kdmabuf_buffer *buffer;
	u64 start;
	fmode_t access;
};

/* The windows of one open file. */
struct kdmabuf_windows *kdmabuf_windows_create(fmode_t mode);
void kdmabuf_windows_destroy(struct kdmabuf_windows *windows);

int kdmabuf_window_prepare(struct kdmabuf_windows *windows,
			   struct kdmabuf_buffer *buffer, u64 *start);
void kdmabuf_window_grant(struct kdmabuf_windows *windows,
			  struct kdmabuf_buffer *buffer, fmode_t access);
void kdmabuf_window_hold(struct kdmabuf_windows *windows,
			 struct kdmabuf_buffer *buffer);
void kdmabuf_window_forget(struct kdmabuf_buffer *buffer);

/* Where the buffer begins, 0 if there is no window of it; and what access it gives. */
u64 kdmabuf_window_start(struct kdmabuf_windows *windows,
			 struct kdmabuf_buffer *buffer);
fmode_t kdmabuf_window_access(struct kdmabuf_windows *windows,
			      struct kdmabuf_buffer *buffer);

/* What lies at @offset; false if nothing does. */
bool kdmabuf_window_at(struct kdmabuf_windows *windows, u64 offset,
		       struct kdmabuf_window_place *place);
/* The first window that ends after @offset; false if there is none. */
bool kdmabuf_window_after(struct kdmabuf_windows *windows, u64 offset,
			  u64 *start, u64 *end);
/* Where the last window ends; 0 if there is none. */
u64 kdmabuf_windows_end(struct kdmabuf_windows *windows);

#endif /* KDMABUF_WINDOW_H */
