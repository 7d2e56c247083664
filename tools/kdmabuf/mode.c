// SPDX-License-Identifier: MIT
/*
 * Permission bits: reading and writing for an owner, a group and others
 */
#include <kdmabuf.h>
#include <string.h>

#include "mode.h"

bool parse_mode(const char *text, uint32_t *mode)
{
	size_t digits = strspn(text, "01234567");

	if (digits < 1 || digits > 4 || text[digits])
		return false;
	*mode = 0;
	while (*text)
		*mode = *mode << 3 | (*text++ - '0');
	return !(*mode & ~KDMABUF_PUBLISH_MODES);
}

const char *format_mode(uint32_t mode, char text[MODE_TEXT_LENGTH])
{
	static const char letters[] = "rw-rw-rw-";

	if (!mode)
		return strcpy(text, "-");
	for (size_t i = 0; i < MODE_TEXT_LENGTH - 1; i++)
		text[i] = mode >> (8 - i) & 1 ? letters[i] : '-';
	text[MODE_TEXT_LENGTH - 1] = '\0';
	return text;
}
