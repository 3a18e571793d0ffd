/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/channel_hint.h"

#include <string.h>

#include "base/wildcard.h"

#define MOST_NAMED 5
#define MOST_KEPT 1000 /* channels; Windows has as many */

void channel_hint_init(struct channel_hint *hint)
{
	*hint = (struct channel_hint){
		.there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

void channel_hint_release(struct channel_hint *hint)
{
	g_hash_table_unref(hint->there);
}

void channel_hint_add(struct channel_hint *hint, const char *channel)
{
	if (!channel || g_hash_table_contains(hint->there, channel))
		return;
	if (g_hash_table_size(hint->there) < MOST_KEPT)
		g_hash_table_add(hint->there, g_strdup(channel));
	else
		hint->is_short = true;
}

void channel_hint_add_log(struct channel_hint *hint, const struct log_facts *facts)
{
	hint->is_short |= facts->left_out > 0;
	for (guint i = 0; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		channel_hint_add(hint, holding->channel);
	}
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those that fit, by name; the caller frees the list alone. */
static GPtrArray *list_fitting(const struct channel_hint *hint, const char *pattern)
{
	GPtrArray *fitting = g_ptr_array_new();
	GHashTableIter iter;
	gpointer channel;

	g_hash_table_iter_init(&iter, hint->there);
	while (g_hash_table_iter_next(&iter, &channel, NULL))
		if (wildcard_fits(pattern, channel))
			g_ptr_array_add(fitting, channel);
	g_ptr_array_sort(fitting, by_text);
	return fitting;
}

static void append_names(GString *message, const GPtrArray *names)
{
	for (guint i = 0; i < names->len && i < MOST_NAMED; i++)
		g_string_append_printf(message, "%s%s", i ? ", " : "", (char *)names->pdata[i]);
	if (names->len > MOST_NAMED)
		g_string_append_printf(message, " and %u more", names->len - MOST_NAMED);
}

static void say(const struct channel_hint *hint, const char *name, struct diagnostics *diagnostics)
{
	g_autofree char *around = g_strdup_printf("*%s*", name);
	g_autoptr(GPtrArray) near = list_fitting(hint, around);
	g_autoptr(GPtrArray) all = list_fitting(hint, "*");
	g_autoptr(GString) message = g_string_new(NULL);

	g_string_printf(message, "--channel: there is no event of channel %s", name);
	if (near->len > 0) {
		g_string_append(message, "; did you mean ");
		append_names(message, near);
		g_string_append_c(message, '?');
	} else if (all->len > 0) {
		g_string_append(message, "; there is ");
		append_names(message, all);
	}
	diagnostics_note(diagnostics, message->str);
}

void channel_hint_say(const struct channel_hint *hint, char *const *names,
		      struct diagnostics *diagnostics)
{
	for (; !hint->is_short && names && *names; names++) {
		g_autoptr(GPtrArray) fitting = list_fitting(hint, *names);

		if (fitting->len == 0)
			say(hint, *names, diagnostics);
	}
}
