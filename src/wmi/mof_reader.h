/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_READER_H
#define WH_WMI_MOF_READER_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"

/* The words of MOF text, for those who read its statements (wmi/mof.c). */
struct mof_reader {
	const char *at;
	unsigned depth;
	unsigned values;
	unsigned damages; /* what was found wrong so far */
	struct arena *arena;
	GString *text; /* of the literal at hand */
};

/* WMI allows letters beyond ASCII in names. */
bool mof_is_name_char(char c);
bool mof_is_word_char(char c);

void mof_skip_blanks(struct mof_reader *r);
/* Some exports turn the line feeds between tokens into commas. */
void mof_skip_blanks_and_commas(struct mof_reader *r);

/* The place after "instance of", or NULL when `at` does not stand before it. */
const char *mof_after_instance_of(const char *at);

/* A name, in the arena; NULL when there is none at this place. */
const char *mof_read_name(struct mof_reader *r);

/* Goes over a literal whose opening quote is at hand. False when the text ends inside it. */
bool mof_skip_literal(struct mof_reader *r);

/* Goes over a body in braces, however deep, with what stands before its first brace. */
void mof_skip_body(struct mof_reader *r);

/*
 * Goes on to the end of a statement that makes no sense: after its ";", or before
 * the "}" or the instance that follows.
 */
void mof_skip_statement(struct mof_reader *r);

/* Goes over any number of [qualifiers]. */
void mof_skip_qualifiers(struct mof_reader *r);

#endif
