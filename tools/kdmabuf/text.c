// SPDX-License-Identifier: MIT
/*
 * Names that other people gave to buffers, which may hold any byte
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "report.h"
#include "text.h"

#define REPLACEMENT_CHARACTER "\xef\xbf\xbd"

void print_text(const char *text)
{
	mbstate_t state = { 0 };
	size_t left = strlen(text);
	size_t length;
	wchar_t character;

	while (left) {
		length = mbrtowc(&character, text, left, &state);
		if (length > left) {
			memset(&state, 0, sizeof(state));
			length = 1;
			character = L'\0';
		}
		if (iswprint(character) && character != L'\\')
			fwrite(text, 1, length, stdout);
		else
			for (size_t i = 0; i < length; i++)
				printf("\\x%02x", (unsigned char)text[i]);
		text += length;
		left -= length;
	}
}

json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	char *ascii, *end;

	if (value)
		return value;
	ascii = malloc(strlen(text) * strlen(REPLACEMENT_CHARACTER) + 1);
	if (!ascii)
		return NULL;
	for (end = ascii; *text; text++) {
		if ((unsigned char)*text < 0x80)
			*end++ = *text;
		else
			end = stpcpy(end, REPLACEMENT_CHARACTER);
	}
	*end = '\0';
	value = json_string(ascii);
	free(ascii);
	return value;
}

/* The library's functions fail in the same way if one of theirs is NULL. */
void json_put(json_t **object, const char *key, json_t *value)
{
	if (!json_object_set_new(*object, key, value))
		return;
	json_decref(*object);
	*object = NULL;
}

void json_append(json_t **array, json_t *value)
{
	if (!json_array_append_new(*array, value))
		return;
	json_decref(*array);
	*array = NULL;
}

int print_json(json_t *value)
{
	int error = -1;

	if (value) {
		error = json_dumpf(value, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(value);
	}
	return error ? fail("JSON", "write", -ENOMEM, NULL) : STATUS_OK;
}
