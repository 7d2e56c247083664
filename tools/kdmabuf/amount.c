// SPDX-License-Identifier: MIT
/*
 * Numbers for people who compare them
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "amount.h"

static int decimals(double number)
{
	if (fabs(number) < 9.995)
		return 2;
	return fabs(number) < 99.95 ? 1 : 0;
}

const char *format_amount(double number, char text[AMOUNT_TEXT_LENGTH])
{
	static const char units[] = "kMGT";
	const char *unit = units;

	if (fabs(number) < 1000) {
		snprintf(text, AMOUNT_TEXT_LENGTH, "%.0f", number);
		return text;
	}
	number /= 1000;
	while (fabs(number) >= 999.5 && unit[1]) {
		number /= 1000;
		unit++;
	}
	snprintf(text, AMOUNT_TEXT_LENGTH, "%.*f %c", decimals(number), number,
		 *unit);
	return text;
}

const char *format_ratio(double ratio, char text[AMOUNT_TEXT_LENGTH])
{
	snprintf(text, AMOUNT_TEXT_LENGTH, "%.*fx", decimals(ratio), ratio);
	return text;
}
