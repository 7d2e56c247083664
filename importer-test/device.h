/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual devices: they have no hardware, but the limits of any.
 */
#ifndef IMPORTER_DEVICE_H
#define IMPORTER_DEVICE_H

#include <linux/types.h>

struct device;

/**
 * struct device_limits - what a device can do
 * @address_bits: it reaches addresses below 2^address_bits
 * @max_segment_size: bytes in its longest segment
 * @segment_boundary: mask; no segment crosses a multiple of it + 1
 */
struct device_limits {
	unsigned int address_bits;
	unsigned int max_segment_size;
	unsigned long segment_boundary;
};

struct device *importer_device_create(const struct device_limits *limits);
void importer_device_destroy(struct device *device);
int importer_device_set_limits(struct device *device,
			       const struct device_limits *limits);

#endif /* IMPORTER_DEVICE_H */
