/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_SIGMA_TEXT_H
#define WH_SIGMA_SIGMA_TEXT_H

#include <glib.h>
#include <stdbool.h>

/*
 * A Sigma string is text in which `*` and `?` are wildcards. A backslash takes their
 * meaning, or another backslash's, and stands for itself before anything else.
 * Source: Sigma specification, "Escape Character".
 */
struct sigma_text {
	GString *literal; /* what is left of it without stars at either end */
	bool open_start; /* stars stood there */
	bool open_end;
	bool has_wildcards; /* others: then `literal` is no use */
};

void sigma_text_init(struct sigma_text *text, const char *source);
void sigma_text_release(struct sigma_text *text);

/* Appends a PCRE2 regex for the string, without anchors and without the stars at either
 * end. With `windash` a dash, in any of the five forms that Windows takes, is each. */
void sigma_text_append_regex(GString *out, const char *source, bool windash);

/* Appends a regex that finds just that text. */
void sigma_text_append_quoted(GString *out, const char *text);

/* The longest run of printable ASCII characters, and others that have no case, that every text the
 * string fits holds, in any case of ASCII; "" when there is none. With `windash` dashes end it.
 * The caller frees it. */
char *sigma_text_find_literal(const char *source, bool windash);

/* Adds to `variants` (char *) the text with each dash in every form. False when there
 * would be more than WH_MAX_DASH_VARIANTS. */
bool sigma_text_add_dashes(const char *literal, GPtrArray *variants);

/* Copies the first placeholder, %name%, of a value with `expand`, or NULL. */
char *sigma_text_find_placeholder(const char *source);

/* The value of an `expand` without placeholders: a backslash before a percent sign goes. */
char *sigma_text_unescape_percent(const char *source);

#endif
