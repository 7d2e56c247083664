// SPDX-License-Identifier: MIT
/*
 * Showing what the kernel and a device see of a dma-buf, to people and as JSON
 */
#include <stdio.h>

#include "field.h"
#include "inspection.h"
#include "mapping.h"
#include "number.h"
#include "text.h"

static const char *const kernel_mappings[] = {
	[KERNEL_MAPPING_FAILED] = "failed",
	[KERNEL_MAPPING_NOT_OFFERED] = "not offered",
	[KERNEL_MAPPING_MEMORY] = "memory",
	[KERNEL_MAPPING_IO_MEMORY] = "I/O memory",
};

static const char *const comparisons[] = {
	[NOT_COMPARED] = "",
	[EQUAL] = ", equal to the kernel's",
	[DIFFERENT] = ", different from the kernel's",
};

static void print_flag(const char *label, uint32_t flag)
{
	printf("%-18s%s\n", label, flag ? "yes" : "no");
}

static void print_crc32(const char *label, const struct crc32 *crc32,
			const char *comparison)
{
	if (crc32->known)
		printf("%-18sCRC-32 %08x%s\n", label, crc32->value, comparison);
}

static void print_faults(uint32_t bad)
{
	const struct mapping_fault *fault;
	const char *comma = "";

	printf("bad               ");
	for (fault = mapping_faults; fault->name; fault++) {
		if (bad & fault->flag) {
			printf("%s%s", comma, fault->name);
			comma = ", ";
		}
	}
	puts(bad ? "" : "nothing");
}

static void print_edu(const struct edu_reading *edu)
{
	if (edu->outcome == EDU_OUT_OF_REACH)
		puts("edu reads         nothing: part of the buffer is out of its reach");
	else if (edu->outcome == EDU_READ)
		printf("edu reads         the first %ju bytes by DMA, in %u transfers: %s\n",
		       edu->bytes, edu->transfers,
		       edu->equal ? "equal" : "different");
}

static void print_mapping(const struct inspection *inspection)
{
	const struct kdmabuf_importer_map *mapping = &inspection->mapping;

	printf("segments          %u\n", mapping->segments);
	print_flag("contiguous",
		   mapping->flags & KDMABUF_IMPORTER_MAP_CONTIGUOUS);
	print_flag("coherent", mapping->flags & KDMABUF_IMPORTER_MAP_COHERENT);
	print_flag("needs sync",
		   mapping->flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC);
	print_faults(mapping->bad);
	if (mapping->direction == KDMABUF_IMPORTER_FROM_DEVICE)
		puts("device reads      nothing: it only writes");
	print_crc32("device reads", &inspection->device_crc32,
		    comparisons[inspection->comparison]);
	print_edu(&inspection->edu);
}

static void print_segments(const struct inspection *inspection, uint32_t max)
{
	uint32_t count = inspection->mapping.segments;
	char length[SIZE_TEXT_LENGTH];

	if (!inspection->segments)
		return;
	for (uint32_t i = 0; i < count && i < max; i++) {
		const struct kdmabuf_importer_segment *segment =
			&inspection->segments[i];

		printf("segment %-10u%#jx, %s\n", i,
		       (uintmax_t)segment->address,
		       format_size(segment->length, length));
	}
	if (count > max)
		printf("segments left     %u, see --all-segments\n",
		       count - max);
}

void print_inspection(const struct inspection *inspection,
		      uint32_t segments_max)
{
	const struct kdmabuf_importer_attach *device = &inspection->device;

	print_name("exporter", inspection->import.exporter);
	print_bytes("size", inspection->import.size);
	printf("kernel mapping    %s\n",
	       kernel_mappings[inspection->kernel_mapping]);
	print_crc32("kernel reads", &inspection->kernel_crc32, "");
	if (!device->attachment)
		return;
	printf("device            %s, %s%s\n", device->name,
	       importer_devices[device->device],
	       device->flags & KDMABUF_IMPORTER_DYNAMIC ? ", dynamic" : "");
	printf("direction         %s\n",
	       importer_directions[inspection->mapping.direction]);
	if (!inspection->mapping.mapping)
		return;
	print_mapping(inspection);
	print_segments(inspection, segments_max);
}

static json_t *crc32_json(const struct crc32 *crc32)
{
	return crc32->known ? json_integer(crc32->value) : json_null();
}

static json_t *faults_json(uint32_t bad)
{
	json_t *array = json_array();
	const struct mapping_fault *fault;

	for (fault = mapping_faults; fault->name; fault++)
		if (bad & fault->flag)
			json_append(&array, json_string(fault->name));
	return array;
}

static json_t *segments_json(const struct inspection *inspection)
{
	json_t *array = json_array();
	json_t *json;

	for (uint32_t i = 0; i < inspection->mapping.segments; i++) {
		json = json_object();
		json_put(&json, "address",
			 json_integer(inspection->segments[i].address));
		json_put(&json, "length",
			 json_integer(inspection->segments[i].length));
		json_append(&array, json);
	}
	return array;
}

static json_t *edu_json(const struct edu_reading *edu)
{
	json_t *json;

	if (edu->outcome != EDU_READ)
		return json_null();
	json = json_object();
	json_put(&json, "bytes", json_integer(edu->bytes));
	json_put(&json, "transfers", json_integer(edu->transfers));
	json_put(&json, "equal", json_boolean(edu->equal));
	return json;
}

static void put_mapping(json_t **json, const struct inspection *inspection)
{
	const struct kdmabuf_importer_map *mapping = &inspection->mapping;
	uint32_t flags = mapping->flags;

	json_put(json, "mapped_bytes", json_integer(mapping->bytes));
	json_put(json, "contiguous",
		 json_boolean(flags & KDMABUF_IMPORTER_MAP_CONTIGUOUS));
	json_put(json, "coherent",
		 json_boolean(flags & KDMABUF_IMPORTER_MAP_COHERENT));
	json_put(json, "needs_sync",
		 json_boolean(flags & KDMABUF_IMPORTER_MAP_NEEDS_SYNC));
	json_put(json, "bad", faults_json(mapping->bad));
	json_put(json, "device_crc32", crc32_json(&inspection->device_crc32));
	json_put(json, "equal",
		 inspection->comparison == NOT_COMPARED ?
			 json_null() :
			 json_boolean(inspection->comparison == EQUAL));
	json_put(json, "edu", edu_json(&inspection->edu));
	if (inspection->segments)
		json_put(json, "segments", segments_json(inspection));
}

json_t *inspection_json(const struct inspection *inspection)
{
	const struct kdmabuf_importer_attach *device = &inspection->device;
	json_t *json = json_object();

	json_put(&json, "exporter", json_text(inspection->import.exporter));
	json_put(&json, "size", json_integer(inspection->import.size));
	json_put(&json, "kernel_mapping",
		 json_string(kernel_mappings[inspection->kernel_mapping]));
	json_put(&json, "kernel_crc32", crc32_json(&inspection->kernel_crc32));
	if (!device->attachment)
		return json;
	json_put(&json, "device", json_string(device->name));
	json_put(&json, "kind", json_string(importer_devices[device->device]));
	json_put(&json, "dynamic",
		 json_boolean(device->flags & KDMABUF_IMPORTER_DYNAMIC));
	json_put(&json, "direction",
		 json_string(
			 importer_directions[inspection->mapping.direction]));
	if (inspection->mapping.mapping)
		put_mapping(&json, inspection);
	return json;
}
