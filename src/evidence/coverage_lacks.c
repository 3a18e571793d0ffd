/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/coverage_lacks.h"

#include <string.h>

#include "base/order.h"
#include "export/manifest.h"
#include "hunt/rules.h"
#include "sigma/rule.h"
#include "wmi/fact.h"

/*
 * How it works. A field that a tool's format does not carry is one that no event of a kind had in
 * any export of that format of a host, although there were such events. Rules are asked whether one
 * without it may still match: so what is said follows from the rules of the run, and from what was
 * read, and there is no table of formats.
 */

#define MOST_LISTED 8 /* fields */
#define MOST_NAMED 3 /* rules and kinds of events of one of these */

struct export_list *export_list_new(const struct log_facts *facts)
{
	struct export_list *list = g_new0(struct export_list, 1);

	list->format = facts->format;
	list->kinds = event_kinds_new();
	event_kinds_merge(list->kinds, facts->kinds);
	list->channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return list;
}

void export_list_free(gpointer data)
{
	struct export_list *list = data;

	event_kinds_free(list->kinds);
	g_hash_table_unref(list->channels);
	g_free(list);
}

const char *export_list_keep(struct export_list *list, const char *channel)
{
	gpointer kept;

	if (!channel)
		return NULL;
	if (!g_hash_table_lookup_extended(list->channels, channel, &kept, NULL)) {
		kept = g_strdup(channel);
		g_hash_table_add(list->channels, kept);
	}
	return kept;
}

struct coverage_lacks {
	const struct rule_set *rules;
	GHashTable *found; /* what hosts hold, as text → GPtrArray of sentences */
};

struct coverage_lacks *coverage_lacks_new(const struct rule_set *rules)
{
	struct coverage_lacks *lacks = g_new0(struct coverage_lacks, 1);

	lacks->rules = rules;
	lacks->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_ptr_array_unref);
	return lacks;
}

void coverage_lacks_free(struct coverage_lacks *lacks)
{
	if (!lacks)
		return;
	g_hash_table_unref(lacks->found);
	g_free(lacks);
}

/* A field that is missing. */
struct lack {
	char *field;
	GPtrArray *rules; /* struct rule, borrowed, each once */
	GPtrArray *kinds; /* char *: events that lack it, each once */
};

static void lack_free(gpointer data)
{
	struct lack *lack = data;

	g_free(lack->field);
	g_ptr_array_unref(lack->rules);
	g_ptr_array_unref(lack->kinds);
	g_free(lack);
}

/* The kinds of one format, while they are looked at. */
struct lack_search {
	const struct event_kind *kind;
	GHashTable *lacks; /* field → struct lack */
};

static struct lack *get_lack(GHashTable *lacks, const char *field)
{
	struct lack *lack = g_hash_table_lookup(lacks, field);

	if (lack)
		return lack;
	lack = g_new0(struct lack, 1);
	lack->field = g_strdup(field);
	lack->rules = g_ptr_array_new();
	lack->kinds = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_insert(lacks, lack->field, lack);
	return lack;
}

static void take_rule(void *context, const struct rule *rule, const char *field)
{
	const struct lack_search *search = context;
	const struct event_kind *kind = search->kind;
	struct lack *lack = get_lack(search->lacks, field);
	const char *last = lack->kinds->len ? lack->kinds->pdata[lack->kinds->len - 1] : NULL;
	g_autofree char *name = g_strdup_printf("%u of %s", kind->event_id,
						kind->channel	 ? kind->channel
						: kind->provider ? kind->provider
								 : "any channel");

	if (!g_ptr_array_find(lack->rules, rule, NULL))
		g_ptr_array_add(lack->rules, (gpointer)rule);
	if (g_strcmp0(last, name) != 0)
		g_ptr_array_add(lack->kinds, g_steal_pointer(&name));
}

static gint compare_lacks(gconstpointer a, gconstpointer b)
{
	const struct lack *one = *(struct lack *const *)a, *other = *(struct lack *const *)b;
	int order = compare_numbers(other->rules->len, one->rules->len);

	return order ? order : strcmp(one->field, other->field);
}

static gint compare_rules(gconstpointer a, gconstpointer b)
{
	const struct rule *one = *(struct rule *const *)a, *other = *(struct rule *const *)b;
	int order = compare_numbers(other->level, one->level);

	return order ? order : strcmp(one->title, other->title);
}

/* "A, B, C (+4)" */
static void append_some(GString *out, const GPtrArray *all, const char *(*get)(const void *item))
{
	for (guint i = 0; i < MIN(all->len, MOST_NAMED); i++)
		g_string_append_printf(out, "%s%s", i ? ", " : "", get(all->pdata[i]));
	if (all->len > MOST_NAMED)
		g_string_append_printf(out, " (+%u)", all->len - MOST_NAMED);
}

static const char *get_text(const void *item)
{
	return item;
}

static const char *get_title(const void *item)
{
	return ((const struct rule *)item)->title;
}

