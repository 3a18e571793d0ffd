/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_FIELD_TEXT_H
#define WH_EVTX_FIELD_TEXT_H

#include <glib.h>
#include <stdbool.h>

enum text_anchor {
	TEXT_ANYWHERE,
	TEXT_AT_START,
	TEXT_AT_END,
	TEXT_WHOLE,
	TEXT_NO_FIELD, /* no text: the event has no such field */
};

/* What a field must hold for a record to be wanted, in any case of ASCII. */
struct field_text {
	const char *field; /* its name, folded; NULL: any field, or a text of System */
	const char *text;
	enum text_anchor anchor;
	/* Its s or k may stand there as U+017F or U+212A, which regexes without case take for them.
	 */
	bool disguised;
};

/* True for a text that can be looked for: printable ASCII, of four characters or more where it may
 * stand anywhere, else of one. */
bool field_text_can_be_sought(const struct field_text *text);

/* What says that an event without that field (folded name) is wanted. */
static inline struct field_text field_text_absent(const char *field)
{
	return (struct field_text){.field = field, .text = "", .anchor = TEXT_NO_FIELD};
}

/*
 * True for what no number, hex digits, GUID, SID, time or truth value reads like: a field that
 * holds it was logged as a string. `lower` is in lower case.
 */
bool text_stands_in_strings(const char *lower);

/* A set of copies (struct field_text), each of which is there once. */
GHashTable *field_texts_new(void);
void field_texts_add(GHashTable *texts, const struct field_text *text);

#endif
