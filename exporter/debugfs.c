// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs kdmabuf/, for people. buffers: what is live, one line for each buffer. No
 * program should read it: KDMABUF_IOCTL_NEXT tells the same, and will not change.
 * pool: what is kept, a name and a number in each line.
 */
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/uidgid.h>

#include "buffer.h"
#include "debugfs.h"
#include "memory.h"
#include "pool.h"

static struct dentry *directory;

static int show_buffer(struct kdmabuf_buffer *buffer, void *data)
{
	struct seq_file *file = data;
	struct kdmabuf_memory *memory = buffer->memory;
	struct page *page = kdmabuf_memory_page(memory, 0);
	phys_addr_t address = page_to_phys(page);

	seq_printf(file,
		   "%8llu %12llu %8u %5u %6u %4d %#14llx %6u %7d %-15s %s\n",
		   buffer->id, kdmabuf_memory_size(memory), memory->nr_runs,
		   atomic_read(&buffer->views),
		   kdmabuf_buffer_attachments(buffer), page_to_nid(page),
		   (u64)address,
		   from_kuid_munged(seq_user_ns(file), buffer->owner),
		   kdmabuf_buffer_pid(buffer), buffer->comm, buffer->name);
	return 0;
}

static int buffers_show(struct seq_file *file, void *unused)
{
	seq_puts(
		file,
		"      id        bytes segments views devices node       address    uid     pid command         name\n");
	return kdmabuf_buffer_for_each(0, show_buffer, file);
}
DEFINE_SHOW_ATTRIBUTE(buffers);

static void show_bytes(struct seq_file *file, const char *name, u64 nr_pages)
{
	seq_printf(file, "%s %llu\n", name, nr_pages << PAGE_SHIFT);
}

static int pool_show(struct seq_file *file, void *unused)
{
	struct kdmabuf_pool_state state;

	kdmabuf_pool_get_state(&state);
	show_bytes(file, "kept", state.clean + state.dirty);
	show_bytes(file, "clean", state.clean);
	show_bytes(file, "dirty", state.dirty);
	show_bytes(file, "reserve", state.reserve);
	show_bytes(file, "max", state.max);
	show_bytes(file, "zeroed_in_calls", kdmabuf_memory_zeroed());
	show_bytes(file, "zeroed_in_background", state.zeroed);
	seq_printf(file, "allocations_served %llu\n", state.served);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pool);

void kdmabuf_debugfs_init(void)
{
	directory = debugfs_create_dir("kdmabuf", NULL);
	debugfs_create_file("buffers", 0400, directory, NULL, &buffers_fops);
	debugfs_create_file("pool", 0400, directory, NULL, &pool_fops);
}

void kdmabuf_debugfs_exit(void)
{
	debugfs_remove(directory);
}
