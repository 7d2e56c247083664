// SPDX-License-Identifier: MIT
/*
 * /dev/kdmabuf_importer: opening it, and its ioctls
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "importer.h"
#include "report.h"

#define PATH "/dev/kdmabuf_importer"

const char *const importer_directions[] = {
	[KDMABUF_IMPORTER_BIDIRECTIONAL] = "both",
	[KDMABUF_IMPORTER_TO_DEVICE] = "to-device",
	[KDMABUF_IMPORTER_FROM_DEVICE] = "from-device",
	NULL,
};

const char *const importer_devices[] = {
	[KDMABUF_IMPORTER_VIRTUAL] = "virtual",
	[KDMABUF_IMPORTER_EDU] = "edu",
	NULL,
};

int open_importer(void)
{
	int session = open(PATH, O_RDWR | O_CLOEXEC);
	const char *hint = NULL;

	if (session >= 0)
		return session;
	if (errno == ENOENT)
		hint = "the module is not loaded: try 'modprobe kdmabuf_importer' as root";
	else if (errno == EACCES)
		hint = "only root may use it";
	fail(PATH, "open", -errno, hint ? "%s" : NULL, hint);
	return -1;
}

static int call(int session, unsigned long command, void *argument)
{
	return ioctl(session, command, argument) ? -errno : 0;
}

int importer_get(int session, struct kdmabuf_importer_get *get)
{
	return call(session, KDMABUF_IMPORTER_IOCTL_GET, get);
}

int importer_attach(int session, struct kdmabuf_importer_attach *attach)
{
	return call(session, KDMABUF_IMPORTER_IOCTL_ATTACH, attach);
}

int importer_map(int session, struct kdmabuf_importer_map *map)
{
	return call(session, KDMABUF_IMPORTER_IOCTL_MAP, map);
}

int importer_unmap(int session, __u32 attachment, __u32 mapping)
{
	struct kdmabuf_importer_unmap unmap = {
		.attachment = attachment,
		.mapping = mapping,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_UNMAP, &unmap);
}

int importer_segments(int session, __u32 mapping, __u32 count,
		      struct kdmabuf_importer_segment *segments)
{
	struct kdmabuf_importer_segments argument = {
		.mapping = mapping,
		.count = count,
		.segments = (uintptr_t)segments,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_SEGMENTS, &argument);
}

int importer_vmap(int session, __u32 import, __u32 *flags)
{
	struct kdmabuf_importer_vmap vmap = { .import = import };
	int error = call(session, KDMABUF_IMPORTER_IOCTL_VMAP, &vmap);

	*flags = vmap.flags;
	return error;
}

static int cpu_access(int session, __u32 import, __u32 operation)
{
	struct kdmabuf_importer_cpu_access access = {
		.import = import,
		.operation = operation,
		.direction = KDMABUF_IMPORTER_FROM_DEVICE,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, &access);
}

int importer_begin_read(int session, __u32 import)
{
	return cpu_access(session, import, KDMABUF_IMPORTER_CPU_BEGIN);
}

int importer_end_read(int session, __u32 import)
{
	return cpu_access(session, import, KDMABUF_IMPORTER_CPU_END);
}

int importer_fill(int session, __u32 target, __u64 length, __u64 seed)
{
	struct kdmabuf_importer_access access = {
		.target = target,
		.operation = KDMABUF_IMPORTER_FILL,
		.length = length,
		.seed = seed,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_ACCESS, &access);
}

int importer_crc32(int session, __u32 target, __u64 length, __u32 *crc32)
{
	struct kdmabuf_importer_access access = {
		.target = target,
		.operation = KDMABUF_IMPORTER_CRC32,
		.length = length,
	};
	int error = call(session, KDMABUF_IMPORTER_IOCTL_ACCESS, &access);

	*crc32 = access.crc32;
	return error;
}

int importer_copy(int session, __u32 source, __u32 destination, __u64 length,
		  __u32 *transfers)
{
	struct kdmabuf_importer_copy copy = {
		.source = source,
		.destination = destination,
		.length = length,
	};
	int error = call(session, KDMABUF_IMPORTER_IOCTL_COPY, &copy);

	*transfers = copy.transfers;
	return error;
}
