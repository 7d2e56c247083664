// SPDX-License-Identifier: MIT
/*
 * Numbers, sizes and times as people write them on a command line
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

static const char units[] = "KMGT";

/* strtoull() without the signs, spaces and letters that it takes. */
static int parse_digits(const char *text, uint64_t *number, char **end)
{
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, end, 10);
	return -errno;
}

int parse_size(const char *text, uint64_t *size)
{
	unsigned int shift = 0;
	const char *unit;
	uint64_t number;
	char *end;
	int error;

	error = parse_digits(text, &number, &end);
	if (error == -EINVAL)
		return error;
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || (end[1] && strcmp(end + 1, "iB")))
			return -EINVAL;
		shift = 10 * (unit - units + 1);
	}
	if (error || number > UINT64_MAX >> shift)
		return -ERANGE;
	*size = number << shift;
	return 0;
}

bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
	uint64_t value;
	char *end;

	if (parse_digits(text, &value, &end) || *end || value > most)
		return false;
	*number = value;
	return true;
}

bool parse_seconds(const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	return end != text && !*end && *seconds >= 0;
}

const char *format_size(uint64_t size, char text[SIZE_TEXT_LENGTH])
{
	const char *unit = "";
	const char *next = units;

	while (*next && size && !(size % 1024)) {
		size /= 1024;
		unit = next++;
	}
	snprintf(text, SIZE_TEXT_LENGTH, "%ju%.1s", size, unit);
	return text;
}