static char *say_lack(const struct lack *lack, enum event_format format)
{
	GString *out = g_string_new(NULL);

	g_ptr_array_sort(lack->rules, compare_rules);
	g_string_append_printf(out, "Exports of the format %s hold no %s in events ",
			       event_format_name(format), lack->field);
	append_some(out, lack->kinds, get_text);
	g_string_append(out, ": rules that ask for it cannot match there: ");
	append_some(out, lack->rules, get_title);
	return g_string_free(out, FALSE);
}

static bool is_report(const struct event_kind *kind)
{
	for (const struct wmi_source *source = wmi_sources; source->provider; source++)
		for (size_t i = 0; i < G_N_ELEMENTS(source->event_ids); i++)
			if (source->event_ids[i] == kind->event_id &&
			    g_strcmp0(source->provider, kind->provider) == 0)
				return true;
	return false;
}

static bool has_a_field(const struct event_kind *kind)
{
	const struct manifest_event *known = manifest_find(kind->provider, kind->event_id);
	g_auto(GStrv) names = known ? g_strsplit(known->fields, " ", -1) : NULL;

	for (char **name = names; name && *name; name++)
		if (g_hash_table_contains(kind->fields, *name))
			return true;
	return kind->is_open;
}

static void say_unread(const struct event_kind *kind, enum event_format format, GPtrArray *out)
{
	if (is_report(kind) && !has_a_field(kind))
		g_ptr_array_add(
			out, g_strdup_printf("Exports of the format %s hold neither the fields nor "
					     "the message of %u, which cannot be read from them",
					     event_format_name(format), kind->event_id));
}

static void say_lacks(const struct coverage_lacks *lacks, const struct event_kinds *kinds,
		      enum event_format format, GPtrArray *out)
{
	g_autoptr(GHashTable) found =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, lack_free);
	struct lack_search search = {.lacks = found};
	g_autoptr(GPtrArray) list = event_kinds_list(kinds), sorted = g_ptr_array_new();
	GHashTableIter iter;
	gpointer lack;

	for (guint i = 0; i < list->len; i++) {
		search.kind = list->pdata[i];
		say_unread(search.kind, format, out);
		if (lacks->rules)
			rule_set_find_unmet(lacks->rules, search.kind, take_rule, &search);
	}
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, NULL, &lack))
		g_ptr_array_add(sorted, lack);
	g_ptr_array_sort(sorted, compare_lacks);
	for (guint i = 0; i < MIN(sorted->len, MOST_LISTED); i++)
		g_ptr_array_add(out, say_lack(sorted->pdata[i], format));
	if (sorted->len > MOST_LISTED)
		g_ptr_array_add(out, g_strdup_printf("Exports of the format %s hold none of %u "
						     "more fields that rules ask for",
						     event_format_name(format),
						     sorted->len - MOST_LISTED));
}

static gint compare_held(gconstpointer a, gconstpointer b)
{
	const struct export_held *one = a, *other = b;
	int order = g_strcmp0(event_format_name(one->list->format),
			      event_format_name(other->list->format));

	order = order ? order : compare_numbers((uintptr_t)one->list, (uintptr_t)other->list);
	return order ? order : g_strcmp0(one->channel, other->channel);
}

static char *make_key(const GArray *held)
{
	GString *key = g_string_new(NULL);

	for (guint i = 0; i < held->len; i++) {
		const struct export_held *one = &g_array_index(held, struct export_held, i);

		g_string_append_printf(key, "%p %p ", (const void *)one->list,
				       (const void *)one->channel);
	}
	return g_string_free(key, FALSE);
}

/* Adds what the export has of that channel. */
static void add_kinds(struct event_kinds *kinds, const struct export_held *held)
{
	g_autoptr(GPtrArray) list = event_kinds_list(held->list->kinds);
	GHashTableIter iter;
	gpointer name;

	for (guint i = 0; i < list->len; i++) {
		const struct event_kind *one = list->pdata[i];
		struct event_kind *kind = g_strcmp0(one->channel, held->channel) != 0
						  ? NULL
						  : event_kinds_get(kinds, one->provider,
								    one->channel, one->event_id);

		if (!kind)
			continue;
		kind->is_open |= one->is_open;
		g_hash_table_iter_init(&iter, one->fields);
		while (g_hash_table_iter_next(&iter, &name, NULL))
			event_kind_add_field(kind, name);
	}
}

static GPtrArray *find(const struct coverage_lacks *lacks, const GArray *held)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < held->len;) {
		enum event_format format = g_array_index(held, struct export_held, i).list->format;
		struct event_kinds *kinds = event_kinds_new();

		for (; i < held->len; i++) {
			const struct export_held *one = &g_array_index(held, struct export_held, i);

			if (one->list->format != format)
				break;
			add_kinds(kinds, one);
		}
		say_lacks(lacks, kinds, format, out);
		event_kinds_free(kinds);
	}
	return out;
}

GPtrArray *coverage_lacks_find(struct coverage_lacks *lacks, GArray *held)
{
	g_autofree char *key = NULL;
	GPtrArray *found;

	g_array_sort(held, compare_held);
	key = make_key(held);
	found = g_hash_table_lookup(lacks->found, key);
	if (!found) {
		found = find(lacks, held);
		g_hash_table_insert(lacks->found, g_steal_pointer(&key), found);
	}
	return g_ptr_array_ref(found);
}
