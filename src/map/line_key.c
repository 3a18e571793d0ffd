/* SPDX-License-Identifier: Apache-2.0 */
#include "map/line_key.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "map/log_line.h"

void line_key_append(const char *host, GString *out)
{
	g_autofree char *folded = host ? text_fold(host) : g_strdup("");
	const size_t most = out->len + WH_MAX_LINE_KEY - 4;

	for (const char *at = folded; *at && out->len < most; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		g_string_append_unichar(
			out, (c < 0x80 && strchr("{}\"\\", (int)c)) || text_is_unsafe(c) ? '_' : c);
	}
	g_string_append_c(out, '\t');
}

size_t line_key_length(const char *text, size_t size)
{
	const char *tab =
		size && *text != '{' ? memchr(text, '\t', MIN(size, WH_MAX_LINE_KEY + 1)) : NULL;
	size_t length = tab ? (size_t)(tab - text) + 1 : 0;

	if (length == size || memchr(text, '{', length) || memchr(text, '\n', length))
		return 0;
	return text[length] == '{' ? length : 0;
}

/* By the first labels of names, in the order in which they are met; of records without a name,
 * none. */
static GPtrArray *group_holdings(const struct log_facts *facts)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];
		g_autofree char *label = holding->host ? log_facts_label(holding->host) : NULL;
		GPtrArray *group = label ? g_hash_table_lookup(known, label) : NULL;

		if (!label)
			continue;
		if (!group) {
			group = g_ptr_array_new();
			g_ptr_array_add(groups, group);
			g_hash_table_insert(known, g_steal_pointer(&label), group);
		}
		g_ptr_array_add(group, facts->holdings->pdata[i]);
	}
	return groups;
}

void line_key_append_log(const struct log_facts *facts, GString *out)
{
	g_autoptr(GPtrArray) groups = group_holdings(facts);
	struct log_facts share = *facts;

	if (groups->len < 2) {
		const struct log_holding *first =
			groups->len ? g_ptr_array_index((GPtrArray *)groups->pdata[0], 0) : NULL;

		line_key_append(first ? first->host : NULL, out);
		log_line_append(facts, false, out);
		return;
	}
	share.labels = groups->len;
	for (guint i = 0; i < groups->len; i++) {
		const struct log_holding *first;

		share.holdings = groups->pdata[i];
		first = share.holdings->pdata[0];
		line_key_append(first->host, out);
		log_line_append(&share, false, out);
	}
}
