/* SPDX-License-Identifier: MIT */
/*
 * Numbers for people who compare them: three digits and a unit
 */
#ifndef AMOUNT_H
#define AMOUNT_H

#include <stdint.h>

/* Room for what these write. */
#define AMOUNT_TEXT_LENGTH 32

/* 999, 1.23 k, 45.6 M and so on, of 1000 each. */
const char *format_amount(double number, char text[AMOUNT_TEXT_LENGTH]);

/* 0.52x, 1.00x, 49.7x, 1234x */
const char *format_ratio(double ratio, char text[AMOUNT_TEXT_LENGTH]);

#endif /* AMOUNT_H */
