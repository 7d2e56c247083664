/* SPDX-License-Identifier: MIT */
/*
 * A video frame that goes from this process to another, which looks at each page of
 * it. Functions return 0 or a negative errno.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* 1080p, four bytes a pixel. */
#define FRAME_BYTES (1920 * 1080 * 4)

/* The other process. */
struct consumer {
	pid_t pid;
	int socket;
	int pipe;
	/* A frame in this process's own memory. */
	char *frame;
};

int consumer_start(struct consumer *consumer);
void consumer_stop(struct consumer *consumer);

/*
 * These return when the other process has seen the frame and let it go. @faults: how
 * many that one took.
 */

/* @fd is the frame; @by_library: it is mapped by kdmabuf_map(). */
int hand_over(const struct consumer *consumer, int fd, bool by_library,
	      int64_t *faults);

/* The frame in this process's memory goes through a pipe. */
int write_to_pipe(const struct consumer *consumer, int64_t *faults);

/* It is copied to a new memfd, and that handed over. */
int copy_to_memfd(const struct consumer *consumer, int64_t *faults);

#endif /* FRAME_H */
