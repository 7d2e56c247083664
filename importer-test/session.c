// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: handles, and undoing all that is left when the file is closed.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "session.h"

/*
 * The order in which a closing session undoes what is left: what stands on others
 * goes before them. Fences go first so that nobody waits for a signaller who is
 * busy dying.
 */
static const struct object_kind *const closing_order[] = {
	&importer_fence_kind,
	&importer_mapping_kind,
	&importer_attachment_kind,
	&importer_import_kind,
};

int importer_session_open(struct inode *inode, struct file *file)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return -ENOMEM;
	mutex_init(&session->lock);
	xa_init_flags(&session->handles, XA_FLAGS_ALLOC1);
	file->private_data = session;
	return 0;
}

int importer_session_release(struct inode *inode, struct file *file)
{
	struct session *session = file->private_data;
	struct object *object;
	unsigned long handle;
	unsigned int i;

	mutex_lock(&session->lock);
	for (i = 0; i < ARRAY_SIZE(closing_order); i++)
		xa_for_each(&session->handles, handle, object)
			if (object->kind == closing_order[i])
				importer_session_destroy(session, object);
	mutex_unlock(&session->lock);

	xa_destroy(&session->handles);
	mutex_destroy(&session->lock);
	kfree(session);
	return 0;
}

/**
 * importer_session_add - reserve a handle for a new object
 * @session: locked
 * @object: whole, but for what this call fills in
 * @kind: what it is
 *
 * Nobody finds the object until importer_session_publish(). Returns 0, or -ENOMEM,
 * and then the object is still the caller's.
 */
int importer_session_add(struct session *session, struct object *object,
			 const struct object_kind *kind)
{
	int ret = xa_alloc(&session->handles, &object->handle, NULL,
			   xa_limit_31b, GFP_KERNEL);

	if (ret)
		return -ENOMEM;
	object->kind = kind;
	return 0;
}

/**
 * importer_session_publish - let a new object be found, or take all back
 * @session: not locked
 * @object: added
 * @ret: 0 if the caller has been told the handle, else why it could not be
 */
void importer_session_publish(struct session *session, struct object *object,
			      int ret)
{
	mutex_lock(&session->lock);
	/* The handle is reserved, so this needs no memory. */
	if (!ret)
		xa_store(&session->handles, object->handle, object, GFP_KERNEL);
	else
		importer_session_destroy(session, object);
	mutex_unlock(&session->lock);
}

/* The object of any kind that has the handle, or NULL. */
struct object *importer_session_find_any(struct session *session, u32 handle)
{
	lockdep_assert_held(&session->lock);
	return xa_load(&session->handles, handle);
}

/**
 * importer_session_find - the object that a handle stands for
 * @session: locked
 * @kind: what it shall be
 * @handle: its number
 *
 * Returns the object, whose first member is a struct object, or -ENOENT.
 */
void *importer_session_find(struct session *session,
			    const struct object_kind *kind, u32 handle)
{
	struct object *object = importer_session_find_any(session, handle);

	if (!object || object->kind != kind)
		return ERR_PTR(-ENOENT);
	return object;
}

/* Take an object on which nothing stands out of the session and undo it. */
void importer_session_destroy(struct session *session, struct object *object)
{
	lockdep_assert_held(&session->lock);
	xa_erase(&session->handles, object->handle);
	object->kind->destroy(session, object);
}
