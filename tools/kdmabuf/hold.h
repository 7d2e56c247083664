/* SPDX-License-Identifier: MIT */
#ifndef HOLD_H
#define HOLD_H

/* Waits so many seconds, INFINITY for ever; if negative, until standard input ends. */
void hold(double seconds);

#endif /* HOLD_H */
