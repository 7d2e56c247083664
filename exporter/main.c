// SPDX-License-Identifier: GPL-2.0
/*
 * kdmabuf: physically contiguous memory for user space, as dma-bufs, on any
 * kernel. See <linux/kdmabuf.h> for what it offers.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "account.h"
#include "compat.h"
#include "debugfs.h"
#include "nodes.h"
#include "pinned.h"
#include "pool.h"

static int __init kdmabuf_init(void)
{
	int ret;

	ret = kdmabuf_account_init();
	if (ret)
		return ret;
	ret = kdmabuf_pool_init();
	if (ret)
		goto err_account;
	kdmabuf_debugfs_init();
	ret = kdmabuf_nodes_register();
	if (ret)
		goto err_debugfs;
	return 0;

err_debugfs:
	kdmabuf_debugfs_exit();
	kdmabuf_pool_exit();
err_account:
	kdmabuf_account_exit();
	return ret;
}

static void __exit kdmabuf_exit(void)
{
	kdmabuf_nodes_unregister();
	kdmabuf_debugfs_exit();
	kdmabuf_pinned_exit();
	kdmabuf_pool_exit();
	kdmabuf_account_exit();
}

module_init(kdmabuf_init);
module_exit(kdmabuf_exit);

MODULE_AUTHOR("the kdmabuf authors");
MODULE_DESCRIPTION("Physically contiguous memory for user space, as dma-bufs");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
KDMABUF_IMPORT_NS(DMA_BUF);
