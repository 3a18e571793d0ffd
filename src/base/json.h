/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_JSON_H
#define WH_BASE_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Writes JSON straight into a GString; commas set themselves. `key` is NULL inside
 * an array and at the top. Output is pure JSON that is safe on a terminal: control and
 * format characters are \u escapes. U+0000 is \u0000; a lone surrogate stays the stand-in
 * that it is inside (base/text.h), as jq and other parsers stop at a real one.
 */
void json_open_object(GString *out, const char *key);
void json_close_object(GString *out);
void json_open_array(GString *out, const char *key);
void json_close_array(GString *out);

void json_add_string(GString *out, const char *key, const char *text);
/* Adds nothing when `text` is NULL or empty: outside data{}, absent is absent. */
void json_add_present(GString *out, const char *key, const char *text);
/* Above 2^63 - 1, which JSON parsers refuse or bend, a string of digits. */
void json_add_uint(GString *out, const char *key, uint64_t value);
void json_add_bool(GString *out, const char *key, bool value);
/* The same, but nothing for 0 and false. */
void json_add_count(GString *out, const char *key, uint64_t count);
void json_add_flag(GString *out, const char *key, bool flag);
/* `literal` must be a JSON value already; it is copied as it is. */
void json_add_literal(GString *out, const char *key, const char *literal);

/*
 * Prepares a line of JSON for a parser that refuses lone surrogates and U+0000: their
 * escapes become the stand-ins of base/text.h. Returns a new line that the caller frees,
 * or NULL when the line needs no change.
 */
GString *json_stand_in_line(const char *line, size_t length);

#endif
