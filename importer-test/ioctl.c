// SPDX-License-Identifier: GPL-2.0
/*
 * The ABI of /dev/kdmabuf_importer: copy the struct in, lock the session, call,
 * copy the struct out, and only then let others find what the call made.
 */
#include <linux/fs.h>
#include <linux/kdmabuf_importer.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "ioctl.h"
#include "session.h"

/**
 * struct operation - an ioctl
 * @cmd: its number, with the size that its struct has now
 * @size_0: the size that the struct had in its first version
 * @run: what it does
 * @undo: takes it back if the caller cannot be told; what is new is taken back
 *	without that
 * @unlocked: it locks the session itself
 * @silent: the struct has no output fields, so there is nothing to tell
 */
struct operation {
	unsigned int cmd;
	size_t size_0;
	int (*run)(struct session *session, void *arguments,
		   struct object **made);
	void (*undo)(struct session *session, const void *arguments);
	bool unlocked;
	bool silent;
};

/* By the number without type and size. */
static const struct operation operations[] = {
	{ KDMABUF_IMPORTER_IOCTL_GET, 48, importer_get },
	{ KDMABUF_IMPORTER_IOCTL_PUT, 8, importer_put, .silent = true },
	{ KDMABUF_IMPORTER_IOCTL_ATTACH, 64, importer_attach },
	{ KDMABUF_IMPORTER_IOCTL_DETACH, 8, importer_detach, .silent = true },
	{ KDMABUF_IMPORTER_IOCTL_MAP, 32, importer_map },
	{ KDMABUF_IMPORTER_IOCTL_UNMAP, 8, importer_unmap, .silent = true },
	{ KDMABUF_IMPORTER_IOCTL_SEGMENTS, 24, importer_segments,
	  .unlocked = true },
	{ KDMABUF_IMPORTER_IOCTL_VMAP, 8, importer_vmap, importer_undo_vmap },
	{ KDMABUF_IMPORTER_IOCTL_VUNMAP, 8, importer_vunmap, .silent = true },
	{ KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, 16, importer_cpu_access,
	  .unlocked = true, .silent = true },
	{ KDMABUF_IMPORTER_IOCTL_ACCESS, 48, importer_access },
	{ KDMABUF_IMPORTER_IOCTL_MESSAGE, 280, importer_message,
	  .unlocked = true },
	{ KDMABUF_IMPORTER_IOCTL_FENCE, 24, importer_fence },
	{ KDMABUF_IMPORTER_IOCTL_SIGNAL, 16, importer_signal },
	{ KDMABUF_IMPORTER_IOCTL_COPY, 40, importer_copy },
};

/* The layouts of the first version, on whatever machine this is compiled for. */
static_assert(sizeof(struct kdmabuf_importer_get) == 48);
static_assert(sizeof(struct kdmabuf_importer_put) == 8);
static_assert(sizeof(struct kdmabuf_importer_attach) == 64);
static_assert(sizeof(struct kdmabuf_importer_detach) == 8);
static_assert(sizeof(struct kdmabuf_importer_map) == 32);
static_assert(sizeof(struct kdmabuf_importer_unmap) == 8);
static_assert(sizeof(struct kdmabuf_importer_segment) == 16);
static_assert(sizeof(struct kdmabuf_importer_segments) == 24);
static_assert(sizeof(struct kdmabuf_importer_vmap) == 8);
static_assert(sizeof(struct kdmabuf_importer_vunmap) == 8);
static_assert(sizeof(struct kdmabuf_importer_cpu_access) == 16);
static_assert(sizeof(struct kdmabuf_importer_access) == 48);
static_assert(sizeof(struct kdmabuf_importer_message) == 280);
static_assert(sizeof(struct kdmabuf_importer_fence) == 24);
static_assert(sizeof(struct kdmabuf_importer_signal) == 16);
static_assert(sizeof(struct kdmabuf_importer_copy) == 40);

/* Room for the struct of any ioctl. */
union arguments {
	struct kdmabuf_importer_get get;
	struct kdmabuf_importer_attach attach;
	struct kdmabuf_importer_access access;
	struct kdmabuf_importer_message message;
	struct kdmabuf_importer_copy copy;
};

static const struct operation *find_operation(unsigned int cmd)
{
	const struct operation *operation;
	unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(operations))
		return NULL;
	operation = &operations[array_index_nospec(nr, ARRAY_SIZE(operations))];
	/* The size is that of the caller's version. */
	if ((operation->cmd ^ cmd) & ~IOCSIZE_MASK)
		return NULL;
	return operation;
}

static int run(struct session *session, const struct operation *operation,
	       union arguments *arguments, struct object **made)
{
	int ret;

	if (operation->unlocked)
		return operation->run(session, arguments, made);
	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	ret = operation->run(session, arguments, made);
	mutex_unlock(&session->lock);
	return ret;
}

long importer_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct operation *operation = find_operation(cmd);
	struct session *session = file->private_data;
	void __user *argp = (void __user *)arg;
	size_t user_size = _IOC_SIZE(cmd), size;
	struct object *made = NULL;
	union arguments arguments;
	int ret;

	if (!operation)
		return -ENOTTY;
	if (user_size < operation->size_0)
		return -EINVAL;
	size = _IOC_SIZE(operation->cmd);
	ret = copy_struct_from_user(&arguments, size, argp, user_size);
	if (ret)
		return ret;

	ret = run(session, operation, &arguments, &made);
	if (ret || operation->silent)
		return ret;
	/* What the caller's struct has beyond ours was zero and stays so. */
	if (copy_to_user(argp, &arguments, min(size, user_size)))
		ret = -EFAULT;
	if (made) {
		importer_session_publish(session, made, ret);
	} else if (ret && operation->undo) {
		mutex_lock(&session->lock);
		operation->undo(session, &arguments);
		mutex_unlock(&session->lock);
	}
	return ret;
}
