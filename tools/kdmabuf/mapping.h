/* SPDX-License-Identifier: MIT */
/*
 * Mapping a dma-buf for a device's DMA by means of the test importer, and what may be
 * wrong with a mapping
 */
#ifndef MAPPING_H
#define MAPPING_H

#include "importer.h"

struct mapping_fault {
	__u32 flag; /* KDMABUF_IMPORTER_BAD_* */
	const char *name;
	const char *sentence;
};

/* Without a name: the end. */
extern const struct mapping_fault mapping_faults[];

/*
 * Complains that importer_attach() has failed for @object. Returns STATUS_FAILED.
 */
int fail_attach(const char *object,
		const struct kdmabuf_importer_attach *attach, int error);

/*
 * Maps @object for the device that @attach has attached. Returns STATUS_OK, or
 * STATUS_FAILED after a complaint. If something is wrong with the mapping, that is
 * complained about too, but the mapping is there.
 */
int map_for_device(int session, const char *object,
		   const struct kdmabuf_importer_attach *attach,
		   struct kdmabuf_importer_map *map);

#endif /* MAPPING_H */
