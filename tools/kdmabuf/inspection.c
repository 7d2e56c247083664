// SPDX-License-Identifier: MIT
/*
 * Gathering what the kernel and a device see of a dma-buf
 */
#include <errno.h>
#include <stdlib.h>

#include "inspection.h"
#include "mapping.h"
#include "report.h"

static int read_as_kernel(int session, struct inspection *inspection)
{
	uint32_t import = inspection->import.import;
	struct crc32 *crc32 = &inspection->kernel_crc32;
	int error, end;

	error = importer_begin_read(session, import);
	if (error)
		return fail(inspection->object, "begin CPU access", error,
			    NULL);
	error = importer_crc32(session, import, inspection->import.size,
			       &crc32->value);
	crc32->known = !error;
	end = importer_end_read(session, import);
	if (error)
		return fail(inspection->object, "read as the kernel", error,
			    NULL);
	if (end)
		return fail(inspection->object, "end CPU access", end, NULL);
	return STATUS_OK;
}

static int inspect_as_kernel(int session, struct inspection *inspection)
{
	uint32_t flags;
	int error;

	error = importer_vmap(session, inspection->import.import, &flags);
	if (error == -EOPNOTSUPP) {
		inspection->kernel_mapping = KERNEL_MAPPING_NOT_OFFERED;
		return STATUS_OK;
	}
	if (error)
		return fail(inspection->object, "map into the kernel", error,
			    NULL);
	inspection->kernel_mapping = flags & KDMABUF_IMPORTER_VMAP_IOMEM ?
					     KERNEL_MAPPING_IO_MEMORY :
					     KERNEL_MAPPING_MEMORY;
	return read_as_kernel(session, inspection);
}

static int list_segments(int session, struct inspection *inspection)
{
	const struct kdmabuf_importer_map *mapping = &inspection->mapping;
	struct kdmabuf_importer_segment *segments;
	int error = -ENOMEM;

	segments = calloc(mapping->segments, sizeof(*segments));
	if (segments)
		error = importer_segments(session, mapping->mapping,
					  mapping->segments, segments);
	if (error) {
		free(segments);
		return fail(inspection->object, "list segments", error, NULL);
	}
	inspection->segments = segments;
	return STATUS_OK;
}

static int read_as_device(int session, struct inspection *inspection)
{
	struct crc32 *crc32 = &inspection->device_crc32;
	int error;

	error = importer_crc32(session, inspection->mapping.mapping,
			       inspection->import.size, &crc32->value);
	crc32->known = !error;
	return error ? fail(inspection->object, "read as the device", error,
			    NULL) :
		       STATUS_OK;
}

static int inspect_as_device(int session, struct inspection *inspection)
{
	struct kdmabuf_importer_attach *device = &inspection->device;
	struct kdmabuf_importer_map *mapping = &inspection->mapping;
	int error, status;

	device->import = inspection->import.import;
	error = importer_attach(session, device);
	if (error)
		return fail_attach(inspection->object, device, error);
	status = map_for_device(session, inspection->object, device, mapping);
	if (!mapping->mapping)
		return status;
	if (mapping->segments)
		status |= list_segments(session, inspection);
	if (mapping->direction != KDMABUF_IMPORTER_FROM_DEVICE)
		status |= read_as_device(session, inspection);
	if (inspection->edu.bytes)
		status |= read_by_edu(session, inspection);
	return status;
}

static int compare(struct inspection *inspection)
{
	const struct crc32 *kernel = &inspection->kernel_crc32;
	const struct crc32 *device = &inspection->device_crc32;

	if (!kernel->known || !device->known)
		return STATUS_OK;
	inspection->comparison = kernel->value == device->value ? EQUAL :
								  DIFFERENT;
	if (inspection->comparison == EQUAL)
		return STATUS_OK;
	return fail_because(
		inspection->object, "compare",
		"kernel and device see different bytes; does anybody write to it now?");
}

/*
 * The kernel goes first: to begin CPU access is what waits for those who are writing,
 * and the device may get its copy of the bytes, a bounce buffer, when it is mapped.
 */
int inspect(int session, struct inspection *inspection)
{
	int status = inspect_as_kernel(session, inspection);

	status |= inspect_as_device(session, inspection);
	status |= compare(inspection);
	return status;
}
