// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that somebody still has pinned, through a mapping that is gone (direct I/O, a
 * pipe, io_uring), when its buffer goes. It stays charged: whoever could let buffers
 * go and keep their pages would have no limit. Nothing tells when a pin ends, so what
 * waits for that is looked at now and then, and before anybody allocates.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "buffer.h"
#include "memory.h"
#include "pinned.h"
#include "range.h"

/* How often: it need not be soon. */
#define INTERVAL HZ

/* Protects the list, of buffers of which only memory and charge are left. */
static DEFINE_MUTEX(pinned_lock);
static LIST_HEAD(pinned);

static void look(struct work_struct *work)
{
	kdmabuf_pinned_give_back();
}

static DECLARE_DELAYED_WORK(look_work, look);

static bool is_pinned(const struct kdmabuf_memory *memory)
{
	unsigned int i;

	for (i = 0; i < memory->nr_runs; i++)
		if (kdmabuf_range_is_pinned(memory->runs[i].pfn,
					    memory->runs[i].nr_pages,
					    i ? 0 : memory->nr_huge))
			return true;
	return false;
}

/* Returns false if nothing of the buffer, which is gone, is pinned. */
bool kdmabuf_pinned_keep(struct kdmabuf_buffer *buffer)
{
	if (!is_pinned(buffer->memory))
		return false;
	buffer->memory->pinned = true;
	mutex_lock(&pinned_lock);
	list_add_tail(&buffer->pinned, &pinned);
	mutex_unlock(&pinned_lock);
	schedule_delayed_work(&look_work, INTERVAL);
	return true;
}

/*
 * Give back what is pinned no more. Nobody passes while somebody else is at it: he
 * would be refused what is just coming back.
 */
void kdmabuf_pinned_give_back(void)
{
	struct kdmabuf_buffer *buffer, *next;

	mutex_lock(&pinned_lock);
	list_for_each_entry_safe(buffer, next, &pinned, pinned) {
		if (!is_pinned(buffer->memory)) {
			buffer->memory->pinned = false;
			list_del(&buffer->pinned);
			kdmabuf_buffer_free(buffer);
		}
		cond_resched();
	}
	if (!list_empty(&pinned))
		schedule_delayed_work(&look_work, INTERVAL);
	mutex_unlock(&pinned_lock);
}

/* Nobody makes buffers any more: let go of all. The kernel has back what is pinned. */
void kdmabuf_pinned_exit(void)
{
	struct kdmabuf_buffer *buffer, *next;

	cancel_delayed_work_sync(&look_work);
	list_for_each_entry_safe(buffer, next, &pinned, pinned)
		kdmabuf_buffer_free(buffer);
}
