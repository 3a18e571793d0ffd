/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule.h"

void rule_target_free(struct rule_target *target)
{
	if (!target)
		return;
	g_free(target->name);
	g_free(target);
}

void rule_free(struct rule *rule)
{
	if (!rule)
		return;
	detection_release(&rule->detection);
	if (rule->targets)
		g_ptr_array_unref(rule->targets);
	g_ptr_array_unref(rule->tags);
	g_ptr_array_unref(rule->references);
	g_free(rule->triage);
	g_free(rule->title);
	g_free(rule->name);
	g_free(rule->id);
	g_free(rule->file);
	g_free(rule);
}

bool rule_target_is(const struct rule_target *target, const struct rule *rule)
{
	return (rule->id && g_ascii_strcasecmp(target->name, rule->id) == 0) ||
	       g_strcmp0(target->name, rule->name) == 0;
}

bool rule_filters(const struct rule *filter, const struct rule *rule)
{
	if (filter->source != rule->source)
		return false;
	if (!filter->targets)
		return true;
	for (guint i = 0; i < filter->targets->len; i++)
		if (rule_target_is(g_ptr_array_index(filter->targets, i), rule))
			return true;
	return false;
}
