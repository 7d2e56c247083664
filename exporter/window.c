// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: where they lie, how they are found, and who keeps what.
 *
 * A window keeps nothing: it goes with its buffer, or with the open file, whichever
 * is first. One of a buffer that was allocated without a fd holds a reference, until
 * the open file goes.
 */
#include <linux/align.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/rbtree.h>
#include <linux/slab.h>

#include "buffer.h"
#include "memory.h"
#include "window.h"

/*
 * The first window begins here, so that 0 can mean none, and every one at a
 * multiple of it: an offset lies in a huge page as its byte does in the buffer.
 */
#define ALIGNMENT ((u64)PMD_SIZE)

/* How far a 32-bit program can mmap(). */
#define END (1ULL << (32 + PAGE_SHIFT))

/**
 * struct window - one buffer in one open file
 * @node: in the open file's tree
 * @of_buffer: on the buffer's list
 * @windows: the open file's
 * @buffer: referenced if @held
 * @start: the offset of its first byte
 * @access: FMODE_READ, FMODE_WRITE
 * @nr_pending: calls that prepare it and have not said yet what it gives
 * @held: the window keeps the buffer
 */
struct window {
	struct rb_node node;
	struct list_head of_buffer;
	struct kdmabuf_windows *windows;
	struct kdmabuf_buffer *buffer;
	u64 start;
	fmode_t access;
	unsigned int nr_pending;
	bool held;
};

/**
 * struct kdmabuf_windows - the windows of an open file
 * @tree: by their offsets
 * @mode: FMODE_READ, FMODE_WRITE: as the file was opened; no window gives more
 * @next: where the search for room begins: what was freed is used again late, so
 *	that an old offset does not soon stand for another buffer
 */
struct kdmabuf_windows {
	struct rb_root tree;
	fmode_t mode;
	u64 next;
};

/*
 * Protects the tree of every open file and the list of windows of every buffer. No
 * buffer is put under it: the last one to do so comes here to forget its windows.
 */
static DEFINE_MUTEX(windows_lock);

static u64 window_end(const struct window *window)
{
	return window->start + kdmabuf_memory_size(window->buffer->memory);
}

/* With a hole behind it, so that no access runs from one buffer into the next. */
static u64 room_for(const struct kdmabuf_buffer *buffer)
{
	return ALIGN(kdmabuf_memory_size(buffer->memory) + PAGE_SIZE,
		     ALIGNMENT);
}

static struct window *window_of_node(struct rb_node *node)
{
	return rb_entry_safe(node, struct window, node);
}

static bool starts_before(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct window, node)->start <
	       rb_entry(b, struct window, node)->start;
}

/* The first window that ends after @offset, or NULL. */
static struct window *find_after(const struct kdmabuf_windows *windows,
				 u64 offset)
{
	struct window *window = window_of_node(windows->tree.rb_node);
	struct window *found = NULL;

	while (window) {
		struct rb_node *child = window->node.rb_right;

		if (offset < window_end(window)) {
			found = window;
			child = window->node.rb_left;
		}
		window = window_of_node(child);
	}
	return found;
}

static struct window *find_of(const struct kdmabuf_windows *windows,
			      const struct kdmabuf_buffer *buffer)
{
	struct window *window;

	list_for_each_entry(window, &buffer->windows, of_buffer)
		if (window->windows == windows)
			return window;
	return NULL;
}

/* The start of @room bytes, or 0 if there is no such room. */
static u64 find_room(const struct kdmabuf_windows *windows, u64 room)
{
	u64 start = windows->next;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		struct window *window = find_after(windows, start);

		while (window && window->start - start < room) {
			start = window->start + room_for(window->buffer);
			window = window_of_node(rb_next(&window->node));
		}
		if (window || (start <= END && END - start >= room))
			return start;
		start = ALIGNMENT;
	}
	return 0;
}

static void remove_window(struct window *window)
{
	rb_erase(&window->node, &window->windows->tree);
	list_del(&window->of_buffer);
	kfree(window);
}

struct kdmabuf_windows *kdmabuf_windows_create(fmode_t mode)
{
	struct kdmabuf_windows *windows =
		kmalloc(sizeof(*windows), GFP_KERNEL_ACCOUNT);

	if (!windows)
		return NULL;
	windows->tree = RB_ROOT;
	windows->mode = mode;
	windows->next = ALIGNMENT;
	return windows;
}

/* Called when nobody else can add to it; buffers may still be going. */
void kdmabuf_windows_destroy(struct kdmabuf_windows *windows)
{
	struct kdmabuf_buffer *buffer;
	struct window *window;

	mutex_lock(&windows_lock);
	while ((window = window_of_node(rb_first(&windows->tree)))) {
		buffer = window->held ? window->buffer : NULL;
		remove_window(window);
		if (!buffer)
			continue;
		mutex_unlock(&windows_lock);
		kdmabuf_buffer_put(buffer);
		mutex_lock(&windows_lock);
	}
	mutex_unlock(&windows_lock);
	kfree(windows);
}

