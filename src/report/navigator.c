/* SPDX-License-Identifier: Apache-2.0 */
#include "report/navigator.h"

#include <string.h>

#include "base/json.h"
#include "report/attack_tag.h"
#include "report/finding_cells.h"

#define ATTACK_VERSION "19"
#define LAYER_VERSION "4.5"
#define NAVIGATOR_VERSION "5.0.0" /* the oldest that reads such layers */
#define MOST_NAMES 10 /* hosts, or rules, that a comment names */

struct technique {
	enum rule_level level; /* the highest */
	GHashTable *hosts; /* set of char * */
	GHashTable *rules; /* set of char *: titles */
};

static void technique_free(struct technique *technique)
{
	g_hash_table_unref(technique->hosts);
	g_hash_table_unref(technique->rules);
	g_free(technique);
}

/* The state: techniques by their ids. */
void navigator_begin(struct report *report)
{
	report->state = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)technique_free);
}

static struct technique *find(GHashTable *techniques, const char *id)
{
	struct technique *technique = g_hash_table_lookup(techniques, id);

	if (technique)
		return technique;
	technique = g_new0(struct technique, 1);
	technique->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	technique->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_insert(techniques, g_strdup(id), technique);
	return technique;
}

static void add_match(GHashTable *techniques, const struct match *match, const char *host)
{
	char id[WH_TECHNIQUE_ID];

	for (guint i = 0; match->tags && i < match->tags->len; i++) {
		struct technique *technique;

		if (!attack_tag_read(match->tags->pdata[i], id))
			continue;
		technique = find(techniques, id);
		technique->level = MAX(technique->level, match->level);
		if (host)
			g_hash_table_add(technique->hosts, g_strdup(host));
		g_hash_table_add(technique->rules, g_strdup(match->title));
	}
}

void navigator_add_finding(struct report *report, const struct finding *finding)
{
	const char *host = finding_cells_read(finding).host;

	if (finding->known_good_id)
		return;
	for (guint i = 0; i < finding->matches->len; i++)
		add_match(report->state, finding->matches->pdata[i], host);
}

static GList *sorted_keys(GHashTable *table)
{
	return g_list_sort(g_hash_table_get_keys(table), (GCompareFunc)strcmp);
}

static void append_names(GString *out, const char *what, GHashTable *names)
{
	g_autoptr(GList) keys = sorted_keys(names);
	unsigned count = 0;

	g_string_append_printf(out, "; %u %s%s:", g_hash_table_size(names), what,
			       g_hash_table_size(names) == 1 ? "" : "s");
	for (const GList *key = keys; key && count < MOST_NAMES; key = key->next)
		g_string_append_printf(out, "%s %s", count++ ? "," : "", (char *)key->data);
	if (g_hash_table_size(names) > MOST_NAMES)
		g_string_append(out, ", …");
}

/* From 20 for informational to 100 for critical, so that what was found is never 0. */
static unsigned score_of(enum rule_level level)
{
	return ((unsigned)level + 1) * 20;
}

static void append_technique(GString *out, const char *id, const struct technique *technique)
{
	g_autoptr(GString) comment = g_string_new(rule_level_name(technique->level));

	append_names(comment, "host", technique->hosts);
	append_names(comment, "rule", technique->rules);
	json_open_object(out, NULL);
	json_add_string(out, "techniqueID", id);
	json_add_uint(out, "score", score_of(technique->level));
	json_add_string(out, "comment", comment->str);
	json_add_bool(out, "enabled", true);
	json_close_object(out);
}

static void append_head(GString *out)
{
	json_add_string(out, "name", "wmihunt");
	json_open_object(out, "versions");
	json_add_string(out, "attack", ATTACK_VERSION);
	json_add_string(out, "navigator", NAVIGATOR_VERSION);
	json_add_string(out, "layer", LAYER_VERSION);
	json_close_object(out);
	json_add_string(out, "domain", "enterprise-attack");
	json_add_string(out, "description",
			"Techniques that the rules of findings are tagged with. Score: 20 "
			"informational, 40 low, 60 medium, 80 high, 100 critical.");
	json_open_object(out, "layout");
	json_add_string(out, "expandedSubtechniques", "annotated");
	json_close_object(out);
}

static void append_gradient(GString *out)
{
	json_open_object(out, "gradient");
	json_open_array(out, "colors");
	json_add_string(out, NULL, "#ffffff");
	json_add_string(out, NULL, "#ffe766");
	json_add_string(out, NULL, "#ff6666");
	json_close_array(out);
	json_add_uint(out, "minValue", 0);
	json_add_uint(out, "maxValue", 100);
	json_close_object(out);
}

void navigator_end(struct report *report)
{
	GHashTable *techniques = report->state;
	g_autoptr(GList) ids = sorted_keys(techniques);
	GString *out = report->text;

	json_open_object(out, NULL);
	append_head(out);
	json_open_array(out, "techniques");
	for (const GList *id = ids; id; id = id->next)
		append_technique(out, id->data, g_hash_table_lookup(techniques, id->data));
	json_close_array(out);
	append_gradient(out);
	json_close_object(out);
	g_string_append_c(out, '\n');
	g_hash_table_unref(techniques);
}
