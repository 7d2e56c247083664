// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs class/misc/kdmabuf/, for programs. memory/: bytes by what they are there for;
 * allocations/: how many there were, and how many failed for which reason, since the
 * module was loaded. One number a file.
 */
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "account.h"
#include "pool.h"
#include "statistics.h"

static ssize_t emit_bytes(char *text, unsigned long nr_pages)
{
	return sysfs_emit(text, "%llu\n", (u64)nr_pages << PAGE_SHIFT);
}

static ssize_t in_use_show(struct device *device,
			   struct device_attribute *attribute, char *text)
{
	struct kdmabuf_account_state state;

	kdmabuf_account_get_state(&state);
	return emit_bytes(text, state.in_use);
}
static DEVICE_ATTR_RO(in_use);

static ssize_t peak_show(struct device *device,
			 struct device_attribute *attribute, char *text)
{
	struct kdmabuf_account_state state;

	kdmabuf_account_get_state(&state);
	return emit_bytes(text, state.peak);
}
static DEVICE_ATTR_RO(peak);

static ssize_t pooled_show(struct device *device,
			   struct device_attribute *attribute, char *text)
{
	struct kdmabuf_pool_state state;

	kdmabuf_pool_get_state(&state);
	return emit_bytes(text, state.clean + state.dirty);
}
static DEVICE_ATTR_RO(pooled);

/* What of the pool stays there, whoever is short of memory. */
static ssize_t reserved_show(struct device *device,
			     struct device_attribute *attribute, char *text)
{
	struct kdmabuf_pool_state state;

	kdmabuf_pool_get_state(&state);
	return emit_bytes(text, min(state.clean + state.dirty, state.reserve));
}
static DEVICE_ATTR_RO(reserved);

static struct attribute *memory_attributes[] = {
	&dev_attr_in_use.attr,
	&dev_attr_peak.attr,
	&dev_attr_pooled.attr,
	&dev_attr_reserved.attr,
	NULL,
};

static const struct attribute_group memory_group = {
	.name = "memory",
	.attrs = memory_attributes,
};

struct counter {
	struct device_attribute attribute;
	atomic64_t nr;
};

static ssize_t counter_show(struct device *device,
			    struct device_attribute *attribute, char *text)
{
	struct counter *counter =
		container_of(attribute, struct counter, attribute);

	return sysfs_emit(text, "%lld\n", atomic64_read(&counter->nr));
}

#define COUNTER(name) { .attribute = __ATTR(name, 0444, counter_show, NULL) }

static struct counter made = COUNTER(made);
static struct counter failed_user_limit = COUNTER(failed_user_limit);
static struct counter failed_limit = COUNTER(failed_limit);
static struct counter failed_memory = COUNTER(failed_memory);
static struct counter failed_descriptor = COUNTER(failed_descriptor);
static struct counter failed_killed = COUNTER(failed_killed);

static struct attribute *allocation_attributes[] = {
	&made.attribute.attr,
	&failed_user_limit.attribute.attr,
	&failed_limit.attribute.attr,
	&failed_memory.attribute.attr,
	&failed_descriptor.attribute.attr,
	&failed_killed.attribute.attr,
	NULL,
};

static const struct attribute_group allocation_group = {
	.name = "allocations",
	.attrs = allocation_attributes,
};

const struct attribute_group *kdmabuf_statistics[] = {
	&memory_group,
	&allocation_group,
	NULL,
};

/* Count an allocation by what its ioctl returns. */
void kdmabuf_statistics_count(int result)
{
	struct counter *counter;

	switch (min(result, 0)) {
	case 0:
		counter = &made;
		break;
	case -EDQUOT:
		counter = &failed_user_limit;
		break;
	case -ENOSPC:
		counter = &failed_limit;
		break;
	case -ENOMEM:
		counter = &failed_memory;
		break;
	case -EMFILE:
	case -ENFILE:
		counter = &failed_descriptor;
		break;
	case -EINTR:
		counter = &failed_killed;
		break;
	default:
		return;
	}
	atomic64_inc(&counter->nr);
}
