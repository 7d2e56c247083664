/* SPDX-License-Identifier: MIT */
/*
 * One step of the benchmark, done and measured once
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "counter.h"

enum step {
	/* What had to be made ready, before the pool, or caches, have anything. */
	STEP_FIRST_ALLOCATION,
	STEP_ALLOCATE,
	STEP_SYNC,
	STEP_MAP,
	STEP_TOUCH,
	STEP_UNMAP,
	/* The three before together. */
	STEP_MAP_TOUCH_UNMAP,
	STEP_REREAD,
	STEP_DEVICE_ATTACH,
	STEP_DEVICE_MAP,
	STEP_DEVICE_MAP_AGAIN,
	STEP_VGEM_IMPORT,
	STEP_PASS,
	STEP_FREE,
	/* Allocation, mapping, touching, unmapping and this together. */
	STEP_LIFE,
	STEP_FRAME,
	STEPS,
};

struct sample {
	bool done;
	/* If it is not: a negative errno, or 0 if it cannot be done there. */
	int error;
	/* In the counter's unit. */
	int64_t count;
	int64_t faults;
	uint64_t page_table_bytes;
	uint64_t bytes_zeroed;
	uint64_t bytes_copied;
	/* What the device gets of the whole buffer; 0: not known. */
	uint32_t segments;
};

/* Faults of this process so far that took no disk. */
int64_t faults_so_far(void);

/* Between these two is what is measured. Give @error as it came out, 0 or negative. */
void sample_begin(struct sample *sample, const struct counter *counter);
void sample_end(struct sample *sample, const struct counter *counter,
		int error);

#endif /* SAMPLE_H */
