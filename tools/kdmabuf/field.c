// SPDX-License-Identifier: MIT
/*
 * Lines that tell one thing each
 */
#include <stdio.h>

#include "field.h"
#include "number.h"
#include "text.h"

void print_bytes(const char *label, uint64_t bytes)
{
	char text[SIZE_TEXT_LENGTH];

	printf("%-18s%ju (%s)\n", label, bytes, format_size(bytes, text));
}

void print_name(const char *label, const char *name)
{
	if (!*name)
		return;
	printf("%-18s", label);
	print_text(name);
	putchar('\n');
}
