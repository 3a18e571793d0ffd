/* SPDX-License-Identifier: Apache-2.0 */
#include "report/match_json.h"

#include "base/json.h"
#include "evidence/evidence.h"
#include "sigma/match.h"

void texts_append_json(const char *key, const GPtrArray *texts, GString *out)
{
	if (!texts || texts->len == 0)
		return;
	json_open_array(out, key);
	for (guint i = 0; i < texts->len; i++)
		json_add_string(out, NULL, g_ptr_array_index(texts, i));
	json_close_array(out);
}

void tags_append_json(const GPtrArray *tags, GString *out)
{
	texts_append_json("tags", tags, out);
}

void references_append_json(const GPtrArray *references, GString *out)
{
	texts_append_json("references", references, out);
}

static void append_match(GString *out, const struct match *match, bool explain)
{
	json_open_object(out, NULL);
	json_add_present(out, "rule_id", match->rule_id);
	json_add_present(out, "title", match->title);
	json_add_string(out, "level", rule_level_name(match->level));
	tags_append_json(match->tags, out);
	json_open_array(out, "fields");
	for (guint i = 0; i < match->fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(match->fields, i);

		json_open_object(out, NULL);
		json_add_string(out, "field", field->field);
		json_add_present(out, "text", field->text);
		json_close_object(out);
	}
	json_close_array(out);
	if (explain) {
		json_add_present(out, "triage", match->triage);
		references_append_json(match->references, out);
	}
	json_close_object(out);
}

void matches_append_json(const struct finding *finding, bool explain, GString *out)
{
	const GPtrArray *matches = finding->matches;

	if (matches->len > 0)
		json_add_string(out, "level",
				rule_level_name((enum rule_level)finding_level(finding)));
	json_open_array(out, "matches");
	for (guint i = 0; i < matches->len; i++)
		append_match(out, g_ptr_array_index(matches, i), explain);
	json_close_array(out);
}
