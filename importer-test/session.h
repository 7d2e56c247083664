/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session: what one open file of /dev/kdmabuf_importer has made, by handle.
 */
#ifndef IMPORTER_SESSION_H
#define IMPORTER_SESSION_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct file;
struct inode;

/**
 * struct session - an open file
 * @lock: protects @handles and every object in it. Taken before reservation locks,
 *	and under mmap_lock, so user memory is never touched under it. Whoever waits
 *	for fences drops it first: the signal may have to come through it.
 * @handles: the objects, by handle; a handle that is only reserved holds none
 */
struct session {
	struct mutex lock; /* of all that the session has, see above */
	struct xarray handles;
};

/**
 * struct object_kind - a kind of thing that has handles
 * @destroy: undo and free one. Nothing stands on it any more, no handle leads to
 *	it, and the session's lock is held.
 */
struct object_kind {
	void (*destroy)(struct session *session, void *object);
};

extern const struct object_kind importer_fence_kind;
extern const struct object_kind importer_mapping_kind;
extern const struct object_kind importer_attachment_kind;
extern const struct object_kind importer_import_kind;

/**
 * struct object - the first member of everything that has a handle
 * @kind: what it is
 * @handle: its number in the session
 */
struct object {
	const struct object_kind *kind;
	u32 handle;
};

int importer_session_open(struct inode *inode, struct file *file);
int importer_session_release(struct inode *inode, struct file *file);

int importer_session_add(struct session *session, struct object *object,
			 const struct object_kind *kind);
void importer_session_publish(struct session *session, struct object *object,
			      int ret);
void *importer_session_find(struct session *session,
			    const struct object_kind *kind, u32 handle);
struct object *importer_session_find_any(struct session *session, u32 handle);
void importer_session_destroy(struct session *session, struct object *object);

#endif /* IMPORTER_SESSION_H */
