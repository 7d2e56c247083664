// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters that are an amount of memory: whole MiB, no more than the machine has.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>

#include "parameter.h"

unsigned int kdmabuf_machine_mib(void)
{
	return totalram_pages() / MIB_PAGES;
}

/* A kernel_param_ops's set, of an unsigned int. */
int kdmabuf_set_mib(const char *text, const struct kernel_param *parameter)
{
	unsigned int mib;
	int ret = kstrtouint(text, 0, &mib);

	if (ret)
		return ret;
	if (mib > kdmabuf_machine_mib())
		return -ERANGE;
	WRITE_ONCE(*(unsigned int *)parameter->arg, mib);
	return 0;
}
