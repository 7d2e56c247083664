/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mapping: what a device sees of a dma-buf.
 */
#ifndef IMPORTER_MAPPING_H
#define IMPORTER_MAPPING_H

#include <linux/dma-direction.h>
#include <linux/types.h>

#include "session.h"

struct attachment;
struct sg_table;

/**
 * struct segment - bytes that are adjacent for the device
 * @offset: where in the buffer they begin
 * @address: their address for the device
 * @length: how many
 */
struct segment {
	u64 offset;
	dma_addr_t address;
	unsigned int length;
};

/**
 * struct mapping - an attachment, mapped
 * @object: its handle
 * @attachment: what was mapped
 * @table: what the exporter gave
 * @direction: who will write
 * @moves: of the attachment, when it was mapped
 * @bytes: in all segments together
 * @nr_segments: how many there are
 * @segments: what @table says, in an order that can be searched
 */
struct mapping {
	struct object object;
	struct attachment *attachment;
	struct sg_table *table;
	enum dma_data_direction direction;
	unsigned int moves;
	u64 bytes;
	unsigned int nr_segments;
	struct segment segments[];
};

int importer_mapping_check(const struct mapping *mapping, u64 offset,
			   u64 length, bool device_writes);
size_t importer_mapping_run(const struct mapping *mapping, u64 offset,
			    size_t max, dma_addr_t *address);

#endif /* IMPORTER_MAPPING_H */
