/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/kdmabuf_importer as the tests use it: each ioctl a function that returns a
 * negative errno, or what it made.
 */
#ifndef TESTS_IMPORTER_H
#define TESTS_IMPORTER_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/kdmabuf_importer.h>

#include "importer_layout.h"
#include "node.h"

#define IMPORTER "/dev/kdmabuf_importer"

/* Shorter, for tables of cases. */
enum direction {
	BOTH = KDMABUF_IMPORTER_BIDIRECTIONAL,
	TO_DEVICE = KDMABUF_IMPORTER_TO_DEVICE,
	FROM_DEVICE = KDMABUF_IMPORTER_FROM_DEVICE,
};

/* For FIXTURE_SETUP: a session; -1 if the test is to skip. */
static inline int open_importer(struct __test_metadata *_metadata)
{
	int session = open(IMPORTER, O_RDWR | O_CLOEXEC);

	if (session < 0 && errno == ENOENT)
		SKIP(return -1, "no " IMPORTER ", is the module loaded?");
	ASSERT_LE(0, session);
	return session;
}

/* The import's handle. */
static inline int get_import(int session, int fd)
{
	struct kdmabuf_importer_get get = { .fd = fd };
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_GET, &get);

	return ret ?: (int)get.import;
}

/* Where in the driver's file a byte of the import is, for mmap(). */
static inline uint64_t place_of(int import, uint64_t offset)
{
	return (uint64_t)import << 32 | offset;
}

static inline int put_import(int session, int import)
{
	struct kdmabuf_importer_put put = { .import = import };

	return call(session, KDMABUF_IMPORTER_IOCTL_PUT, &put);
}

/* The attachment's handle; @attach says what device, the rest is filled in. */
static inline int attach_with(int session, int import,
			      struct kdmabuf_importer_attach attach)
{
	int ret;

	attach.import = import;
	ret = call(session, KDMABUF_IMPORTER_IOCTL_ATTACH, &attach);
	return ret ?: (int)attach.attachment;
}

static inline int attach(int session, int import)
{
	return attach_with(session, import,
			   (struct kdmabuf_importer_attach){ 0 });
}

static inline int detach(int session, int import, int attachment)
{
	struct kdmabuf_importer_detach detach = {
		.import = import,
		.attachment = attachment,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_DETACH, &detach);
}

/* The mapping's handle, and all that is known of it in @map. */
static inline int map_device_with(int session, int attachment,
				  enum direction direction,
				  struct kdmabuf_importer_map *map)
{
	int ret;

	*map = (struct kdmabuf_importer_map){
		.attachment = attachment,
		.direction = direction,
	};
	ret = call(session, KDMABUF_IMPORTER_IOCTL_MAP, map);
	return ret ?: (int)map->mapping;
}

/* The handle of a mapping in which nothing is wrong. */
static inline int map_device(int session, int attachment,
			     enum direction direction)
{
	struct kdmabuf_importer_map map;
	int ret = map_device_with(session, attachment, direction, &map);

	return ret > 0 && map.bad ? -EBADMSG : ret;
}

static inline int unmap_device(int session, int attachment, int mapping)
{
	struct kdmabuf_importer_unmap unmap = {
		.attachment = attachment,
		.mapping = mapping,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_UNMAP, &unmap);
}

/* How many of the segments from @first on were written to @segments. */
static inline int get_segments(int session, int mapping, uint32_t first,
			       uint32_t count,
			       struct kdmabuf_importer_segment *segments)
{
	struct kdmabuf_importer_segments get = {
		.mapping = mapping,
		.first = first,
		.count = count,
		.segments = (uintptr_t)segments,
	};
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_SEGMENTS, &get);

	return ret ?: (int)get.count;
}

static inline int map_kernel(int session, int import)
{
	struct kdmabuf_importer_vmap vmap = { .import = import };

	return call(session, KDMABUF_IMPORTER_IOCTL_VMAP, &vmap);
}

static inline int unmap_kernel(int session, int import)
{
	struct kdmabuf_importer_vunmap vunmap = { .import = import };

	return call(session, KDMABUF_IMPORTER_IOCTL_VUNMAP, &vunmap);
}

static inline int cpu_access(int session, int import, uint32_t operation,
			     enum direction direction)
{
	struct kdmabuf_importer_cpu_access access = {
		.import = import,
		.operation = operation,
		.direction = direction,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, &access);
}

/* Write the pattern that word_at() of bytes.h makes too. */
static inline int fill_target(int session, int target, uint64_t seed,
			      uint64_t offset, uint64_t length)
{
	struct kdmabuf_importer_access access = {
		.target = target,
		.operation = KDMABUF_IMPORTER_FILL,
		.offset = offset,
		.length = length,
		.seed = seed,
	};

	return call(session, KDMABUF_IMPORTER_IOCTL_ACCESS, &access);
}

/* How many bytes, from @offset on, are the pattern. */
static inline int64_t matching_target(int session, int target, uint64_t seed,
				      uint64_t offset, uint64_t length)
{
	struct kdmabuf_importer_access access = {
		.target = target,
		.operation = KDMABUF_IMPORTER_CHECK,
		.offset = offset,
		.length = length,
		.seed = seed,
	};
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_ACCESS, &access);

	return ret ?: (int64_t)access.matching;
}

/* The fence's handle. */
static inline int add_fence(int session, int import, uint32_t flags,
			    uint32_t delay_ms, int error)
{
	struct kdmabuf_importer_fence fence = {
		.import = import,
		.flags = flags,
		.delay_ms = delay_ms,
		.error = error,
	};
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_FENCE, &fence);

	return ret ?: (int)fence.fence;
}

/* 1 if it was signalled already, else 0. */
static inline int signal_fence(int session, int fence, int error)
{
	struct kdmabuf_importer_signal signal = {
		.fence = fence,
		.error = error,
	};
	int ret = call(session, KDMABUF_IMPORTER_IOCTL_SIGNAL, &signal);

	return ret ?: (int)signal.signalled;
}

/* For FIXTURE_SETUP: a session, and in it an import of a buffer of @size bytes. */
static inline void import_new(struct __test_metadata *_metadata, uint64_t size,
			      int *session, int *node, int *live, int *fd,
			      int *import)
{
	*session = open_importer(_metadata);
	if (*session < 0)
		return;
	*node = open_node(_metadata, live);
	if (*node < 0)
		return;
	*fd = allocate(*node, size);
	ASSERT_LE(0, *fd);
	*import = get_import(*session, *fd);
	ASSERT_LT(0, *import);
}

/* A fixture that has those and nothing else. */
#define FIXTURE_ON_IMPORT(fixture, size)                                 \
	FIXTURE(fixture)                                                 \
	{                                                                \
		int session;                                             \
		int node;                                                \
		int live;                                                \
		int fd;                                                  \
		int import;                                              \
	};                                                               \
	FIXTURE_SETUP(fixture)                                           \
	{                                                                \
		import_new(_metadata, size, &self->session, &self->node, \
			   &self->live, &self->fd, &self->import);       \
	}                                                                \
	FIXTURE_TEARDOWN_PARENT(fixture)                                 \
	{                                                                \
		expect_live(_metadata, self->live);                      \
	}

#endif /* TESTS_IMPORTER_H */
