// SPDX-License-Identifier: MIT
/*
 * How options name the size and the format of a picture
 */
#include <stdio.h>
#include <string.h>

#include "picture_size.h"
#include "report.h"

int take_picture_size(uint32_t *width, uint32_t *height,
		      const struct subcommand *subcommand, const char *text)
{
	int length = 0;

	if (sscanf(text, "%5ux%5u%n", width, height, &length) == 2 &&
	    !text[length] && !text[strspn(text, "0123456789x")] && *width &&
	    *height)
		return STATUS_OK;
	return usage_error(subcommand,
			   "bad --size '%s': expected pixels, as 1280x720",
			   text);
}

int take_format(uint32_t *format, const struct subcommand *subcommand,
		const char *text)
{
	const unsigned char *characters = (const unsigned char *)text;

	if (strlen(text) != 4)
		return usage_error(
			subcommand,
			"bad --format '%s': expected four characters, as XR24",
			text);
	*format = characters[0] | characters[1] << 8 | characters[2] << 16 |
		  (uint32_t)characters[3] << 24;
	return STATUS_OK;
}

const char *format_text(uint32_t format, char text[FORMAT_TEXT_LENGTH])
{
	for (int i = 0; i < 4; i++)
		text[i] = format >> 8 * i;
	text[4] = '\0';
	return text;
}