/**
 * kdmabuf_window_prepare - let an open file have a window of a buffer
 * @windows: the open file's
 * @buffer: the caller has a reference, and keeps it
 * @start: where the offset of its first byte goes
 *
 * A new window gives no access before kdmabuf_window_grant(), which has to follow.
 *
 * Returns 0, -ENOMEM, or -EFBIG if no room is left in the file.
 */
int kdmabuf_window_prepare(struct kdmabuf_windows *windows,
			   struct kdmabuf_buffer *buffer, u64 *start)
{
	struct window *window, *new;
	int ret = 0;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;

	mutex_lock(&windows_lock);
	window = find_of(windows, buffer);
	if (window)
		goto found;
	new->start = find_room(windows, room_for(buffer));
	if (!new->start) {
		ret = -EFBIG;
		goto out;
	}
	new->windows = windows;
	new->buffer = buffer;
	rb_add(&new->node, &windows->tree, starts_before);
	list_add_tail(&new->of_buffer, &buffer->windows);
	windows->next = new->start + room_for(buffer);
	window = new;
	new = NULL;
found:
	window->nr_pending++;
	*start = window->start;
out:
	mutex_unlock(&windows_lock);
	kfree(new);
	return ret;
}

/**
 * kdmabuf_window_grant - say what a prepared window gives
 * @windows: the open file's
 * @buffer: the caller still has its reference
 * @access: besides what it gives already; 0 takes back what was prepared
 */
void kdmabuf_window_grant(struct kdmabuf_windows *windows,
			  struct kdmabuf_buffer *buffer, fmode_t access)
{
	struct window *window;

	mutex_lock(&windows_lock);
	window = find_of(windows, buffer);
	window->nr_pending--;
	window->access |= access;
	if (!window->access && !window->nr_pending)
		remove_window(window);
	mutex_unlock(&windows_lock);
}

/* Let the window, which is there, keep the buffer until the open file goes. */
void kdmabuf_window_hold(struct kdmabuf_windows *windows,
			 struct kdmabuf_buffer *buffer)
{
	kdmabuf_buffer_get(buffer);
	mutex_lock(&windows_lock);
	find_of(windows, buffer)->held = true;
	mutex_unlock(&windows_lock);
}

/* The last reference to the buffer is gone: no window is to be found any more. */
void kdmabuf_window_forget(struct kdmabuf_buffer *buffer)
{
	struct window *window, *next;

	mutex_lock(&windows_lock);
	list_for_each_entry_safe(window, next, &buffer->windows, of_buffer)
		remove_window(window);
	mutex_unlock(&windows_lock);
}

u64 kdmabuf_window_start(struct kdmabuf_windows *windows,
			 struct kdmabuf_buffer *buffer)
{
	const struct window *window;
	u64 start;

	mutex_lock(&windows_lock);
	window = find_of(windows, buffer);
	start = window ? window->start : 0;
	mutex_unlock(&windows_lock);
	return start;
}

fmode_t kdmabuf_window_access(struct kdmabuf_windows *windows,
			      struct kdmabuf_buffer *buffer)
{
	const struct window *window;
	fmode_t access;

	mutex_lock(&windows_lock);
	window = find_of(windows, buffer);
	access = window ? window->access : 0;
	mutex_unlock(&windows_lock);
	return access & windows->mode;
}

bool kdmabuf_window_at(struct kdmabuf_windows *windows, u64 offset,
		       struct kdmabuf_window_place *place)
{
	const struct window *window;
	bool found;

	mutex_lock(&windows_lock);
	window = find_after(windows, offset);
	/* One that gives nothing yet is not there. */
	found = window && window->start <= offset && window->access &&
		kdmabuf_buffer_get_live(window->buffer);
	if (found)
		*place = (struct kdmabuf_window_place){
			.buffer = window->buffer,
			.start = window->start,
			.access = window->access,
		};
	mutex_unlock(&windows_lock);
	return found;
}

bool kdmabuf_window_after(struct kdmabuf_windows *windows, u64 offset,
			  u64 *start, u64 *end)
{
	const struct window *window;

	mutex_lock(&windows_lock);
	window = find_after(windows, offset);
	if (window) {
		*start = window->start;
		*end = window_end(window);
	}
	mutex_unlock(&windows_lock);
	return window;
}

u64 kdmabuf_windows_end(struct kdmabuf_windows *windows)
{
	const struct window *window;
	u64 end;

	mutex_lock(&windows_lock);
	window = window_of_node(rb_last(&windows->tree));
	end = window ? window_end(window) : 0;
	mutex_unlock(&windows_lock);
	return end;
}
