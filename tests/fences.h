/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fences of a buffer as user space sees them: by poll, by waiting, as sync files.
 */
#ifndef TESTS_FENCES_H
#define TESTS_FENCES_H

#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include <linux/sync_file.h>

#include "node.h"

static inline bool is_ready(int fd, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };

	return poll(&ready, 1, 0) == 1 && ready.revents & events;
}

/* A sync file with the fences that a reader or a writer has to wait for. */
static inline int export_fences(int fd, uint32_t flags)
{
	struct dma_buf_export_sync_file export = { .flags = flags };
	int ret = call(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &export);

	return ret ?: export.fd;
}

/* Of a sync file: 0 while it waits, 1 when all is well, or a negative errno. */
static inline int status_of(int fences)
{
	struct sync_file_info info = { .name = "" };
	int ret = call(fences, SYNC_IOC_FILE_INFO, &info);

	return ret ?: info.status;
}

static inline void ignore(int signal)
{
}

/* Have signals come, again and again: what waits is -EINTR. Or no longer. */
static inline void interrupt(bool on)
{
	struct sigaction action = { .sa_handler = ignore };
	struct itimerval timer = {
		.it_value.tv_usec = on ? 50000 : 0,
		.it_interval.tv_usec = on ? 50000 : 0,
	};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* call(), but -EINTR if it waits. */
static inline int call_impatiently(int fd, unsigned long command,
				   void *argument)
{
	int ret;

	interrupt(true);
	ret = call(fd, command, argument);
	interrupt(false);
	return ret;
}

/* START; -EINTR if it waits. */
static inline int start(int fd, uint64_t direction)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | direction };

	return call_impatiently(fd, DMA_BUF_IOCTL_SYNC, &sync);
}

static inline uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

#endif /* TESTS_FENCES_H */
