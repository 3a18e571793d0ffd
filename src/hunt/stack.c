/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/stack.h"

#include <string.h>

#include "base/text.h"

struct stack {
	GHashTable *entries; /* key, of the entry → struct stack_entry */
	GStringChunk *texts; /* each once */
};

static GHashTable *name_set_new(void)
{
	return g_hash_table_new(g_str_hash, g_str_equal);
}

static void stack_entry_free(struct stack_entry *entry)
{
	g_hash_table_unref(entry->hosts);
	g_hash_table_unref(entry->filter_names);
	g_hash_table_unref(entry->consumer_names);
	g_free(entry);
}

struct stack *stack_new(void)
{
	struct stack *stack = g_new0(struct stack, 1);

	stack->texts = g_string_chunk_new(4096);
	stack->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					       (GDestroyNotify)stack_entry_free);
	return stack;
}

void stack_free(struct stack *stack)
{
	if (!stack)
		return;
	g_hash_table_unref(stack->entries);
	g_string_chunk_free(stack->texts);
	g_free(stack);
}

static const char *keep(struct stack *stack, const char *text)
{
	return text ? g_string_chunk_insert_const(stack->texts, text) : NULL;
}

static struct stack_entry *get_entry(struct stack *stack, const char *key)
{
	struct stack_entry *entry = g_hash_table_lookup(stack->entries, key);

	if (entry)
		return entry;
	entry = g_new0(struct stack_entry, 1);
	entry->key = keep(stack, key);
	entry->hosts = name_set_new();
	entry->filter_names = name_set_new();
	entry->consumer_names = name_set_new();
	g_hash_table_insert(stack->entries, (gpointer)entry->key, entry);
	return entry;
}

static void add_name(struct stack *stack, GHashTable *names, const char *name)
{
	g_autofree char *folded = name && *name ? text_fold(name) : NULL;
	const char *known = folded ? g_hash_table_lookup(names, folded) : NULL;

	if (folded && (!known || strcmp(name, known) < 0))
		g_hash_table_insert(names, (gpointer)keep(stack, folded),
				    (gpointer)keep(stack, name));
}

static char *join_names(const struct subscription *one)
{
	const struct wmi_filter *filter = one->filter;
	const struct wmi_consumer *consumer = one->consumer;

	return g_strdup_printf("%s\n%s\n%s", one->host ? one->host : "",
			       filter && filter->name ? filter->name : "",
			       consumer && consumer->name ? consumer->name : "");
}

/* 0 is no time at all, so it is neither first nor last. Says whether it is the earliest now. */
static bool add_times(struct stack *stack, struct stack_entry *entry, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	uint64_t first = subscription->first_seen ? subscription->first_seen : UINT64_MAX;
	uint64_t known = entry->first_seen ? entry->first_seen : UINT64_MAX;
	g_autofree char *names = join_names(subscription);

	entry->last_seen = MAX(entry->last_seen, subscription->last_seen);
	if (entry->earliest &&
	    (first > known || (first == known && strcmp(names, entry->earliest_names) >= 0)))
		return false;
	entry->earliest = subscription;
	entry->earliest_names = keep(stack, names);
	entry->has_fingerprints = finding->has_fingerprints;
	entry->filter_sha256 = keep(stack, finding->filter_sha256);
	entry->consumer_sha256 = keep(stack, finding->consumer_sha256);
	entry->first_seen = subscription->first_seen;
	return true;
}

static void add_judgement(struct stack *stack, struct stack_entry *entry,
			  const struct finding *finding)
{
	const struct match *highest = matches_highest(finding->matches);
	enum rule_level level = highest ? (enum rule_level)finding_level(finding) : 0;

	entry->vouched += finding->known_good_id != NULL;
	if (finding->known_good_id &&
	    (!entry->known_good_id || strcmp(finding->known_good_id, entry->known_good_id) < 0)) {
		entry->known_good_id = keep(stack, finding->known_good_id);
		entry->known_good_title = keep(stack, finding->known_good_title);
	}
	if (highest &&
	    (!entry->rule_title || level > entry->level ||
	     (level == entry->level && g_strcmp0(highest->rule_id, entry->rule_id) < 0))) {
		entry->rule_id = keep(stack, highest->rule_id);
		entry->rule_title = keep(stack, highest->title);
		entry->level = level;
	}
}

struct stack_entry *stack_add(struct stack *stack, const char *key, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	struct stack_entry *entry = get_entry(stack, key);

	add_name(stack, entry->hosts, subscription->host ? subscription->host : "?");
	add_name(stack, entry->filter_names,
		 subscription->filter ? subscription->filter->name : NULL);
	add_name(stack, entry->consumer_names,
		 subscription->consumer ? subscription->consumer->name : NULL);
	add_judgement(stack, entry, finding);
	entry->subscriptions++;
	entry->active +=
		subscription->state == WMI_STATE_ACTIVE || subscription->state == WMI_STATE_CHANGED;
	entry->incomplete |= subscription->incomplete;
	return add_times(stack, entry, finding) ? entry : NULL;
}

static gint by_rarity(gconstpointer a, gconstpointer b)
{
	const struct stack_entry *one = *(const struct stack_entry *const *)a;
	const struct stack_entry *other = *(const struct stack_entry *const *)b;
	guint hosts = g_hash_table_size(one->hosts), others = g_hash_table_size(other->hosts);

	if (hosts != others)
		return hosts < others ? -1 : 1;
	if (one->first_seen != other->first_seen)
		return one->first_seen > other->first_seen ? -1 : 1;
	return strcmp(one->key, other->key);
}

static GPtrArray *list_values(GHashTable *table)
{
	GPtrArray *values = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(values, value);
	return values;
}

GPtrArray *stack_list(const struct stack *stack, guint of_hosts)
{
	GPtrArray *entries = list_values(stack->entries);

	for (guint i = 0; i < entries->len; i++)
		((struct stack_entry *)entries->pdata[i])->of_hosts = of_hosts;
	g_ptr_array_sort(entries, by_rarity);
	return entries;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *stack_names(GHashTable *names)
{
	GPtrArray *sorted = list_values(names);

	g_ptr_array_sort(sorted, by_text);
	return sorted;
}
