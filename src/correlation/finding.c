/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/finding.h"

#include <string.h>

static bool is_repeat(const GPtrArray *names, guint index)
{
	for (guint i = 0; i < index; i++)
		if (strcmp(names->pdata[i], names->pdata[index]) == 0)
			return true;
	return false;
}

void correlation_identify(struct correlation_finding *finding, const char *host)
{
	const struct correlation *rule = finding->correlation;
	const struct correlated_event *first = finding->events->pdata[0];
	GString *name = line_name_new("correlation", host);

	line_name_add(name, rule->id ? rule->id : rule->title);
	/* A name that repeats has one value, which a line has once. */
	for (guint i = 0; i < rule->group_by->len; i++) {
		if (is_repeat(rule->group_by, i))
			continue;
		line_name_add(name, rule->group_by->pdata[i]);
		line_name_add_folded(name, finding->group->pdata[i]);
	}
	line_name_add(name, NULL);
	line_name_add_number(name, first->ref.time);
	line_name_add(name, first->ref.channel);
	line_name_add_number(name, first->ref.record_id);
	line_id_set(&finding->id, name);
}

void correlation_finding_free(struct correlation_finding *finding)
{
	if (!finding)
		return;
	g_ptr_array_unref(finding->group);
	g_ptr_array_unref(finding->events);
	g_ptr_array_unref(finding->matches);
	g_free(finding);
}
