// SPDX-License-Identifier: MIT
/*
 * Mapping a dma-buf for a device's DMA
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "mapping.h"
#include "report.h"

const struct mapping_fault mapping_faults[] = {
	{ KDMABUF_IMPORTER_BAD_SIZE, "size",
	  "the segments have more or fewer bytes than the dma-buf" },
	{ KDMABUF_IMPORTER_BAD_COUNT, "count",
	  "the table has more segments than there is room for in it" },
	{ KDMABUF_IMPORTER_BAD_LENGTH, "length", "a segment has no bytes" },
	{ KDMABUF_IMPORTER_BAD_ALIGNMENT, "alignment",
	  "a segment begins or ends inside a page" },
	{ KDMABUF_IMPORTER_BAD_SEGMENT_SIZE, "segment-size",
	  "a segment is longer than the device takes" },
	{ KDMABUF_IMPORTER_BAD_BOUNDARY, "boundary",
	  "a segment crosses a boundary that the device cannot cross" },
	{ KDMABUF_IMPORTER_BAD_ADDRESS, "address",
	  "a segment lies where the device does not reach" },
	{ 0 },
};

/* What the importer means by @error; that an exporter gave it is less likely. */
static const char *attach_hint(const struct kdmabuf_importer_attach *attach,
			       int error)
{
	bool edu = attach->device == KDMABUF_IMPORTER_EDU;

	if (error == -EDOM && attach->segment_boundary)
		return "the segment boundary has to be a power of two, at least a page";
	if (error == -ERANGE && attach->max_segment_size)
		return "the longest segment has to be at least a page";
	if (error == -EADDRNOTAVAIL)
		return edu ? "it has 28 address bits unless QEMU is told another dma_mask" :
			     "the kernel does no DMA for a device with so few address bits";
	if (edu && error == -ENODEV)
		return "there is none, or it stopped answering: QEMU has one with '-device edu'";
	if (edu && error == -EBUSY)
		return "it is attached already, with other limits";
	if (error == -EACCES && attach->flags & KDMABUF_IMPORTER_DYNAMIC)
		return "up to Linux 6.14 every dynamic importer is taken for one that writes";
	return NULL;
}

int fail_attach(const char *object,
		const struct kdmabuf_importer_attach *attach, int error)
{
	const char *hint = attach_hint(attach, error);
	char operation[32];

	snprintf(operation, sizeof(operation), "attach %s device",
		 importer_devices[attach->device]);
	return fail(object, operation, error, hint ? "%s" : NULL, hint);
}

int map_for_device(int session, const char *object,
		   const struct kdmabuf_importer_attach *attach,
		   struct kdmabuf_importer_map *map)
{
	static const char operation[] = "map for DMA";
	const struct mapping_fault *fault;
	int status = STATUS_OK;
	int error;

	map->attachment = attach->attachment;
	error = importer_map(session, map);
	if (error == -EACCES && map->direction != KDMABUF_IMPORTER_TO_DEVICE)
		return fail(
			object, operation, error,
			"devices may only read it: try --direction to-device");
	if (error == -EIO)
		return fail(
			object, operation, error,
			"the device does not reach it, or it takes longer bounce buffers than there are; see 'dmesg'");
	if (error)
		return fail(object, operation, error, NULL);

	for (fault = mapping_faults; fault->name; fault++) {
		if (map->bad & fault->flag)
			status = fail_because(object, operation,
					      fault->sentence);
	}
	return status;
}
