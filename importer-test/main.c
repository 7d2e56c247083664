// SPDX-License-Identifier: GPL-2.0
/*
 * kdmabuf_importer: sees any dma-buf as a driver in the kernel sees it. See
 * <linux/kdmabuf_importer.h> for what it offers.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "compat.h"
#include "edu.h"
#include "fence.h"
#include "import.h"
#include "ioctl.h"
#include "session.h"

static const struct file_operations node_fops = {
	.owner = THIS_MODULE,
	.open = importer_session_open,
	.release = importer_session_release,
	.unlocked_ioctl = importer_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = importer_mmap,
	.llseek = noop_llseek,
};

static struct miscdevice node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &node_fops,
};

static int __init importer_init(void)
{
	int ret;

	ret = importer_edu_register();
	if (ret)
		return ret;
	ret = misc_register(&node);
	if (ret)
		importer_edu_unregister();
	return ret;
}

static void __exit importer_exit(void)
{
	misc_deregister(&node);
	importer_edu_unregister();
	importer_fences_exit();
}

module_init(importer_init);
module_exit(importer_exit);

MODULE_AUTHOR("the kdmabuf authors");
MODULE_DESCRIPTION("Importer of dma-bufs, for tests of those who export them");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
KDMABUF_IMPORT_NS(DMA_BUF);
