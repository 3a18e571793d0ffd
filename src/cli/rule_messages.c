/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rule_messages.h"

#include <string.h>

#include "base/text.h"
#include "hunt/rules.h"

#define MOST_ERRORS 64

static void print_message(const struct rule_message *message, FILE *file)
{
	GString *line = g_string_new(NULL);
	g_autofree char *name = text_from_bytes(message->file, strlen(message->file));

	text_append_terminal(line, name);
	if (message->line)
		g_string_append_printf(line, ":%u:%u", message->line, message->column);
	g_string_append(line, message->is_error ? ": error: " : ": warning: ");
	text_append_terminal(line, message->text);
	g_string_append_c(line, '\n');
	fwrite(line->str, 1, line->len, file);
	g_string_free(line, TRUE);
}

void rule_messages_print(const GPtrArray *messages, FILE *file)
{
	for (guint i = 0; i < messages->len; i++)
		print_message(messages->pdata[i], file);
}

void rule_messages_print_errors(const GPtrArray *messages)
{
	guint errors = 0;

	for (guint i = 0; i < messages->len; i++) {
		const struct rule_message *message = messages->pdata[i];

		if (message->is_error && ++errors <= MOST_ERRORS)
			print_message(message, stderr);
	}
	if (errors > MOST_ERRORS)
		fprintf(stderr, "%u more errors: wmihunt lint names them all\n",
			errors - MOST_ERRORS);
}
