/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rules_about.h"

#include <string.h>

#include "base/json.h"
#include "base/sha256.h"
#include "hunt/rule_set.h"
#include "sigma/packs.h"

bool rule_set_find(const struct rule_set *rules, const char *id, const char *title,
		   struct rule_source *out)
{
	const struct correlation *correlation = correlations_find(rules->correlations, id, title);

	if (correlation) {
		*out = (struct rule_source){NULL, correlation->file, correlation->references,
					    correlation->triage};
		return true;
	}
	for (guint i = 0; i < rules->rules->len; i++) {
		const struct rule *rule = rules->rules->pdata[i];

		if (g_strcmp0(rule->id, id) != 0 || (!id && strcmp(rule->title, title) != 0))
			continue;
		*out = (struct rule_source){rule, rule->file, rule->references, rule->triage};
		return true;
	}
	return false;
}

char *rule_set_digest(const struct rule_set *rules)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; rules->has_builtin && i < hunt_pack_count; i++)
		g_string_append_len(text, hunt_pack_texts[i].text,
				    (gssize)hunt_pack_texts[i].length);
	g_string_append_len(text, rules->digests->str, (gssize)rules->digests->len);
	return sha256_hex(text->str, text->len);
}

void rule_set_append_json(const struct rule_set *rules, GString *out)
{
	g_autofree char *digest = rule_set_digest(rules);

	json_add_uint(out, "rules",
		      rule_set_count_rules(rules) + rule_set_count_filters(rules) +
			      rule_set_count_correlations(rules));
	json_add_string(out, "rules_sha256", digest);
	if (rules->paths->len == 0)
		return;
	json_open_array(out, "rules_from");
	for (guint i = 0; i < rules->paths->len; i++)
		json_add_string(out, NULL, rules->paths->pdata[i]);
	json_close_array(out);
}
