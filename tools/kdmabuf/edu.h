/* SPDX-License-Identifier: MIT */
/*
 * Real DMA: QEMU's edu device reads a buffer
 */
#ifndef EDU_H
#define EDU_H

#include <stdbool.h>
#include <stdint.h>

struct inspection;

enum edu_outcome {
	EDU_DID_NOT_READ,
	/* It would have no address for all of the buffer. */
	EDU_OUT_OF_REACH,
	EDU_READ,
};

struct edu_reading {
	/* How much it shall read, and whether it is an error if it cannot. */
	uint64_t bytes;
	bool required;
	enum edu_outcome outcome;
	uint32_t transfers;
	bool equal;
};

/*
 * Has edu, if there is one, copy the beginning of the buffer into a scratch buffer
 * and compares. Fills in edu of @inspection, whose mapping is there. Returns
 * STATUS_OK, or STATUS_FAILED after a complaint.
 */
int read_by_edu(int session, struct inspection *inspection);

#endif /* EDU_H */
