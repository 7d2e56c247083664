/* SPDX-License-Identifier: MIT */
/*
 * What the frames cost a process, without the first ones, for which programs are
 * compiled and pages mapped, and without what only proves something
 */
#ifndef COST_H
#define COST_H

#include "demo.h"

/* Frames before those that are counted. */
#define COST_WARM_UP 8

struct cost {
	struct demo_report *report;
	uint64_t since;
};

/* Counts from here to cost_pause(). */
void cost_resume(struct cost *cost);
void cost_pause(struct cost *cost);

/* Frame @number is done. Called while it is paused. */
void cost_of_frame(struct cost *cost, uint32_t number);

#endif /* COST_H */
