/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_READER_H
#define WH_WMI_MOF_READER_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"
#include "wmi/mof.h"

/* The words of MOF text, for those who read its statements (wmi/mof.c, wmi/mof_statement.c). */
struct mof_reader {
	const char *at;
	bool has_comments; /* else what looks like one is not */
	const char *line_ends; /* characters that end a comment of one line */
	unsigned depth;
	unsigned values; /* of the statement at hand */
	unsigned left_open; /* braces around the place where these were too many: it is not left */
	unsigned damages; /* what was found wrong so far */
	const char *namespace; /* that a #pragma put in force; NULL: none */
	GTree *aliases; /* $Alias → struct mof_instance, the last one of that name */
	GTree *classes; /* name → struct mof_class, the last one of that name */
	GPtrArray *forward; /* struct mof_value: $Alias before its instance */
	struct arena *arena;
	GString *text; /* of the literal at hand */
};

/* WMI allows letters beyond ASCII in names. */
bool mof_is_name_char(char c);
bool mof_is_word_char(char c);

/* The place after blanks and comments; and the same, going there. */
const char *mof_after_blanks(const struct mof_reader *r, const char *at);
void mof_skip_blanks(struct mof_reader *r);
/* Some exports turn the line feeds between tokens into commas. */
void mof_skip_blanks_and_commas(struct mof_reader *r);

/* True, after it, when a comment is at hand. */
bool mof_skip_comment(struct mof_reader *r);

/* The place after that word (lower case) in any case, or NULL when `at` does not stand before it.
 */
const char *mof_after_word(const char *at, const char *word);
/* The place after "instance of", or NULL when `at` does not stand before it. */
const char *mof_after_instance_of(const struct mof_reader *r, const char *at);

/* A name, in the arena; NULL when there is none at this place. */
const char *mof_read_name(struct mof_reader *r);

/* Goes over a literal whose opening quote is at hand. False when the text ends inside it. */
bool mof_skip_literal(struct mof_reader *r);

/* Goes over a body in braces, however deep, with what stands before its first brace. */
void mof_skip_body(struct mof_reader *r);
/* Goes over the rest of a body in which so many braces are open. */
void mof_skip_open(struct mof_reader *r, unsigned braces);

/*
 * Goes on to the end of a statement that makes no sense: after its ";", or before
 * the "}" or the instance that follows.
 */
void mof_skip_statement(struct mof_reader *r);

/* Goes over any number of [qualifiers]. */
void mof_skip_qualifiers(struct mof_reader *r);
/* Goes to what a body says next: over what may stand between, and qualifiers. */
void mof_skip_to_declaration(struct mof_reader *r);

/* Reads what stands after "="; NULL when it is no value. */
struct mof_value *mof_read_value(struct mof_reader *r, bool in_array);
struct mof_value *mof_value_new(struct mof_reader *r, enum mof_type type);

/* Adds a property to the end of a list, `*last`, and goes on to its new end. */
void mof_add_property(struct mof_reader *r, const char *name, struct mof_value *value,
		      struct mof_property ***last);

/* Goes over "as $Alias" and returns that word; NULL when it is not at hand. */
const char *mof_read_alias(struct mof_reader *r);

/* True, with the number of open braces kept, when the statement at hand has too many values. */
bool mof_is_full(struct mof_reader *r);

#endif
