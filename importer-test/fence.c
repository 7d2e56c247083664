// SPDX-License-Identifier: GPL-2.0
/*
 * Fences: each on a timeline of its own, signalled by hand, by time, or because the
 * session ends.
 *
 * A fence outlives its session while a reservation object, a sync_file or a waiter
 * refers to it, and its operations are code of this module. So each holds a
 * reference to the module, and the last user's put, which calls us, must not be
 * what drops that one: the module could then go before the call has returned. The
 * fence is left to a work item instead. That waits until no task can still be
 * inside our release function, then frees the fence and puts the module, and
 * unloading waits for the work item to return. For a task that was preempted there
 * synchronize_rcu_tasks() waits only with CONFIG_TASKS_RCU. A preemptible kernel that
 * has neither kprobes nor function tracing may lack that, and is not safe from an
 * unload at that moment. Readers under RCU (the names, since 6.17) are safe too:
 * dma_fence_free() waits for them with the memory, and importer_fences_exit() with
 * the code.
 */
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kdmabuf_importer.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "fence.h"
#include "import.h"
#include "ioctl.h"

/**
 * struct fence - what others refer to
 * @base: first, as dma_fence_free() frees it
 * @lock: the fence's own
 * @dead: on the list of those that nobody refers to any more
 */
struct fence {
	struct dma_fence base;
	spinlock_t lock; /* the one that dma_fence_init() asks for */
	struct llist_node dead;
};

/**
 * struct signaller - the session's side of a fence
 * @object: its handle
 * @fence: referenced
 * @timer: signals a delayed one
 * @error: what the timer signals with, 0 or negative
 */
struct signaller {
	struct object object;
	struct fence *fence;
	struct delayed_work timer;
	int error;
};

static LLIST_HEAD(dead_fences);

static void bury_fences(struct work_struct *work)
{
	struct llist_node *dead = llist_del_all(&dead_fences);
	struct fence *fence, *next;

	synchronize_rcu_tasks();
	llist_for_each_entry_safe(fence, next, dead, dead) {
		dma_fence_free(&fence->base);
		module_put(THIS_MODULE);
	}
}

static DECLARE_WORK(burial, bury_fences);

/* May be called from an interrupt. */
static void fence_release(struct dma_fence *base)
{
	struct fence *fence = container_of(base, struct fence, base);

	if (llist_add(&fence->dead, &dead_fences))
		schedule_work(&burial);
}

static const char *driver_name(struct dma_fence *base)
{
	return KBUILD_MODNAME;
}

static const char *timeline_name(struct dma_fence *base)
{
	return "session";
}

static const struct dma_fence_ops fence_ops = {
	.get_driver_name = driver_name,
	.get_timeline_name = timeline_name,
	.release = fence_release,
};

/* No fence is alive, or the module would be in use. */
void importer_fences_exit(void)
{
	flush_work(&burial);
	synchronize_rcu();
}

/* Returns whether it was signalled before. */
static bool signal_fence(struct fence *fence, int error)
{
	unsigned long flags;
	bool signalled;

	spin_lock_irqsave(&fence->lock, flags);
	signalled = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->base.flags);
	if (!signalled) {
		if (error)
			dma_fence_set_error(&fence->base, error);
		dma_fence_signal_locked(&fence->base);
	}
	spin_unlock_irqrestore(&fence->lock, flags);
	return signalled;
}

static void signal_in_time(struct work_struct *work)
{
	struct signaller *signaller =
		container_of(work, struct signaller, timer.work);

	signal_fence(signaller->fence, signaller->error);
}

static struct signaller *create_signaller(void)
{
	struct signaller *signaller;
	struct fence *fence;

	signaller = kzalloc(sizeof(*signaller), GFP_KERNEL);
	if (!signaller)
		return ERR_PTR(-ENOMEM);
	fence = kzalloc(sizeof(*fence), GFP_KERNEL);
	if (!fence) {
		kfree(signaller);
		return ERR_PTR(-ENOMEM);
	}
	/* The session's open file keeps the module here meanwhile. */
	__module_get(THIS_MODULE);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &fence_ops, &fence->lock,
		       dma_fence_context_alloc(1), 1);
	signaller->fence = fence;
	INIT_DELAYED_WORK(&signaller->timer, signal_in_time);
	return signaller;
}

