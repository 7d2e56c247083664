/* SPDX-License-Identifier: MIT */
/*
 * Names that other people gave to buffers, which may hold any byte
 */
#ifndef TEXT_H
#define TEXT_H

#include <jansson.h>

/*
 * Prints what can be printed in the locale, and the other bytes, which might
 * steer a terminal, as \xNN.
 */
void print_text(const char *text);

/* As a JSON string. If @text is not UTF-8, U+FFFD stands for what is not ASCII. */
json_t *json_text(const char *text);

/*
 * Put @value into an object or at the end of an array, which become NULL if memory
 * is short, for then or now. Release @value if it does not get there.
 */
void json_put(json_t **object, const char *key, json_t *value);
void json_append(json_t **array, json_t *value);

/* Prints @value, which it releases. Returns an exit status. */
int print_json(json_t *value);

#endif /* TEXT_H */
