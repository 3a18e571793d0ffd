/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_id.h"

#include "event/field_groups.h"

void event_name_add_fields(GString *name, const struct event *event,
			   bool (*is_passing)(const void *context, const char *field),
			   const void *context)
{
	struct field_groups groups;
	const char *key, *value;
	bool is_list;

	field_groups_init(&groups, event);
	while (field_groups_next(&groups, &key, &is_list)) {
		bool is_left_out = is_passing && is_passing(context, key);

		line_name_add(name, key);
		while ((value = field_groups_next_value(&groups)))
			if (!is_left_out)
				line_name_add(name, value);
		line_name_add(name, NULL);
	}
	field_groups_release(&groups);
}

static void add_optional(GString *name, bool is_there, uint64_t number)
{
	line_name_add_number(name, is_there);
	line_name_add_number(name, is_there ? number : 0);
}

void event_identify(const struct event *event, struct line_id *out)
{
	const struct event_ref *ref = &event->ref;
	GString *name = line_name_new("event", event->host);

	line_name_add_number(name, ref->time);
	line_name_add(name, ref->channel);
	line_name_add(name, event->provider);
	add_optional(name, ref->has_event_id, ref->event_id);
	add_optional(name, ref->has_record_id, ref->record_id);
	add_optional(name, event->has_process_id, event->process_id);
	line_name_add(name, event->user_sid);
	line_name_add(name, event->data_type);
	event_name_add_fields(name, event, NULL, NULL);
	line_id_set(out, name);
}
