/* SPDX-License-Identifier: GPL-2.0 */
/*
 * QEMU's "edu" device: a PCI device whose DMA engine copies between the machine's
 * memory and a small buffer of its own.
 */
#ifndef IMPORTER_EDU_H
#define IMPORTER_EDU_H

#include <linux/types.h>

struct device;
struct device_limits;

/* Address lines that it has if QEMU was not told otherwise. */
#define EDU_ADDRESS_BITS 28

/*
 * Bytes in one transfer, at most. Its buffer has 4096, but QEMU 7.2 aborts when a
 * transfer ends with the last of them.
 */
#define EDU_TRANSFER_MAX 4088

int importer_edu_register(void);
void importer_edu_unregister(void);

struct device *importer_edu_take(const struct device_limits *limits);
void importer_edu_give_back(void);
int importer_edu_copy(dma_addr_t destination, dma_addr_t source, size_t length);

#endif /* IMPORTER_EDU_H */
