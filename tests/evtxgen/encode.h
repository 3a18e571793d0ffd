/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_ENCODE_H
#define WH_EVTXGEN_ENCODE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Appends the BinXML bytes of a value given as text, by type (enum binxml_type; neither
 * strings nor arrays). */
bool encode_value(uint8_t type, const char *text, GByteArray *out, GError **error);

/* "uint32" → BINXML_UINT32; false for a name that is none. */
bool binxml_type_parse(const char *name, uint8_t *out);

/* Appends the bytes that `hex` spells, blanks between them or not. */
bool encode_hex(const char *hex, GByteArray *out, GError **error);

/* Appends eight little-endian bytes. */
void encode_u64(uint64_t value, GByteArray *out);

/* Reads a decimal or 0x… number of at most `max`. */
bool parse_number(const char *text, uint64_t max, uint64_t *out, GError **error);

#endif
