/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_LINE_ID_H
#define WH_BASE_LINE_ID_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The id of a line: a UUID of version 8 (RFC 9562), the first 128 bits, but for version and
 * variant, of the SHA-256 of what the line is about. They are kept by analysts for years, so what
 * goes into the id of a kind of line never changes.
 *
 * What is hashed: "wmihunt", then the kind, the host in lower case, and the content. A text is its
 * length in 8 bytes, little endian, and its bytes; an absent one is eight bytes 0xFF; a number is 8
 * bytes, little endian.
 */
struct line_id {
	char text[37]; /* "" while there is none */
};

/* What is to be hashed, so far: the kind and the host (folded here; NULL: none). line_id_set()
 * frees it. */
GString *line_name_new(const char *kind, const char *host);
void line_name_add(GString *name, const char *text);
/* Without regard to case. */
void line_name_add_folded(GString *name, const char *text);
void line_name_add_number(GString *name, uint64_t number);

/* Sets the id, and frees `name`. */
void line_id_set(struct line_id *id, GString *name);

/*
 * Gives the second line and those after it that have one id, as `seen` counts them (texts of
 * ids → how many had it), an id that says which of them it is. Only lines that cannot be told
 * apart by their content meet here; they come in an order that is the same in each run.
 */
void line_id_count(struct line_id *id, GHashTable *seen);
GHashTable *line_id_seen_new(void);

/* Whether a text is one that line_id_set() makes. */
bool line_id_is_valid(const char *text);

/* Opens a line: its members kind, id and schema. */
void line_open(GString *out, const char *kind, const struct line_id *id);

/* What the lines' form is called in `schema`; members that are added do not change it. */
#define WH_SCHEMA 1

#endif
