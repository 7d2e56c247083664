// SPDX-License-Identifier: GPL-2.0
/*
 * The device nodes: /dev/kdmabuf, /dev/dma_heap/contiguous, and that heap again
 * under the names in heap_alias.
 *
 * A module cannot register a heap before 7.x, and on none can it take one back.
 * But what makes a heap for a program is a node below /dev/dma_heap that answers
 * DMA_HEAP_IOCTL_ALLOC, and that a misc device can be.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "file.h"
#include "nodes.h"
#include "statistics.h"

#define MAX_ALIASES 8
/* Bytes in a heap's name with its NUL; more than any kernel heap has. */
#define HEAP_NAME_LEN 64

static char *heap_alias = "";
module_param(heap_alias, charp, 0444);
MODULE_PARM_DESC(
	heap_alias,
	"names of further heap nodes below /dev/dma_heap, at most 8, separated by ':' (for clients that know only certain names: linux,cma:reserved)");

/* A heap has no windows. */
static int heap_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return nonseekable_open(inode, file);
}

static const struct file_operations heap_fops = {
	.owner = THIS_MODULE,
	.open = heap_open,
	.unlocked_ioctl = kdmabuf_heap_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kdmabuf",
	.fops = &kdmabuf_file_operations,
	.groups = kdmabuf_statistics,
};

/* A heap node: the device's name, unique in /sys/class/misc, and the path in /dev. */
struct heap {
	struct miscdevice device;
	char name[sizeof("kdmabuf-heap-") + HEAP_NAME_LEN];
	char path[sizeof("dma_heap/") + HEAP_NAME_LEN];
};

/* "contiguous" first, then the aliases; only written while the module comes and goes. */
static struct heap heaps[1 + MAX_ALIASES];
static unsigned int nr_heaps;

static bool name_is_valid(const char *name)
{
	const char *c;

	if (!name[0] || name[0] == '.' || strlen(name) >= HEAP_NAME_LEN)
		return false;
	for (c = name; *c; c++)
		if (!isalnum(*c) && !strchr(",._-+@", *c))
			return false;
	return true;
}

/*
 * devtmpfs would silently leave the node to the heap that had the name before us,
 * and the kernel has no call that finds a heap by name, so look for the node.
 * Returns 0 if there is none, -EBUSY, or -ENOMEM if that cannot be told.
 */
static int check_node_is_new(const char *node_path)
{
	char name[sizeof("/dev/dma_heap/") + HEAP_NAME_LEN];
	struct path path;
	int ret;

	snprintf(name, sizeof(name), "/dev/%s", node_path);
	ret = kern_path(name, 0, &path);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	path_put(&path);
	pr_err("%s exists: another heap has that name\n", name);
	/* To modprobe EEXIST means that the module is loaded already. */
	return -EBUSY;
}

/* Add a heap to those that will be registered, if it can be. */
static int add_heap(const char *name)
{
	struct heap *heap = &heaps[nr_heaps];
	unsigned int i;
	int ret;

	if (nr_heaps == ARRAY_SIZE(heaps)) {
		pr_err("heap_alias: more than %d names\n", MAX_ALIASES);
		return -E2BIG;
	}
	if (!name_is_valid(name)) {
		pr_err("heap_alias: \"%s\" is no name for a heap: 1 to %d letters, digits and any of \",._-+@\", not beginning with \".\"\n",
		       name, HEAP_NAME_LEN - 1);
		return -EINVAL;
	}
	snprintf(heap->name, sizeof(heap->name), "kdmabuf-heap-%s", name);
	snprintf(heap->path, sizeof(heap->path), "dma_heap/%s", name);
	for (i = 0; i < nr_heaps; i++) {
		if (!strcmp(heaps[i].path, heap->path)) {
			pr_err("heap_alias: \"%s\" is there twice\n", name);
			return -EBUSY;
		}
	}
	ret = check_node_is_new(heap->path);
	if (ret)
		return ret;

	heap->device = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = heap->name,
		.nodename = heap->path,
		.fops = &heap_fops,
	};
	nr_heaps++;
	return 0;
}

static int add_aliases(void)
{
	char *names, *rest, *name;
	int ret = 0;

	if (!heap_alias[0])
		return 0;
	names = kstrdup(heap_alias, GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	rest = names;
	while (!ret && (name = strsep(&rest, ":")))
		ret = add_heap(name);
	kfree(names);
	return ret;
}

static void unregister_heaps(unsigned int nr)
{
	while (nr)
		misc_deregister(&heaps[--nr].device);
}

static int register_heaps(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nr_heaps; i++) {
		ret = misc_register(&heaps[i].device);
		if (ret) {
			pr_err("cannot make /dev/%s: error %d\n", heaps[i].path,
			       ret);
			unregister_heaps(i);
			return ret;
		}
	}
	return 0;
}

/*
 * All that can be wrong is found before the first node is there: who opened a
 * node of a module that then fails to load would hold a file of no module.
 */
int kdmabuf_nodes_register(void)
{
	int ret;

	ret = add_heap("contiguous");
	if (!ret)
		ret = add_aliases();
	if (!ret)
		ret = register_heaps();
	if (ret)
		return ret;
	ret = misc_register(&node);
	if (ret)
		unregister_heaps(nr_heaps);
	return ret;
}

void kdmabuf_nodes_unregister(void)
{
	misc_deregister(&node);
	unregister_heaps(nr_heaps);
}
