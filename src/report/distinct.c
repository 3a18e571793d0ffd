/* SPDX-License-Identifier: Apache-2.0 */
#include "report/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "report/cell.h"

static int by_text(const void *a, const void *b)
{
	return strcmp((*(GString *const *)a)->str, (*(GString *const *)b)->str);
}

/* The columns that a cut needs to keep of two texts, the first that differs with them. */
static unsigned width_to_tell(const char *one, const char *other)
{
	g_autoptr(GString) cut = g_string_new(other);
	const char *at = other;

	while (*at && *one == *at) {
		one++;
		at++;
	}
	/* They may differ inside of a character. */
	while (at > other && (*at & 0xC0) == 0x80)
		at--;
	at = *at ? g_utf8_next_char(at) : at;
	g_string_truncate(cut, (gsize)(at - other));
	return cell_width(cut->str);
}

unsigned distinct_width(GString *const *cells, guint count)
{
	g_autofree GString **sorted = g_memdup2(cells, count * sizeof(*cells));
	unsigned most = 0, needed = 0;

	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), by_text);
	for (guint i = 0; i < count; i++) {
		most = MAX(most, cell_width(sorted[i]->str));
		if (i > 0 && by_text(&sorted[i - 1], &sorted[i]) != 0)
			needed = MAX(needed, width_to_tell(sorted[i - 1]->str, sorted[i]->str));
	}
	return MIN(needed + cell_width(cell_cut_mark()), most);
}

/* `whole` with the next number that makes it a text that is not taken; `cut` is what it was cut to
 * without. The caller frees it. */
static char *number(GHashTable *taken, const char *whole, unsigned width, const char *cut)
{
	guint last = GPOINTER_TO_UINT(g_hash_table_lookup(taken, cut));
	GString *text = g_string_new(NULL);

	do {
		g_autofree char *digits = g_strdup_printf("%u", ++last);

		g_string_assign(text, whole);
		cell_cut(text, width - MIN(width, (unsigned)strlen(digits)));
		g_string_append(text, digits);
	} while (g_hash_table_contains(taken, text->str));
	g_hash_table_insert(taken, g_strdup(cut), GUINT_TO_POINTER(last));
	return g_string_free(text, FALSE);
}

static char *cut_one(GHashTable *taken, const char *whole, unsigned width)
{
	GString *cut = g_string_new(whole);
	char *text = NULL;

	cell_cut(cut, width);
	if (g_hash_table_contains(taken, cut->str))
		text = number(taken, whole, width, cut->str);
	else
		text = g_strdup(cut->str);
	g_hash_table_insert(taken, g_strdup(text), GUINT_TO_POINTER(1));
	g_string_free(cut, TRUE);
	return text;
}

void distinct_cut(GString *const *cells, guint count, unsigned width)
{
	/* What is shown already, and the last number behind it. */
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) known =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < count; i++)
		if (cell_width(cells[i]->str) <= width)
			g_hash_table_insert(taken, g_strdup(cells[i]->str), GUINT_TO_POINTER(1));
	for (guint i = 0; i < count; i++) {
		const char *text = g_hash_table_lookup(known, cells[i]->str);

		if (cell_width(cells[i]->str) <= width)
			continue;
		if (!text) {
			text = cut_one(taken, cells[i]->str, width);
			g_hash_table_insert(known, g_strdup(cells[i]->str), (char *)text);
		}
		g_string_assign(cells[i], text);
	}
}
