// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers: identity, owner, lifetime, and the registry of those that live.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/numa.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "buffer.h"
#include "id.h"
#include "memory.h"
#include "pinned.h"
#include "trace.h"
#include "window.h"

/* Protects the tree of live buffers, by their ids, and the making of ids. */
static DEFINE_MUTEX(registry_lock);
static struct rb_root registry = RB_ROOT;

static struct kdmabuf_buffer *buffer_of_node(struct rb_node *node)
{
	return rb_entry_safe(node, struct kdmabuf_buffer, registered);
}

static bool id_is_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct kdmabuf_buffer, registered)->id <
	       rb_entry(b, struct kdmabuf_buffer, registered)->id;
}

/**
 * kdmabuf_buffer_create - allocate a buffer
 * @request: the memory that it shall have
 * @name: shorter than KDMABUF_NAME_LEN
 *
 * Returns the buffer with one reference, -EDQUOT, -ENOSPC, -ENOMEM, or -EINTR.
 */
struct kdmabuf_buffer *
kdmabuf_buffer_create(const struct kdmabuf_memory_request *request,
		      const char *name)
{
	struct kdmabuf_buffer *buffer;
	int ret;

	if (!kdmabuf_memory_exists(request))
		return ERR_PTR(-ENOMEM);
	kdmabuf_pinned_give_back();
	buffer = kzalloc(sizeof(*buffer), GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return ERR_PTR(-ENOMEM);

	ret = kdmabuf_account_charge(request->nr_pages, &buffer->charge);
	if (ret)
		goto err_buffer;
	buffer->memory = kdmabuf_memory_alloc(request);
	if (IS_ERR(buffer->memory)) {
		ret = PTR_ERR(buffer->memory);
		goto err_charge;
	}
	kdmabuf_account_note_peak();

	kref_init(&buffer->refs);
	buffer->flags = request->scattered ? KDMABUF_ALLOC_SCATTERED : 0;
	buffer->owner = current_euid();
	buffer->pid = get_pid(task_tgid(current));
	get_task_comm(buffer->comm, current);
	strscpy(buffer->name, name, sizeof(buffer->name));
	dma_resv_init(&buffer->resv);
	atomic_set(&buffer->views, 0);
	atomic_set(&buffer->mappings, 0);
	mutex_init(&buffer->lock);
	INIT_LIST_HEAD(&buffer->attachments);
	INIT_LIST_HEAD(&buffer->windows);

	mutex_lock(&registry_lock);
	buffer->id = kdmabuf_id_new();
	rb_add(&buffer->registered, &registry, id_is_less);
	mutex_unlock(&registry_lock);
	trace_alloc(buffer);
	return buffer;

err_charge:
	kdmabuf_account_uncharge(&buffer->charge);
err_buffer:
	kfree(buffer);
	return ERR_PTR(ret);
}

/* What is left of a buffer that is gone: its memory, and who pays for that. */
void kdmabuf_buffer_free(struct kdmabuf_buffer *buffer)
{
	kdmabuf_memory_free(buffer->memory);
	kdmabuf_account_uncharge(&buffer->charge);
	kfree(buffer);
}

static void buffer_release(struct kref *refs)
{
	struct kdmabuf_buffer *buffer =
		container_of(refs, struct kdmabuf_buffer, refs);

	mutex_lock(&registry_lock);
	rb_erase(&buffer->registered, &registry);
	mutex_unlock(&registry_lock);
	trace_free(buffer);
	kdmabuf_window_forget(buffer);

	dma_resv_fini(&buffer->resv);
	mutex_destroy(&buffer->lock);
	put_pid(buffer->pid);
	if (!kdmabuf_pinned_keep(buffer))
		kdmabuf_buffer_free(buffer);
}

void kdmabuf_buffer_get(struct kdmabuf_buffer *buffer)
{
	kref_get(&buffer->refs);
}

/* For who has no reference, and found it where it is until it goes. */
bool kdmabuf_buffer_get_live(struct kdmabuf_buffer *buffer)
{
	return kref_get_unless_zero(&buffer->refs);
}

void kdmabuf_buffer_put(struct kdmabuf_buffer *buffer)
{
	kref_put(&buffer->refs, buffer_release);
}

/* The allocating process in the caller's PID namespace; 0: not there, or gone. */
pid_t kdmabuf_buffer_pid(const struct kdmabuf_buffer *buffer)
{
	return pid_has_task(buffer->pid, PIDTYPE_TGID) ? pid_vnr(buffer->pid) :
							 0;
}

unsigned int kdmabuf_buffer_attachments(struct kdmabuf_buffer *buffer)
{
	unsigned int nr;

	mutex_lock(&buffer->lock);
	nr = buffer->nr_attachments;
	mutex_unlock(&buffer->lock);
	return nr;
}

/* The first live buffer of that id or a higher one, or NULL. */
static struct kdmabuf_buffer *find_from(u64 id)
{
	struct kdmabuf_buffer *buffer = buffer_of_node(registry.rb_node);
	struct kdmabuf_buffer *found = NULL;

	while (buffer) {
		struct rb_node *child = buffer->registered.rb_right;

		if (id <= buffer->id) {
			found = buffer;
			child = buffer->registered.rb_left;
		}
		buffer = buffer_of_node(child);
	}
	return found;
}

/* The live buffer of that id, referenced, or NULL. */
struct kdmabuf_buffer *kdmabuf_buffer_find(u64 id)
{
	struct kdmabuf_buffer *buffer;

	mutex_lock(&registry_lock);
	buffer = find_from(id);
	if (buffer && (buffer->id != id || !kdmabuf_buffer_get_live(buffer)))
		buffer = NULL;
	mutex_unlock(&registry_lock);
	return buffer;
}

int kdmabuf_buffer_for_each(u64 id,
			    int (*visit)(struct kdmabuf_buffer *buffer,
					 void *data),
			    void *data)
{
	struct kdmabuf_buffer *buffer;
	int ret = 0;

	mutex_lock(&registry_lock);
	for (buffer = find_from(id); buffer && !ret;
	     buffer = buffer_of_node(rb_next(&buffer->registered))) {
		ret = visit(buffer, data);
		cond_resched();
	}
	mutex_unlock(&registry_lock);
	return ret;
}
