/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule_head.h"

#include <stdio.h>
#include <string.h>

/* How long a Sigma title may be, in characters. */
#define LONGEST_TITLE 256

enum value_kind {
	VALUE_TEXT,
	VALUE_TEXTS, /* a list of them */
	VALUE_ANY,
};

#define EVERY (RULE_DETECTION | RULE_FILTER | RULE_CORRELATION)

/* Every key that Sigma defines for documents of any kind, and ours. */
static const struct known_key {
	const char *name;
	enum value_kind kind;
	unsigned where; /* enum rule_kind */
} known_keys[] = {
	{"title", VALUE_TEXT, EVERY},
	{"id", VALUE_TEXT, EVERY},
	{"name", VALUE_TEXT, EVERY},
	{"description", VALUE_TEXT, EVERY},
	{"author", VALUE_TEXT, EVERY},
	{"date", VALUE_TEXT, EVERY},
	{"modified", VALUE_TEXT, EVERY},
	{"taxonomy", VALUE_TEXT, EVERY},
	{"status", VALUE_TEXT, EVERY},
	{"license", VALUE_TEXT, EVERY},
	{"references", VALUE_TEXTS, EVERY},
	{"related", VALUE_ANY, EVERY},
	{"tags", VALUE_TEXTS, EVERY},
	{"falsepositives", VALUE_TEXTS, EVERY},
	{"fields", VALUE_TEXTS, EVERY},
	{"scope", VALUE_TEXTS, EVERY},
	{"logsource", VALUE_ANY, RULE_DETECTION | RULE_FILTER},
	{"level", VALUE_TEXT, RULE_DETECTION | RULE_CORRELATION},
	{"detection", VALUE_ANY, RULE_DETECTION},
	{"filter", VALUE_ANY, RULE_FILTER},
	{"correlation", VALUE_ANY, RULE_CORRELATION},
	{"generate", VALUE_ANY, RULE_CORRELATION},
	{"x-triage", VALUE_TEXT, RULE_DETECTION | RULE_CORRELATION},
};

static const struct known_key *find_key(const char *name, enum rule_kind kind)
{
	for (guint i = 0; i < G_N_ELEMENTS(known_keys); i++)
		if (strcmp(known_keys[i].name, name) == 0 && (known_keys[i].where & kind))
			return &known_keys[i];
	return NULL;
}

/* One letter more, less, other, or two that changed places; or the plural. */
static bool is_misspelt(const char *name, const char *known)
{
	size_t length = strlen(name), wanted = strlen(known), start = 0, end = 0;

	while (name[start] && name[start] == known[start])
		start++;
	while (end < length - start && end < wanted - start &&
	       name[length - 1 - end] == known[wanted - 1 - end])
		end++;
	length -= start + end;
	wanted -= start + end;
	return (length <= 1 && wanted <= 1) ||
	       (length == 2 && wanted == 2 && name[start] == known[start + 1] &&
		name[start + 1] == known[start]);
}

/* Custom keys are free to have any name; but one that is nearly another's is a slip. */
static const struct known_key *find_meant(const char *name, enum rule_kind kind)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (guint i = 0; i < G_N_ELEMENTS(known_keys); i++)
		if ((known_keys[i].where & kind) && is_misspelt(lower, known_keys[i].name))
			return &known_keys[i];
	return NULL;
}

static void check_custom_key(const struct yaml_node *key, enum rule_kind kind, struct lint *lint)
{
	const struct known_key *meant = find_meant(key->text, kind);

	if (meant)
		lint_warn(lint, &key->place, "unknown key '%s': is '%s' meant?", key->text,
			  meant->name);
}

/* What is wrong here is wrong for people only: rules as they are published have all of it. */
static void check_key(const struct yaml_node *key, const struct yaml_node *value,
		      enum rule_kind kind, struct lint *lint)
{
	const struct known_key *known = find_key(key->text, kind);

	if (!known)
		check_custom_key(key, kind, lint);
	else if (known->kind != VALUE_ANY && yaml_node_is_null(value))
		lint_warn(lint, &key->place, "'%s' is empty", key->text);
	else if (known->kind == VALUE_TEXT && !yaml_node_is_text(value))
		lint_warn(lint, &value->place, "'%s' should be a text", key->text);
	else if (known->kind == VALUE_TEXTS && !yaml_node_is_texts(value))
		lint_warn(lint, &value->place, "'%s' should be a list of texts", key->text);
}

static void check_keys(const struct yaml_node *document, enum rule_kind kind, struct lint *lint)
{
	for (guint i = 0; i < document->children->len; i += 2)
		check_key(g_ptr_array_index(document->children, i),
			  g_ptr_array_index(document->children, i + 1), kind, lint);
}

/* The value under a key, NULL where it is no text. */
static const struct yaml_node *get_text(const struct yaml_node *document, const char *name)
{
	const struct yaml_node *node = yaml_map_get(document, name);

	return node && yaml_node_is_text(node) ? node : NULL;
}

static char *copy_text(const struct yaml_node *document, const char *name)
{
	const struct yaml_node *node = get_text(document, name);

	return node ? g_strdup(node->text) : NULL;
}

static void load_title(struct rule_head *head, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *title = get_text(document, "title");

	head->title = copy_text(document, "title");
	if (!title || *title->text == '\0')
		lint_error(lint, title ? &title->place : &document->place, "a title is missing");
	else if (g_utf8_strlen(title->text, -1) > LONGEST_TITLE)
		lint_warn(lint, &title->place, "the title is longer than %d characters",
			  LONGEST_TITLE);
}

