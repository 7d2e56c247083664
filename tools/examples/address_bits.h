/* SPDX-License-Identifier: MIT */
#ifndef ADDRESS_BITS_H
#define ADDRESS_BITS_H

#include <stdint.h>

/*
 * How many address bits the DMA of the device has that @fd was opened of, for struct
 * kdmabuf_alloc: the kernel tells it of PCI devices. 0 if it does not tell.
 */
uint32_t address_bits_of(int fd);

#endif /* ADDRESS_BITS_H */
