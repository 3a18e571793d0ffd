/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_index.h"

#include <string.h>

#include "base/text.h"
#include "wmi/mof.h"
#include "wmi/mof_text.h"

#define LEAST_NAME 3 /* bytes: shorter ones stand in any text */
#define LEAST_RARE_NAME 12 /* that can hardly stand in a text by chance */
#define MOST_NAME 1024 /* between two quotes: longer is no name */

struct link_index {
	GTree *names[2]; /* by bit of NAMED_…: folded name -> GPtrArray of candidates */
	GTree *queries;
	guint round; /* the present mark of candidates */
};

static void add(GTree *table, char *key, struct candidate *candidate)
{
	GPtrArray *list = key ? g_tree_lookup(table, key) : NULL;

	if (!key)
		return;
	if (!list) {
		list = g_ptr_array_new();
		g_tree_insert(table, key, list);
	}
	g_ptr_array_add(list, candidate);
}

static int compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return strcmp(a, b);
}

/* A tree, as names could be chosen that all fall into one place of a hash table. */
static GTree *table_new(void)
{
	return g_tree_new_full(compare_keys, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
}

struct link_index *link_index_new(const GPtrArray *candidates)
{
	struct link_index *index = g_new0(struct link_index, 1);

	index->names[0] = table_new();
	index->names[1] = table_new();
	index->queries = table_new();
	for (guint i = 0; i < candidates->len; i++) {
		struct candidate *candidate = candidates->pdata[i];

		add(index->names[0], candidate->filter, candidate);
		add(index->names[1], candidate->consumer, candidate);
		add(index->queries, candidate->query, candidate);
	}
	return index;
}

void link_index_free(struct link_index *index)
{
	g_tree_unref(index->names[0]);
	g_tree_unref(index->names[1]);
	g_tree_unref(index->queries);
	g_free(index);
}

const GPtrArray *link_index_get_query(const struct link_index *index, const char *query)
{
	return g_tree_lookup(index->queries, query);
}

/* One look at one piece of evidence. */
struct search {
	struct link_index *index;
	size_t least; /* length of a name that counts */
	GString *word;
	GPtrArray *found;
};

/* A word that comes again must not cost again: many candidates may share a name. */
static bool is_noted(const struct search *search, int side, const struct candidate *candidate)
{
	return candidate->mark == search->index->round && candidate->named & 1u << side;
}

/* The candidates of a name; `class_name` (folded) must fit a consumer's where both are known. */
static void note(struct search *search, int side, const char *name, const char *class_name)
{
	const GPtrArray *list = g_tree_lookup(search->index->names[side], name);

	if (!list || (!class_name && is_noted(search, side, list->pdata[0])))
		return;
	for (guint i = 0; i < list->len; i++) {
		struct candidate *candidate = list->pdata[i];

		if (side == 1 && class_name && candidate->class_name &&
		    strcmp(class_name, candidate->class_name) != 0)
			continue;
		if (candidate->mark != search->index->round) {
			candidate->mark = search->index->round;
			candidate->named = 0;
			g_ptr_array_add(search->found, candidate);
		}
		candidate->named |= 1u << side;
	}
}

static void note_word(struct search *search, const char *text, size_t length)
{
	if (length < search->least || length > MOST_NAME)
		return;
	g_string_truncate(search->word, 0);
	g_string_append_len(search->word, text, (gssize)length);
	note(search, 0, search->word->str, NULL);
	note(search, 1, search->word->str, NULL);
}

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("_-.$", c)) || (signed char)c < 0;
}

static void note_words(struct search *search, const char *text)
{
	while (*text) {
		size_t length = 0;

		while (is_word(text[length]))
			length++;
		note_word(search, text, length);
		text += length ? length : 1;
	}
}

/* What stands between any two quotes that follow each other: which of them opens is hard to
 * know in a script, and where they are escaped. */
static void note_quoted(struct search *search, const char *text)
{
	const char *start = NULL;

	for (const char *at = text; *at; at++) {
		if (*at != '"' && *at != '\'')
			continue;
		if (start) {
			size_t length = (size_t)(at - start);

			while (length > 0 && start[length - 1] == '\\')
				length--;
			note_word(search, start, length);
		}
		start = at + 1;
	}
}

static bool mentions_subscriptions(const char *folded)
{
	static const char *const words[] = {
		"__eventfilter", "eventconsumer", "filtertoconsumer", "wmievent",
		"wmiinstance",	 "ciminstance",	  "wmiclass",	      "wmiobject",
		"subscription",	 "mofcomp",	  "swbemobject",      "managementclass",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strstr(folded, words[i]))
			return true;
	}
	return false;
}

static void search_text(struct search *search, const char *text)
{
	g_autofree char *folded = text_fold(text);

	search->least = mentions_subscriptions(folded) ? LEAST_NAME : LEAST_RARE_NAME;
	note_words(search, folded);
	note_quoted(search, folded);
}

/* In MOF text names are spelt with escapes, which the search between quotes does not see. */
static void note_instances(struct search *search, const struct mof_instance *instance)
{
	for (; instance; instance = instance->next) {
		const struct mof_value *name = mof_property_get(instance->properties, "Name");
		g_autofree char *folded = NULL;

		if (!name || name->type != MOF_STRING || strlen(name->text) < LEAST_NAME)
			continue;
		folded = text_fold(name->text);
		note(search, mof_instance_is(instance, "__EventFilter") ? 0 : 1, folded, NULL);
	}
}

/* What a script hands to mofcomp. */
static void search_script(struct search *search, const char *text)
{
	char *mof;

	search_text(search, text);
	while ((mof = mof_next_here_string(&text))) {
		struct arena arena;

		arena_init(&arena);
		note_instances(search, mof_parse(mof, MOF_WRITTEN, &arena).instances);
		arena_release(&arena);
		g_free(mof);
	}
}

/* 800 holds what a command was called with in fields that have no names. */
static void search_fields(struct search *search, const struct evidence *evidence)
{
	for (guint i = 0; i < evidence->event.fields->len; i++)
		search_text(search,
			    g_array_index(evidence->event.fields, struct event_field, i).value);
}

/* The path of a binding holds the paths of its ends, escaped once or twice: there, as where
 * there is no path, the words must do. */
static void search_operation(struct search *search, const struct evidence *evidence)
{
	g_autofree char *class_name = evidence->class_name ? text_fold(evidence->class_name) : NULL;
	g_autofree char *filter = evidence->filter ? text_fold(evidence->filter) : NULL;
	g_autofree char *consumer = evidence->consumer ? text_fold(evidence->consumer) : NULL;
	bool is_binding = class_name && strstr(class_name, "filtertoconsumer");

	if (filter)
		note(search, 0, filter, NULL);
	if (consumer)
		note(search, 1, consumer, is_binding ? NULL : class_name);
	if (evidence->text && (is_binding || (!filter && !consumer)))
		search_text(search, evidence->text);
}

GPtrArray *link_index_find_named(struct link_index *index, const struct evidence *evidence)
{
	struct search search = {.index = index, .found = g_ptr_array_new()};
	unsigned flags = evidence->traits->flags;

	index->round++;
	search.word = g_string_new(NULL);
	if (flags & NAMES_IN_OPERATION)
		search_operation(&search, evidence);
	else if ((flags & NAMES_IN_TEXT) && evidence->text)
		search_script(&search, evidence->text);
	else if (flags & NAMES_IN_FIELDS)
		search_fields(&search, evidence);
	g_string_free(search.word, TRUE);
	return search.found;
}
