/* SPDX-License-Identifier: MIT */
/*
 * How options name the size and the format of a picture
 */
#ifndef PICTURE_SIZE_H
#define PICTURE_SIZE_H

#include <stdint.h>

#include "subcommand.h"

/* Of a format's four characters. */
#define FORMAT_TEXT_LENGTH 5

/* Take "1280x720" and "YUYV". Return STATUS_OK, or STATUS_USAGE after a complaint. */
int take_picture_size(uint32_t *width, uint32_t *height,
		      const struct subcommand *subcommand, const char *text);
int take_format(uint32_t *format, const struct subcommand *subcommand,
		const char *text);

/* Puts the four characters into @text, and returns that. */
const char *format_text(uint32_t format, char text[FORMAT_TEXT_LENGTH]);

#endif /* PICTURE_SIZE_H */
