/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_VALUE_H
#define WH_EVTXGEN_VALUE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "binxml_write.h"

/* What placeholders and running values stand for in one record. */
struct moment {
	uint64_t n; /* how often the group was repeated before */
	uint64_t time; /* FILETIME */
	uint64_t record_id;
};

/* A value of a record: typed, and made of parts that may differ from record to record. */
struct value;

/* An empty value of that type; BINXML_NULL is absent, and takes `width` bytes. */
struct value *value_new(uint8_t type);
struct value *value_new_absent(size_t width);
/* An array of that type without values yet, and one more value for it (taken, and finished). */
struct value *value_new_array(uint8_t type);
void value_add_item(struct value *array, struct value *item);
void value_free(struct value *value);
uint8_t value_type(const struct value *value);

/* Adds UTF-8 text; NUL may stand in it. {n}, {x}, {utc}, {time} and {id} are placeholders. */
void value_add_text(struct value *value, const char *text, size_t length);
/* Adds `size` bytes of UTF-16LE as they are. */
void value_add_utf16(struct value *value, const uint8_t *data, size_t size);

/*
 * Encodes what does not change, once all parts are there. `terminated`: strings end
 * with a NUL, as most live logs have them. Must be called before the two below.
 */
bool value_finish(struct value *value, bool terminated, GError **error);

/* Appends the encoded bytes, or (text) what plain BinXML shows for them, as UTF-16LE; each
 * value of an array with a NUL behind it. */
bool value_append_bytes(const struct value *value, const struct moment *moment, GByteArray *out,
			GError **error);
void value_append_text(const struct value *value, const struct moment *moment, GByteArray *out);

/* The text when it is the same in each record, for names; NULL when it is not. Borrowed. */
const GByteArray *value_get_fixed_text(const struct value *value);

/* Appends UTF-8 that may hold NUL as UTF-16LE. */
void utf16_append(GByteArray *out, const char *text, size_t length);
GByteArray *utf16_new(const char *text);

#endif