static bool end_signaller(struct signaller *signaller, int error)
{
	bool signalled;

	cancel_delayed_work_sync(&signaller->timer);
	signalled = signal_fence(signaller->fence, error);
	dma_fence_put(&signaller->fence->base);
	kfree(signaller);
	return signalled;
}

static void signaller_destroy(struct session *session, void *object)
{
	end_signaller(object, -ECANCELED);
}

const struct object_kind importer_fence_kind = {
	.destroy = signaller_destroy,
};

static int add_fence(struct dma_resv *resv, struct fence *fence,
		     enum dma_resv_usage usage)
{
	int ret;

	dma_resv_lock(resv, NULL);
	ret = dma_resv_reserve_fences(resv, 1);
	if (!ret)
		dma_resv_add_fence(resv, &fence->base, usage);
	dma_resv_unlock(resv);
	return ret;
}

static bool is_errno(s32 error)
{
	return error <= 0 && error >= -MAX_ERRNO;
}

static int check_fence(const struct kdmabuf_importer_fence *arguments)
{
	u32 when = arguments->flags & (KDMABUF_IMPORTER_FENCE_SIGNALLED |
				       KDMABUF_IMPORTER_FENCE_DELAYED);

	if (arguments->flags & ~when & ~KDMABUF_IMPORTER_FENCE_WRITE)
		return -EINVAL;
	if (when ==
	    (KDMABUF_IMPORTER_FENCE_SIGNALLED | KDMABUF_IMPORTER_FENCE_DELAYED))
		return -EINVAL;
	if (arguments->delay_ms && when != KDMABUF_IMPORTER_FENCE_DELAYED)
		return -EINVAL;
	if ((arguments->error && !when) || arguments->fence ||
	    arguments->reserved)
		return -EINVAL;
	return 0;
}

int importer_fence(struct session *session, void *arguments,
		   struct object **made)
{
	struct kdmabuf_importer_fence *fence = arguments;
	struct signaller *signaller;
	enum dma_resv_usage usage;
	struct import *import;
	int ret;

	ret = check_fence(fence);
	if (ret)
		return ret;
	import = importer_session_find(session, &importer_import_kind,
				       fence->import);
	if (IS_ERR(import))
		return PTR_ERR(import);
	if (!is_errno(fence->error))
		return -ERANGE;

	signaller = create_signaller();
	if (IS_ERR(signaller))
		return PTR_ERR(signaller);
	ret = importer_session_add(session, &signaller->object,
				   &importer_fence_kind);
	if (ret)
		goto err_signaller;
	usage = fence->flags & KDMABUF_IMPORTER_FENCE_WRITE ?
			DMA_RESV_USAGE_WRITE :
			DMA_RESV_USAGE_READ;
	ret = add_fence(import->dmabuf->resv, signaller->fence, usage);
	if (ret)
		goto err_handle;

	signaller->error = fence->error;
	if (fence->flags & KDMABUF_IMPORTER_FENCE_SIGNALLED)
		signal_fence(signaller->fence, fence->error);
	/* The current jiffy is over sooner than a jiffy from now. */
	if (fence->flags & KDMABUF_IMPORTER_FENCE_DELAYED)
		schedule_delayed_work(&signaller->timer,
				      msecs_to_jiffies(fence->delay_ms) + 1);
	fence->fence = signaller->object.handle;
	*made = &signaller->object;
	return 0;

err_handle:
	xa_erase(&session->handles, signaller->object.handle);
err_signaller:
	end_signaller(signaller, -ECANCELED);
	return ret;
}

int importer_signal(struct session *session, void *arguments,
		    struct object **made)
{
	struct kdmabuf_importer_signal *signal = arguments;
	struct signaller *signaller;

	if (signal->signalled || signal->reserved)
		return -EINVAL;
	signaller = importer_session_find(session, &importer_fence_kind,
					  signal->fence);
	if (IS_ERR(signaller))
		return PTR_ERR(signaller);
	if (!is_errno(signal->error))
		return -ERANGE;
	xa_erase(&session->handles, signaller->object.handle);
	signal->signalled = end_signaller(signaller, signal->error);
	return 0;
}
