/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races for one buffer: its views, in descriptors that all threads use, close and
 * replace. Their numbers are fixed, so that such a number stands for a view of the
 * buffer or for nothing, however the threads meet.
 */
#ifndef TESTS_RACE_VIEWS_H
#define TESTS_RACE_VIEWS_H

#include <stdio.h>

#include "fences.h"
#include "race.h"

/* Of everything that the threads have in common there are so many. */
#define SLOTS 4

/* Numbers of descriptors, higher than what the kernel chooses. */
enum {
	WHOLE_VIEWS = 500,
	WINDOWS = WHOLE_VIEWS + SLOTS,
	SESSIONS = WINDOWS + SLOTS,
	SLOTS_END = SESSIONS + 2,
};

/* The buffer; the test's process has it. */
static struct {
	int node;
	int fd;
	uint64_t id;
	uint64_t size;
	uint64_t window; /* what each view has at least: half of it */
} shared;

static int draw_slot(struct racer *racer)
{
	return draw_below(&racer->random, SLOTS);
}

static int draw_whole_view(struct racer *racer)
{
	return WHOLE_VIEWS + draw_slot(racer);
}

static int draw_window(struct racer *racer)
{
	return WINDOWS + draw_slot(racer);
}

static int draw_view(struct racer *racer)
{
	return draw_below(&racer->random, 2) ? draw_whole_view(racer) :
					       draw_window(racer);
}

/* A descriptor, or an errno, goes to a number in place of what is there. */
static int replace(int number, int fd)
{
	int ret;

	if (fd < 0)
		return fd;
	ret = dup3(fd, number, O_CLOEXEC) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static int run_whole_view(struct racer *racer)
{
	int access = draw_below(&racer->random, 4) ? O_RDWR : O_RDONLY;

	return replace(draw_whole_view(racer),
		       make_view(shared.node, shared.fd, access, 0,
				 shared.size));
}

static int run_window(struct racer *racer)
{
	uint64_t pages = shared.window / PAGE;
	uint64_t offset = PAGE * draw_below(&racer->random, pages + 1);
	uint64_t more = PAGE * draw_below(&racer->random, pages + 1);
	int access = draw_below(&racer->random, 2) ? O_RDWR : O_RDONLY;

	return replace(draw_window(racer),
		       make_view(shared.node, draw_view(racer), access, offset,
				 shared.window + more));
}

static int run_close(struct racer *racer)
{
	return close(draw_view(racer)) ? -errno : 0;
}

static int run_query(struct racer *racer)
{
	struct kdmabuf_query answer;
	int ret = query(shared.node, draw_view(racer), &answer);

	if (!ret &&
	    (answer.id != shared.id || answer.buffer_size != shared.size ||
	     answer.size < shared.window || answer.offset > shared.size ||
	     answer.size > shared.size - answer.offset))
		return -EBADMSG;
	return ret;
}

static int run_next(struct racer *racer)
{
	struct kdmabuf_next next;
	int ret = find_buffer(shared.node, shared.id, &next);

	return !ret && (next.size != shared.size || !next.views) ? -EBADMSG :
								   ret;
}

static int run_name(struct racer *racer)
{
	return call(draw_view(racer), DMA_BUF_SET_NAME_B,
		    draw_below(&racer->random, 2) ? "one" : "another");
}

static int run_llseek(struct racer *racer)
{
	off_t size = lseek(draw_view(racer), 0, SEEK_END);

	if (size < 0)
		return -errno;
	return (uint64_t)size < shared.window || (uint64_t)size > shared.size ?
		       -EBADMSG :
		       0;
}

/* Each direction, and a START or an END that has no counterpart. */
static uint64_t draw_sync_flags(struct racer *racer)
{
	uint64_t flags = 1 + draw_below(&racer->random, DMA_BUF_SYNC_RW);

	if (draw_below(&racer->random, 2))
		flags |= DMA_BUF_SYNC_END;
	return flags;
}

static int run_sync(struct racer *racer)
{
	uint64_t flags = draw_sync_flags(racer);

	return sync_fd(draw_view(racer), flags);
}

/* The same for a page of it; through a read-only view only what it may. */
static int run_sync_range(struct racer *racer)
{
	uint64_t flags = draw_sync_flags(racer);
	uint64_t page = draw_below(&racer->random, shared.window / PAGE);

	return sync_range(shared.node, draw_view(racer), flags, PAGE * page,
			  PAGE);
}

static int run_poll(struct racer *racer)
{
	struct pollfd ready = {
		.fd = draw_view(racer),
		.events = draw_below(&racer->random, 2) ? POLLIN : POLLOUT,
	};
	int ret = poll(&ready, 1, draw_below(&racer->random, 2));

	if (ret < 0)
		return -errno;
	if (ready.revents & POLLNVAL)
		return -EBADF;
	return ready.revents & ~ready.events ? -EBADMSG : 0;
}

static int run_sync_files(struct racer *racer)
{
	struct dma_buf_import_sync_file import = {
		.flags = 1 + draw_below(&racer->random, DMA_BUF_SYNC_RW),
		.fd = export_fences(draw_view(racer), DMA_BUF_SYNC_RW),
	};
	int ret;

	if (import.fd < 0)
		return import.fd;
	ret = call(draw_view(racer), DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import);
	close(import.fd);
	return ret;
}

/* All that the kernel says of the buffer and of a view, to people. */
static int run_files(struct racer *racer)
{
	char path[64], text[4096];
	ssize_t bytes;
	int file;

	switch (draw_below(&racer->random, 3)) {
	case 0:
		strcpy(path, "/sys/kernel/debug/kdmabuf/buffers");
		break;
	case 1:
		strcpy(path, "/sys/kernel/debug/dma_buf/bufinfo");
		break;
	default:
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d",
			 draw_view(racer));
	}
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	do
		bytes = read(file, text, sizeof(text));
	while (bytes > 0);
	close(file);
	return bytes < 0 ? -errno : 0;
}

#endif /* TESTS_RACE_VIEWS_H */
