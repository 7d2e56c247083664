/* SPDX-License-Identifier: MIT */
/*
 * What a piece of work costs, in the best unit that this machine has: instructions,
 * else nanoseconds. In an emulator times mean nothing, and none are taken.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

enum counter_kind {
	/* The processor's clock in QEMU with -icount: it counts instructions. */
	COUNTER_ICOUNT,
	/* perf_event_open(2), the kernel's instructions and those of children too. */
	COUNTER_PERF,
	COUNTER_CLOCK,
	COUNTER_NONE,
	/* For counter_open(): the first of those that can be had. */
	COUNTER_AUTO,
};

struct counter {
	enum counter_kind kind;
	/* Of COUNTER_PERF. */
	int fd;
	/* What counting itself costs. */
	uint64_t overhead;
};

/* What users call them, in the order of the enum; NULL is the end. */
extern const char *const counter_names[];

/* "instructions", "nanoseconds", or NULL if there is nothing to count with. */
const char *counter_unit(const struct counter *counter);

/* How it counts, or why it does not. */
const char *counter_origin(const struct counter *counter);

/*
 * Processes that are forked afterwards are counted too. Returns STATUS_OK, or
 * STATUS_FAILED after a complaint if @kind is not to be had here.
 */
int counter_open(struct counter *counter, enum counter_kind kind);

uint64_t counter_read(const struct counter *counter);

/* What was counted since @begin, as counter_read() gave it. */
int64_t counter_since(const struct counter *counter, uint64_t begin);

#endif /* COUNTER_H */
