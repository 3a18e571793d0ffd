/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_LINT_H
#define WH_SIGMA_LINT_H

#include <glib.h>
#include <stdbool.h>

/* Where something stands in a rule file; both count from 1. */
struct place {
	unsigned line;
	unsigned column;
};

/* A message about a rule file; line and column count from 1, 0 when the place is not known. */
struct rule_message {
	char *file;
	unsigned line;
	unsigned column;
	bool is_error; /* else a warning */
	char *text;
};
void rule_message_free(struct rule_message *message);

/* What the loader has to say of one rule file. */
struct lint {
	const char *file; /* borrowed */
	GPtrArray *messages; /* struct rule_message, borrowed */
	bool errors_only; /* nobody reads warnings: what only finds these need not be done */
	bool is_packed; /* what is read was found to be right when the program was built */
	unsigned errors;
	unsigned placeholders; /* met that have no values */
};

/* Adds a message: one clause, lower case, no full stop. `place` is copied. */
void lint_error(struct lint *lint, const struct place *place, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void lint_warn(struct lint *lint, const struct place *place, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Puts the messages from the `first`-th on in the order of their places. */
void lint_sort(GPtrArray *messages, guint first);

#endif
