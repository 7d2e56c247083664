// SPDX-License-Identifier: MIT
/*
 * The buffer that alloc and run are asked for, and its allocation
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "report.h"
#include "request.h"

enum {
	OPTION_ALIGN = 256,
	OPTION_ADDRESS_BITS,
	OPTION_NODE,
	OPTION_NAME,
	OPTION_SCATTERED,
	OPTION_READ_ONLY,
};

const struct option request_options[] = {
	{ "align", required_argument, NULL, OPTION_ALIGN },
	{ "address-bits", required_argument, NULL, OPTION_ADDRESS_BITS },
	{ "node", required_argument, NULL, OPTION_NODE },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "scattered", no_argument, NULL, OPTION_SCATTERED },
	{ "read-only", no_argument, NULL, OPTION_READ_ONLY },
	{ 0 },
};

const char request_options_help[] =
	"  --align SIZE       the first byte's address is a multiple of SIZE\n"
	"  --address-bits N   all of it lies below the address 2^N (13 to 64)\n"
	"  --node N           memory of this NUMA node only\n"
	"  --name NAME        for people, up to 31 bytes\n"
	"  --scattered        pieces of up to 64K instead of one run\n"
	"  --read-only        neither CPU nor device may write to it\n";

int request_size(struct request *request, const struct subcommand *subcommand,
		 const char *text)
{
	uint64_t size = 0;
	int status = take_size(&size, subcommand, "size", text);

	if (status == STATUS_OK && !size)
		return usage_error(subcommand,
				   "bad size '%s': expected at least 1 byte",
				   text);
	request->alloc.size = size;
	return status;
}

int request_option(struct request *request, const struct subcommand *subcommand,
		   int option, const char *value)
{
	uint64_t number = 0;
	uint64_t size = 0;
	int status;

	switch (option) {
	case OPTION_ALIGN:
		status = take_size(&size, subcommand, "alignment", value);
		request->alloc.alignment = size;
		return status;
	case OPTION_ADDRESS_BITS:
		if (!parse_number(value, UINT_MAX, &number))
			return usage_error(
				subcommand,
				"bad --address-bits '%s': expected a number from 13 to 64",
				value);
		request->alloc.address_bits = number;
		return STATUS_OK;
	case OPTION_NODE:
		if (!parse_number(value, INT_MAX, &number))
			return usage_error(
				subcommand,
				"bad --node '%s': expected the number of a NUMA node",
				value);
		request->alloc.flags |= KDMABUF_ALLOC_ON_NODE;
		request->alloc.node = number;
		return STATUS_OK;
	case OPTION_NAME:
		if (strlen(value) >= sizeof(request->alloc.name))
			return usage_error(
				subcommand,
				"--name '%s' is too long: expected up to %zu bytes",
				value, sizeof(request->alloc.name) - 1);
		memcpy(request->alloc.name, value, strlen(value) + 1);
		return STATUS_OK;
	case OPTION_SCATTERED:
		request->alloc.flags |= KDMABUF_ALLOC_SCATTERED;
		return STATUS_OK;
	case OPTION_READ_ONLY:
		request->read_only = true;
		return STATUS_OK;
	default:
		return usage_hint(subcommand);
	}
}

/* What each errno of KDMABUF_IOCTL_ALLOC means for this request. */
static int fail_allocate(const struct kdmabuf_alloc *alloc, int error)
{
	static const char operation[] = "allocate";
	char object[64], size[SIZE_TEXT_LENGTH], alignment[SIZE_TEXT_LENGTH];

	snprintf(object, sizeof(object), "buffer of %s",
		 format_size(alloc->size, size));
	format_size(alloc->alignment, alignment);

	switch (-error) {
	case ERANGE:
		return fail(object, operation, error,
			    "the size is more than this machine can address");
	case EDOM:
		if (alloc->flags & KDMABUF_ALLOC_SCATTERED)
			return fail(
				object, operation, error,
				"a scattered buffer has no alignment: leave out --align");
		return fail(
			object, operation, error,
			"the alignment %s is no power of two, or above the size rounded up to one",
			alignment);
	case EADDRNOTAVAIL:
		if (alloc->address_bits < 13 || alloc->address_bits > 64)
			return fail(
				object, operation, error,
				"--address-bits is %u; it must be from 13 to 64",
				alloc->address_bits);
		return fail(object, operation, error,
			    "this machine has no memory below 2^%u",
			    alloc->address_bits);
	case ENXIO:
		return fail(
			object, operation, error,
			"no NUMA node %d with memory; /sys/devices/system/node/has_memory lists those there are",
			alloc->node);
	case EDQUOT:
		return fail(
			object, operation, error,
			"this user would have more than /sys/module/kdmabuf/parameters/user_limit_mb, or its cgroup more than dmem.max");
	case ENOSPC:
		return fail(
			object, operation, error,
			"all users would have more than /sys/module/kdmabuf/parameters/limit_mb");
	case ENOMEM:
		return fail(
			object, operation, error,
			alloc->flags & KDMABUF_ALLOC_SCATTERED ?
				"there is not enough free memory" :
				"no free memory in one run fits; 'dmesg' tells how much there was");
	case EMFILE:
		return fail(object, operation, error,
			    "this process may not open more; see 'ulimit -n'");
	default:
		return fail(object, operation, error, NULL);
	}
}

int allocate(int device, const struct request *request)
{
	struct kdmabuf_alloc alloc = request->alloc;
	int fd, view;

	alloc.fd_flags = O_RDWR | O_CLOEXEC;
	fd = kdmabuf_alloc_with(device, &alloc, sizeof(alloc));
	if (fd < 0) {
		fail_allocate(&request->alloc, fd);
		return -1;
	}
	if (!request->read_only)
		return fd;

	view = kdmabuf_view(device, fd, 0, alloc.size, O_RDONLY);
	close(fd);
	if (view < 0) {
		fail("buffer", "make a read-only view", view, NULL);
		return -1;
	}
	return view;
}
