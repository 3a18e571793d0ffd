/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence_id.h"

#include <string.h>

#include "event/event_id.h"

/* A process is not the same again when it has another id, but one that hosts a provider says
 * nothing by it. */
bool evidence_field_is_passing(const struct evidence *evidence, const char *name)
{
	static const char *const names[] = {
		"UtcTime",	 "ProcessGuid",	     "ParentProcessGuid", "LogonGuid",
		"CorrelationId", "GroupOperationId", "OperationId",	  "Id",
		"IpPort",
	};

	if (evidence->kind == EVIDENCE_PROVIDER_LOADED && strcmp(name, "ProcessID") == 0)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool is_passing(const void *evidence, const char *name)
{
	return evidence_field_is_passing(evidence, name);
}

void evidence_identify(struct evidence *evidence, const char *host)
{
	const struct event *event = &evidence->event;
	GString *name = line_name_new("evidence", host);

	line_name_add(name, evidence->traits->name);
	line_name_add(name, event->ref.channel);
	line_name_add(name, event->provider);
	line_name_add_number(name, event->ref.event_id);
	line_name_add(name, event->data_type);
	if (evidence->traits->flags & STANDS_ALONE) {
		line_name_add_number(name, event->process_id);
		line_name_add_number(name, event->ref.time);
	}
	event_name_add_fields(name, event, is_passing, evidence);
	line_id_set(&evidence->id, name);
}
