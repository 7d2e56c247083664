/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A buffer: memory with an id, an owner and a name, counted. Views (view.h) hold
 * references to it; when the last one is dropped it goes.
 */
#ifndef KDMABUF_BUFFER_H
#define KDMABUF_BUFFER_H

#include <linux/dma-resv.h>
#include <linux/kdmabuf.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/uidgid.h>

#include "account.h"

struct kdmabuf_memory;
struct kdmabuf_memory_request;
struct pid;

/**
 * struct kdmabuf_buffer - contiguous or scattered memory that views stand on
 * @refs: one for each view, and one for whoever is at work on the buffer
 * @id: never used again while the module is loaded (id.c)
 * @memory: the pages
 * @flags: KDMABUF_ALLOC_SCATTERED or 0
 * @owner: the user who allocated it
 * @charge: who pays for it
 * @pid: the process that did
 * @comm: that process's name then
 * @name: for people, may be empty
 * @resv: the fences, shared by all views
 * @views: dma-bufs that stand on it
 * @mappings: those in use on all attachments together; changes under @lock
 * @lock: protects @attachments, @nr_attachments and the mappings on each
 *	attachment. Innermost but for the registry's reader: the core holds @resv
 *	when it calls us to map and unmap (6.2 and later), so @resv is never taken
 *	under it.
 * @attachments: devices attached through any view (struct attachment)
 * @nr_attachments: their number
 * @registered: in the registry of live buffers; protected by the registry's lock
 * @windows: in the open files that have one of it; protected by window.c
 * @mode: who may open it by its id; protected, as @group, by publish.c
 * @group: whom the group's bits in @mode mean
 * @pinned: when it is gone, but its memory is pinned: on pinned.c's list
 *
 * All but @refs, @views, @mappings, @resv and what locks protect is immutable.
 */
struct kdmabuf_buffer {
	struct kref refs;
	u64 id;
	struct kdmabuf_memory *memory;
	u32 flags;
	kuid_t owner;
	struct kdmabuf_charge charge;
	struct pid *pid;
	char comm[KDMABUF_COMM_LEN];
	char name[KDMABUF_NAME_LEN];
	struct dma_resv resv;
	atomic_t views;
	atomic_t mappings;
	struct mutex lock; /* of the attachments, see above */
	struct list_head attachments;
	unsigned int nr_attachments;
	struct rb_node registered;
	struct list_head windows;
	umode_t mode;
	kgid_t group;
	struct list_head pinned;
};

struct kdmabuf_buffer *
kdmabuf_buffer_create(const struct kdmabuf_memory_request *request,
		      const char *name);
void kdmabuf_buffer_free(struct kdmabuf_buffer *buffer);
void kdmabuf_buffer_get(struct kdmabuf_buffer *buffer);
bool kdmabuf_buffer_get_live(struct kdmabuf_buffer *buffer);
void kdmabuf_buffer_put(struct kdmabuf_buffer *buffer);
pid_t kdmabuf_buffer_pid(const struct kdmabuf_buffer *buffer);
unsigned int kdmabuf_buffer_attachments(struct kdmabuf_buffer *buffer);
struct kdmabuf_buffer *kdmabuf_buffer_find(u64 id);

/*
 * Call @visit for each live buffer from that of @id on, in the order of ids, until it
 * returns non-zero; returns that, else 0. The registry is locked meanwhile: a buffer
 * that is seen may be on its last way out, but it is whole.
 */
int kdmabuf_buffer_for_each(u64 id,
			    int (*visit)(struct kdmabuf_buffer *buffer,
					 void *data),
			    void *data);

#endif /* KDMABUF_BUFFER_H */
