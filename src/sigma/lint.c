/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/lint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void rule_message_free(struct rule_message *message)
{
	if (!message)
		return;
	g_free(message->file);
	g_free(message->text);
	g_free(message);
}

static void add_message(struct lint *lint, const struct place *place, bool is_error, char *text)
{
	struct rule_message *message = g_new0(struct rule_message, 1);

	message->file = g_strdup(lint->file);
	message->line = place->line;
	message->column = place->column;
	message->is_error = is_error;
	message->text = text;
	g_ptr_array_add(lint->messages, message);
}

void lint_error(struct lint *lint, const struct place *place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_message(lint, place, true, g_strdup_vprintf(format, arguments));
	va_end(arguments);
	lint->errors++;
}

void lint_warn(struct lint *lint, const struct place *place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_message(lint, place, false, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static int compare_messages(const void *a, const void *b)
{
	const struct rule_message *left = *(const struct rule_message *const *)a;
	const struct rule_message *right = *(const struct rule_message *const *)b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	return strcmp(left->text, right->text);
}

void lint_sort(GPtrArray *messages, guint first)
{
	if (messages->len > first)
		qsort(messages->pdata + first, messages->len - first, sizeof(gpointer),
		      compare_messages);
}
