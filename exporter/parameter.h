/* SPDX-License-Identifier: GPL-2.0 */
/* Parameters that are an amount of memory, in MiB. */
#ifndef KDMABUF_PARAMETER_H
#define KDMABUF_PARAMETER_H

#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sizes.h>

struct kernel_param;

#define MIB_PAGES (SZ_1M >> PAGE_SHIFT)

/* What one is until it is known how much its share of memory is. */
#define KDMABUF_NOT_GIVEN UINT_MAX

unsigned int kdmabuf_machine_mib(void);
int kdmabuf_set_mib(const char *text, const struct kernel_param *parameter);

#endif /* KDMABUF_PARAMETER_H */
