/* SPDX-License-Identifier: MIT */
/*
 * What the kernel and a device see of a dma-buf, gathered apart from how it is shown
 */
#ifndef INSPECTION_H
#define INSPECTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "edu.h"
#include "importer.h"

struct crc32 {
	bool known;
	uint32_t value;
};

enum kernel_mapping {
	KERNEL_MAPPING_FAILED,
	KERNEL_MAPPING_NOT_OFFERED,
	KERNEL_MAPPING_MEMORY,
	KERNEL_MAPPING_IO_MEMORY,
};

enum comparison {
	NOT_COMPARED,
	EQUAL,
	DIFFERENT,
};

struct inspection {
	/* As the user calls it. */
	const char *object;
	struct kdmabuf_importer_get import;
	enum kernel_mapping kernel_mapping;
	struct crc32 kernel_crc32;
	/* What was asked for; with a handle, if it was attached and mapped. */
	struct kdmabuf_importer_attach device;
	struct kdmabuf_importer_map mapping;
	/* NULL if they are not known. */
	struct kdmabuf_importer_segment *segments;
	struct crc32 device_crc32;
	enum comparison comparison;
	struct edu_reading edu;
};

/*
 * Fills in @inspection, in which object, import and what is asked for are there.
 * Returns STATUS_OK; or STATUS_FAILED after complaints, with as much as could be
 * found out all the same.
 */
int inspect(int session, struct inspection *inspection);

/* Text with at most @segments_max of the segments. JSON has all. */
void print_inspection(const struct inspection *inspection,
		      uint32_t segments_max);
json_t *inspection_json(const struct inspection *inspection);

#endif /* INSPECTION_H */
