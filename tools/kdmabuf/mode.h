/* SPDX-License-Identifier: MIT */
/*
 * Permission bits as people write and read them
 */
#ifndef MODE_H
#define MODE_H

#include <stdbool.h>
#include <stdint.h>

/* Up to four octal digits, as 640 or 0640. False if @text is anything else. */
bool parse_mode(const char *text, uint32_t *mode);

/* Room for what format_mode() writes. */
#define MODE_TEXT_LENGTH 10

/* "rw-r-----", as of a file: for the owner, the group and others; "-" if nobody has any. */
const char *format_mode(uint32_t mode, char text[MODE_TEXT_LENGTH]);

#endif /* MODE_H */