static void load_id(struct rule_head *head, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *id = get_text(document, "id");

	head->place = id ? id->place : document->place;
	head->id = copy_text(document, "id");
	if (!id)
		lint_warn(lint, &document->place, "an id is missing");
	else if (!g_uuid_string_is_valid(id->text))
		lint_warn(lint, &id->place, "the id is not a UUID");
}

static void load_level(struct rule_head *head, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *level = get_text(document, "level");
	g_autofree char *lower = level ? g_ascii_strdown(level->text, -1) : NULL;

	head->level = LEVEL_MEDIUM;
	if (!level)
		lint_warn(lint, &document->place, "a level is missing: taken as medium");
	else if (!rule_level_parse(lower, &head->level))
		lint_error(lint, &level->place,
			   "the level must be informational, low, medium, high or critical");
	else if (strcmp(lower, level->text) != 0)
		lint_warn(lint, &level->place, "the level should be in lower case");
}

static void add_tag(struct rule_head *head, const struct yaml_node *tag, struct lint *lint)
{
	if (!yaml_node_is_text(tag))
		return;
	if (!strchr(tag->text, '.') || strchr(tag->text, ' '))
		lint_warn(lint, &tag->place, "the tag '%s' has no namespace", tag->text);
	g_ptr_array_add(head->tags, g_strdup(tag->text));
}

static void load_tags(struct rule_head *head, const struct yaml_node *document, enum rule_kind kind,
		      struct lint *lint)
{
	const struct yaml_node *tags = yaml_map_get(document, "tags");

	if (!tags && kind != RULE_FILTER)
		lint_warn(lint, &document->place, "tags are missing");
	if (tags && tags->type == YAML_SCALAR)
		add_tag(head, tags, lint);
	for (guint i = 0; tags && tags->type == YAML_LIST && i < tags->children->len; i++)
		add_tag(head, g_ptr_array_index(tags->children, i), lint);
}

static void add_reference(struct rule_head *head, const struct yaml_node *node)
{
	if (yaml_node_is_text(node) && *node->text)
		g_ptr_array_add(head->references, g_strdup(node->text));
}

static void load_references(struct rule_head *head, const struct yaml_node *document)
{
	const struct yaml_node *references = yaml_map_get(document, "references");

	if (references && references->type == YAML_SCALAR)
		add_reference(head, references);
	for (guint i = 0;
	     references && references->type == YAML_LIST && i < references->children->len; i++)
		add_reference(head, references->children->pdata[i]);
}

static void check_date(const struct yaml_node *document, const char *name, struct lint *lint)
{
	const struct yaml_node *date = get_text(document, name);
	GDate parsed;
	unsigned year, month, day;

	if (!date)
		return;
	g_date_clear(&parsed, 1);
	if (sscanf(date->text, "%4u-%2u-%2u", &year, &month, &day) != 3 ||
	    strlen(date->text) != strlen("2000-01-01") ||
	    !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		lint_warn(lint, &date->place, "'%s' is not a date like 2000-12-31", name);
}

static void check_words(const struct yaml_node *document, struct lint *lint)
{
	static const char *const states[] = {"stable",	   "test",	  "experimental",
					     "deprecated", "unsupported", NULL};
	const struct yaml_node *status = get_text(document, "status");
	const struct yaml_node *taxonomy = get_text(document, "taxonomy");

	if (status && !g_strv_contains(states, status->text))
		lint_warn(lint, &status->place, "unknown status '%s'", status->text);
	if (taxonomy && strcmp(taxonomy->text, "sigma") != 0)
		lint_warn(lint, &taxonomy->place,
			  "taxonomy '%s' is not known: fields are looked for as they are named",
			  taxonomy->text);
	check_date(document, "date", lint);
	check_date(document, "modified", lint);
}

static bool relation_is_known(const struct yaml_node *relation)
{
	static const char *const types[] = {"derived", "obsolete", "obsoletes", "merged",
					    "renamed", "similar",  NULL};
	const struct yaml_node *id, *type;

	if (relation->type != YAML_MAP)
		return false;
	id = yaml_map_get(relation, "id");
	type = yaml_map_get(relation, "type");
	return id && yaml_node_is_text(id) && type && yaml_node_is_text(type) &&
	       g_strv_contains(types, type->text);
}

static void check_related(const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *related = yaml_map_get(document, "related");

	if (related && related->type != YAML_LIST && !yaml_node_is_null(related))
		lint_warn(lint, &related->place, "'related' should be a list of ids and types");
	for (guint i = 0; related && related->type == YAML_LIST && i < related->children->len;
	     i++) {
		const struct yaml_node *relation = g_ptr_array_index(related->children, i);

		if (!relation_is_known(relation))
			lint_warn(lint, &relation->place,
				  "a related rule needs an id, and a type such as derived");
	}
}

/* What gives warnings only. */
static void check_document(const struct yaml_node *document, enum rule_kind kind, struct lint *lint)
{
	check_keys(document, kind, lint);
	check_words(document, lint);
	check_related(document, lint);
}

void rule_head_load(const struct yaml_node *document, enum rule_kind kind, struct lint *lint,
		    struct rule_head *head)
{
	*head = (struct rule_head){.level = LEVEL_MEDIUM};
	if (!lint->errors_only)
		check_document(document, kind, lint);
	head->tags = g_ptr_array_new_with_free_func(g_free);
	head->references = g_ptr_array_new_with_free_func(g_free);
	load_title(head, document, lint);
	load_id(head, document, lint);
	head->name = copy_text(document, "name");
	load_tags(head, document, kind, lint);
	load_references(head, document);
	if (kind != RULE_FILTER) {
		load_level(head, document, lint);
		head->triage = copy_text(document, "x-triage");
	}
}
