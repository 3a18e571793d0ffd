/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/stack.h"

#include <string.h>

#include "base/text.h"

struct stack {
	guint of_hosts;
	GHashTable *entries; /* key, of the entry → struct stack_entry */
};

static GHashTable *name_set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void stack_entry_free(struct stack_entry *entry)
{
	g_hash_table_unref(entry->hosts);
	g_hash_table_unref(entry->filter_names);
	g_hash_table_unref(entry->consumer_names);
	g_free(entry->key);
	g_free(entry);
}

struct stack *stack_new(guint of_hosts)
{
	struct stack *stack = g_new0(struct stack, 1);

	stack->of_hosts = of_hosts;
	stack->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					       (GDestroyNotify)stack_entry_free);
	return stack;
}

void stack_free(struct stack *stack)
{
	if (!stack)
		return;
	g_hash_table_unref(stack->entries);
	g_free(stack);
}

static struct stack_entry *get_entry(struct stack *stack, const char *key)
{
	struct stack_entry *entry = g_hash_table_lookup(stack->entries, key);

	if (entry)
		return entry;
	entry = g_new0(struct stack_entry, 1);
	entry->key = g_strdup(key);
	entry->of_hosts = stack->of_hosts;
	entry->hosts = name_set_new();
	entry->filter_names = name_set_new();
	entry->consumer_names = name_set_new();
	g_hash_table_insert(stack->entries, entry->key, entry);
	return entry;
}

static void add_name(GHashTable *names, const char *name)
{
	char *folded;

	if (!name || !*name)
		return;
	folded = text_fold(name);
	if (g_hash_table_contains(names, folded))
		g_free(folded);
	else
		g_hash_table_insert(names, folded, g_strdup(name));
}

/* 0 is no time at all, so it is neither first nor last. */
static void add_times(struct stack_entry *entry, const struct subscription *subscription)
{
	uint64_t first = subscription->first_seen;

	if (!entry->earliest || (first && (!entry->first_seen || first < entry->first_seen))) {
		entry->earliest = subscription;
		entry->first_seen = first;
	}
	entry->last_seen = MAX(entry->last_seen, subscription->last_seen);
}

static void add_judgement(struct stack_entry *entry, const struct finding *finding)
{
	const struct match *highest = matches_highest(finding->matches);

	entry->vouched += finding->known_good_id != NULL;
	if (finding->known_good_id && !entry->known_good_id) {
		entry->known_good_id = finding->known_good_id;
		entry->known_good_title = finding->known_good_title;
	}
	if (highest && (!entry->rule_title || highest->level > entry->level)) {
		entry->rule_id = highest->rule_id;
		entry->rule_title = highest->title;
		entry->level = highest->level;
	}
}

void stack_add(struct stack *stack, const char *key, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	struct stack_entry *entry = get_entry(stack, key);

	add_name(entry->hosts, subscription->host ? subscription->host : "?");
	add_name(entry->filter_names, subscription->filter ? subscription->filter->name : NULL);
	add_name(entry->consumer_names,
		 subscription->consumer ? subscription->consumer->name : NULL);
	add_times(entry, subscription);
	add_judgement(entry, finding);
	entry->subscriptions++;
	entry->active +=
		subscription->state == WMI_STATE_ACTIVE || subscription->state == WMI_STATE_CHANGED;
	entry->incomplete |= subscription->incomplete;
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

GPtrArray *stack_list(const struct stack *stack)
{
	GPtrArray *entries = list_values(stack->entries);

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
