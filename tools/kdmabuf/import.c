// SPDX-License-Identifier: MIT
/*
 * kdmabuf import: how the kernel and its devices see a dma-buf
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "inspection.h"
#include "number.h"
#include "options.h"
#include "report.h"
#include "text.h"

/* What edu reads if nobody says: four pages, in about a second. */
#define EDU_BYTES 16384

/* Segments that people get to see if they do not ask for all. */
#define SEGMENTS_SHOWN 16

enum {
	OPTION_DEVICE = 256,
	OPTION_DYNAMIC,
	OPTION_DIRECTION,
	OPTION_ADDRESS_BITS,
	OPTION_SEGMENT_BOUNDARY,
	OPTION_MAX_SEGMENT_SIZE,
	OPTION_DMA,
};

struct import_options {
	struct inspection inspection;
	uint32_t segments_max;
	bool json;
};

/* A word's place in @words, which NULL ends. */
static bool parse_word(const char *const *words, const char *text,
		       uint32_t *number)
{
	for (*number = 0; words[*number]; ++*number)
		if (!strcmp(words[*number], text))
			return true;
	return false;
}

static int take_option(struct import_options *options, int option,
		       const char *value)
{
	const struct subcommand *import = &import_subcommand;
	struct inspection *inspection = &options->inspection;
	struct kdmabuf_importer_attach *device = &inspection->device;
	uint64_t bits;
	uint64_t size = 0;
	int status;

	switch (option) {
	case 'a':
		options->segments_max = UINT32_MAX;
		return STATUS_OK;
	case 'j':
		options->json = true;
		return STATUS_OK;
	case OPTION_DEVICE:
		if (!parse_word(importer_devices, value, &device->device))
			return usage_error(
				import,
				"bad --device '%s': expected virtual or edu",
				value);
		return STATUS_OK;
	case OPTION_DYNAMIC:
		device->flags |= KDMABUF_IMPORTER_DYNAMIC;
		return STATUS_OK;
	case OPTION_DIRECTION:
		if (!parse_word(importer_directions, value,
				&inspection->mapping.direction))
			return usage_error(
				import,
				"bad --direction '%s': expected to-device, from-device or both",
				value);
		return STATUS_OK;
	case OPTION_ADDRESS_BITS:
		if (!parse_number(value, 64, &bits) || !bits)
			return usage_error(
				import,
				"bad --address-bits '%s': expected a number from 1 to 64",
				value);
		device->address_bits = bits;
		return STATUS_OK;
	case OPTION_SEGMENT_BOUNDARY:
		status = take_size(&size, import, "--segment-boundary", value);
		device->segment_boundary = size;
		return status;
	case OPTION_MAX_SEGMENT_SIZE:
		status = take_size(&size, import, "--max-segment-size", value);
		if (size > UINT32_MAX)
			return usage_error(
				import,
				"bad --max-segment-size '%s': expected less than 4G",
				value);
		device->max_segment_size = size;
		return status;
	case OPTION_DMA:
		status = take_size(&size, import, "--dma", value);
		inspection->edu.bytes = size;
		inspection->edu.required = true;
		return status;
	default:
		return usage_hint(import);
	}
}

static int show(const struct import_options *options)
{
	if (options->json)
		return print_json(inspection_json(&options->inspection));
	print_inspection(&options->inspection, options->segments_max);
	return STATUS_OK;
}

static int import(struct import_options *options, int fd)
{
	struct inspection *inspection = &options->inspection;
	int session = open_importer();
	int error, status;

	if (session < 0)
		return STATUS_FAILED;
	inspection->import.fd = fd;
	error = importer_get(session, &inspection->import);
	if (error)
		return fail(inspection->object, "import", error,
			    error == -EMEDIUMTYPE ? "it is not a dma-buf" :
						    NULL);
	status = inspect(session, inspection);
	status |= show(options);
	free(inspection->segments);
	return status;
}

static int import_main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "device", required_argument, NULL, OPTION_DEVICE },
		{ "dynamic", no_argument, NULL, OPTION_DYNAMIC },
		{ "direction", required_argument, NULL, OPTION_DIRECTION },
		{ "address-bits", required_argument, NULL,
		  OPTION_ADDRESS_BITS },
		{ "segment-boundary", required_argument, NULL,
		  OPTION_SEGMENT_BOUNDARY },
		{ "max-segment-size", required_argument, NULL,
		  OPTION_MAX_SEGMENT_SIZE },
		{ "dma", required_argument, NULL, OPTION_DMA },
		{ "all-segments", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct import_options options = {
		.inspection.mapping.direction = KDMABUF_IMPORTER_TO_DEVICE,
		.inspection.edu.bytes = EDU_BYTES,
		.segments_max = SEGMENTS_SHOWN,
	};
	int option, status;
	int fd;

	while ((option = getopt_long(argc, argv, "ajh", long_options, NULL)) >=
	       0) {
		if (option == 'h')
			return print_help(&import_subcommand);
		status = take_option(&options, option, optarg);
		if (status != STATUS_OK)
			return status;
	}
	fd = take_descriptor(&import_subcommand, argc, argv, &status);
	if (fd < 0)
		return status;
	options.inspection.object = argv[optind];
	return import(&options, fd);
}

const struct subcommand import_subcommand = {
	.name = "import",
	.synopsis = "FD|PATH [OPTION]...",
	.summary = "Show how the kernel and its devices see a dma-buf",
	.remarks =
		"FD and PATH are those of 'kdmabuf info'. Works on the dma-bufs of any exporter, by\n"
		"means of the module kdmabuf_importer, and takes root. What can be read is read,\n"
		"nothing is written to the dma-buf; whoever is writing to it is waited for.\n",
	.options =
		"  --device DEVICE    attach a virtual device (virtual), or QEMU's edu (edu)\n"
		"  --dynamic          as a driver that bears that the buffer moves\n"
		"  --direction WHICH  what the device may do: read (to-device, the default),\n"
		"                     write (from-device), or both\n"
		"  --address-bits N   it reaches addresses below 2^N (64, edu 28)\n"
		"  --segment-boundary SIZE\n"
		"                     no segment crosses a multiple of SIZE, a power of two\n"
		"  --max-segment-size SIZE\n"
		"                     the longest segment that it takes\n"
		"  --dma SIZE         how much edu, if there is one, reads by DMA (16K)\n"
		"  -a, --all-segments show more than the first 16\n"
		"  -j, --json         as a JSON object; sizes in bytes\n",
	.main = import_main,
};
