/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races for one buffer: what importers do with it, in two sessions that all threads
 * use and replace. What a thread makes it leaves in a slot, others stand on it and
 * undo it, so a handle may be stale, and stand for something new.
 */
#ifndef TESTS_RACE_IMPORTS_H
#define TESTS_RACE_IMPORTS_H

#include "importer.h"
#include "race_mappings.h"

/*
 * In each slot a handle and, above it, that of what it stands on; 0: none. One session
 * imports views of the whole buffer, where an offset is one in the buffer; the other
 * one windows.
 */
static struct session {
	atomic_ullong imports[SLOTS];
	atomic_ullong attachments[SLOTS];
	atomic_ullong mappings[SLOTS];
	atomic_ullong fences[SLOTS];
} sessions[2];

static struct session *draw_session(struct racer *racer, int *fd)
{
	int i = draw_below(&racer->random, ARRAY_SIZE(sessions));

	*fd = SESSIONS + i;
	return &sessions[i];
}

static bool has_windows(int session)
{
	return session != SESSIONS;
}

static uint32_t draw_handle(struct racer *racer, atomic_ullong *slots)
{
	return slots[draw_slot(racer)];
}

static uint32_t parent_of(unsigned long long found)
{
	return found >> 32;
}

/*
 * What was undone, or turned out to be gone, leaves its slot; what others stand on
 * stays there.
 */
static int undone(atomic_ullong *slot, unsigned long long found, int ret)
{
	if (ret != -EBUSY)
		atomic_compare_exchange_strong(slot, &found, 0);
	return ret;
}

/* A new handle, or an errno, goes to its slot; false if that is taken. */
static bool left(atomic_ullong *slot, uint32_t parent, int ret)
{
	unsigned long long none = 0;
	unsigned long long made = (unsigned long long)parent << 32 | ret;

	return ret < 0 || atomic_compare_exchange_strong(slot, &none, made);
}

static int run_import(struct racer *racer)
{
	int session;
	atomic_ullong *slot =
		&draw_session(racer, &session)->imports[draw_slot(racer)];
	unsigned long long found = *slot;
	int ret;

	if (found)
		return undone(slot, found, put_import(session, found));
	ret = get_import(session, has_windows(session) ?
					  draw_window(racer) :
					  draw_whole_view(racer));
	if (!left(slot, 0, ret))
		put_import(session, ret);
	return ret;
}

static int run_attach(struct racer *racer)
{
	struct kdmabuf_importer_attach device = {
		.flags = draw(&racer->random) & KDMABUF_IMPORTER_DYNAMIC,
		.max_segment_size = PAGE * draw_below(&racer->random, 100),
	};
	int fd;
	struct session *session = draw_session(racer, &fd);
	atomic_ullong *slot = &session->attachments[draw_slot(racer)];
	unsigned long long found = *slot;
	uint32_t import = draw_handle(racer, session->imports);
	int ret;

	if (found)
		return undone(slot, found, detach(fd, parent_of(found), found));
	ret = attach_with(fd, import, device);
	if (!left(slot, import, ret))
		detach(fd, import, ret);
	return ret;
}

static int run_map(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);
	atomic_ullong *slot = &session->mappings[draw_slot(racer)];
	unsigned long long found = *slot;
	uint32_t attachment = draw_handle(racer, session->attachments);
	int ret;

	if (found)
		return undone(slot, found,
			      unmap_device(fd, parent_of(found), found));
	ret = map_device(fd, attachment, draw_below(&racer->random, 3));
	if (!left(slot, attachment, ret))
		unmap_device(fd, attachment, ret);
	return ret;
}

static int run_segments(struct racer *racer)
{
	struct kdmabuf_importer_segment segments[100];
	int fd;
	struct session *session = draw_session(racer, &fd);

	return get_segments(fd, draw_handle(racer, session->mappings), 0,
			    ARRAY_SIZE(segments), segments);
}

/* Of a device's mapping or of the kernel's. */
static uint32_t draw_target(struct racer *racer, struct session *session)
{
	return draw_handle(racer, draw_below(&racer->random, 2) ?
					  session->mappings :
					  session->imports);
}

static int run_fill(struct racer *racer)
{
	uint64_t from = 8 * draw_below(&racer->random, AREA / 8);
	uint64_t to = 8 * draw_below(&racer->random, AREA / 8);

	return fill_target(SESSIONS, draw_target(racer, &sessions[0]),
			   seed_of(racer->number),
			   area_of(racer->number) + from,
			   from < to ? to - from : 0);
}

static int run_check(struct racer *racer)
{
	unsigned int other = draw_below(&racer->random, RACE_THREADS);
	int64_t ret = matching_target(SESSIONS,
				      draw_target(racer, &sessions[0]),
				      SEED_BEFORE, area_of(other) + AREA, AREA);

	return ret < 0 ? ret : ret == AREA ? 0 : -EBADMSG;
}

static int run_crc32(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);
	struct kdmabuf_importer_access access = {
		.target = draw_target(racer, session),
		.operation = KDMABUF_IMPORTER_CRC32,
		.length = AREA,
	};

	return call(fd, KDMABUF_IMPORTER_IOCTL_ACCESS, &access);
}

static int run_vmap(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);

	return map_kernel(fd, draw_handle(racer, session->imports));
}

static int run_vunmap(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);

	return unmap_kernel(fd, draw_handle(racer, session->imports));
}

static int run_cpu_access(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);

	return cpu_access(fd, draw_handle(racer, session->imports),
			  draw_below(&racer->random, 2),
			  draw_below(&racer->random, 3));
}

static int run_message(struct racer *racer)
{
	int fd;
	struct session *session = draw_session(racer, &fd);
	struct kdmabuf_importer_message message = {
		.import = draw_handle(racer, session->imports),
		.operation = KDMABUF_IMPORTER_MESSAGE_READ,
	};

	return call(fd, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message);
}

/* Fences that end by themselves, or nobody would signal what a thread waits for. */
static int run_fence(struct racer *racer)
{
	uint32_t flags = KDMABUF_IMPORTER_FENCE_DELAYED |
			 (draw(&racer->random) & KDMABUF_IMPORTER_FENCE_WRITE);
	int fd;
	struct session *session = draw_session(racer, &fd);
	atomic_ullong *slot = &session->fences[draw_slot(racer)];
	unsigned long long found = *slot;
	int ret;

	if (found)
		return undone(slot, found, signal_fence(fd, found, 0));
	ret = add_fence(fd, draw_handle(racer, session->imports), flags,
			draw_below(&racer->random, 4), 0);
	if (!left(slot, 0, ret))
		signal_fence(fd, ret, -ECANCELED);
	return ret;
}

/* A mapping by way of the importer's own file. */
static int run_import_mmap(struct racer *racer)
{
	uint64_t import = draw_handle(racer, sessions[0].imports);
	char *bytes = map_somewhere(racer, SESSIONS, shared.size,
				    PROT_READ | PROT_WRITE, import << 32);
	int ret;

	if (bytes == MAP_FAILED)
		return -errno;
	ret = use_mapping(racer, bytes);
	munmap(bytes, shared.size);
	return ret;
}

/* Also the end of the one before, with all that is in it, once nobody uses it. */
static int run_session(struct racer *racer)
{
	int fd;

	draw_session(racer, &fd);
	return replace(fd, open(IMPORTER, O_RDWR | O_CLOEXEC));
}

#endif /* TESTS_RACE_IMPORTS_H */
