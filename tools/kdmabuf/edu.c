// SPDX-License-Identifier: MIT
/*
 * Real DMA: QEMU's edu device copies from the buffer into a scratch buffer
 */
#include <errno.h>
#include <unistd.h>

#include "device.h"
#include "inspection.h"
#include "mapping.h"
#include "report.h"
#include "request.h"

/* Address lines of edu, if the importer is not told otherwise. */
#define ADDRESS_BITS 28

/* What the scratch buffer holds before, so that equal means: was written. */
#define SEED 0x656475

static const char operation[] = "read by edu's DMA";

/* An attachment of edu to @import, with the same limits as one that may be there. */
static struct kdmabuf_importer_attach
edu_for(const struct inspection *inspection, uint32_t import)
{
	const struct kdmabuf_importer_attach *device = &inspection->device;
	struct kdmabuf_importer_attach edu = {
		.import = import,
		.device = KDMABUF_IMPORTER_EDU,
		.address_bits = ADDRESS_BITS,
	};

	if (device->device == KDMABUF_IMPORTER_EDU) {
		edu.address_bits = device->address_bits ?: ADDRESS_BITS;
		edu.segment_boundary = device->segment_boundary;
		edu.max_segment_size = device->max_segment_size;
	}
	return edu;
}

/*
 * Whether edu can be mapped, without a warning in the kernel's log if it cannot. A
 * virtual device's addresses are those of memory.
 */
static bool reaches(const struct inspection *inspection)
{
	const struct kdmabuf_importer_segment *segment = inspection->segments;
	uint32_t left = inspection->mapping.segments;

	if (inspection->device.device == KDMABUF_IMPORTER_EDU)
		return true;
	if (!segment)
		return false;
	for (; left; left--, segment++) {
		if ((segment->address + segment->length - 1) >> ADDRESS_BITS)
			return false;
	}
	return true;
}

/* A buffer that edu can write to, imported. Returns its handle, or 0. */
static uint32_t import_scratch(int session, const struct inspection *inspection)
{
	struct request request = {
		.alloc.size = inspection->edu.bytes,
		.alloc.address_bits = edu_for(inspection, 0).address_bits,
	};
	struct kdmabuf_importer_get get = { .fd = -1 };
	int device = open_device();
	int error;

	if (device < 0)
		return 0;
	get.fd = allocate(device, &request);
	close(device);
	if (get.fd < 0)
		return 0;
	error = importer_get(session, &get);
	close(get.fd);
	if (error)
		fail("scratch buffer", "import", error, NULL);
	return get.import;
}

/* By this mapping of it the importer, too, writes and reads. Returns it, or 0. */
static uint32_t map_scratch(int session, const struct inspection *inspection)
{
	static const char object[] = "scratch buffer";
	uint32_t import = import_scratch(session, inspection);
	struct kdmabuf_importer_attach edu = edu_for(inspection, import);
	struct kdmabuf_importer_map map = {
		.direction = KDMABUF_IMPORTER_BIDIRECTIONAL,
	};
	int error;

	if (!import)
		return 0;
	error = importer_attach(session, &edu);
	if (error)
		fail_attach(object, &edu, error);
	else if (map_for_device(session, object, &edu, &map) == STATUS_OK)
		return map.mapping;
	return 0;
}

static int copy_and_compare(int session, const char *object, uint32_t source,
			    uint32_t scratch, struct edu_reading *reading)
{
	uint32_t expected = 0, found = 0;
	int error;

	error = importer_fill(session, scratch, reading->bytes, SEED);
	if (!error)
		error = importer_copy(session, source, scratch, reading->bytes,
				      &reading->transfers);
	if (!error)
		error = importer_crc32(session, source, reading->bytes,
				       &expected);
	if (!error)
		error = importer_crc32(session, scratch, reading->bytes,
				       &found);
	if (error)
		return fail(object, operation, error, NULL);
	reading->outcome = EDU_READ;
	reading->equal = expected == found;
	if (reading->equal)
		return STATUS_OK;
	return fail_because(
		object, operation,
		"it got other bytes than its mapping shows; does anybody write to it now?");
}

int read_by_edu(int session, struct inspection *inspection)
{
	const char *object = inspection->object;
	struct edu_reading *reading = &inspection->edu;
	struct kdmabuf_importer_attach edu =
		edu_for(inspection, inspection->import.import);
	struct kdmabuf_importer_map map = {
		.direction = KDMABUF_IMPORTER_TO_DEVICE,
	};
	uint32_t scratch;
	int error;

	if (reading->bytes > inspection->import.size)
		reading->bytes = inspection->import.size;
	error = importer_attach(session, &edu);
	if (error == -ENODEV && !reading->required)
		return STATUS_OK;
	if (error)
		return fail_attach(object, &edu, error);

	if (!reaches(inspection)) {
		reading->outcome = EDU_OUT_OF_REACH;
		if (!reading->required)
			return STATUS_OK;
		return fail_because(
			object, operation,
			"part of it lies above its 28 address bits");
	}
	if (map_for_device(session, object, &edu, &map) != STATUS_OK)
		return STATUS_FAILED;
	scratch = map_scratch(session, inspection);
	if (!scratch)
		return STATUS_FAILED;
	return copy_and_compare(session, object, map.mapping, scratch, reading);
}
