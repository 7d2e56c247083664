// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs kdmabuf/buffers: what is live, for people. One line for each buffer. No
 * program should read it: KDMABUF_IOCTL_NEXT tells the same, and will not change.
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

static struct dentry *directory;

static int show_buffer(struct kdmabuf_buffer *buffer, void *data)
{
	struct seq_file *file = data;
	struct kdmabuf_memory *memory = buffer->memory;
	struct page *page = kdmabuf_memory_page(memory, 0);
	phys_addr_t address = page_to_phys(page);

	seq_printf(file,
		   "%8llu %12llu %8u %5u %6u %4d %#14llx %6u %7d %-15s %s\n",
		   buffer->id, (u64)memory->nr_pages << PAGE_SHIFT,
		   memory->nr_runs, atomic_read(&buffer->views),
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
	return kdmabuf_buffer_for_each(show_buffer, file);
}
DEFINE_SHOW_ATTRIBUTE(buffers);

void kdmabuf_debugfs_init(void)
{
	directory = debugfs_create_dir("kdmabuf", NULL);
	debugfs_create_file("buffers", 0400, directory, NULL, &buffers_fops);
}

void kdmabuf_debugfs_exit(void)
{
	debugfs_remove(directory);
}
