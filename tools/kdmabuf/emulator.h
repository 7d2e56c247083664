/* SPDX-License-Identifier: MIT */
/*
 * Whether this machine is one that QEMU emulates, and whether its clock counts
 */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

bool is_emulated(void);

/* The processor's clock. 0 where it is not known how to read it. */
uint64_t emulator_clock(void);

/* True if that goes by one for each instruction, as it does with -icount shift=0. */
bool clock_counts_instructions(void);

#endif /* EMULATOR_H */
