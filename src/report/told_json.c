/* SPDX-License-Identifier: Apache-2.0 */
#include "report/told_json.h"

#include "base/json.h"
#include "event/event_ref.h"

static void append_place(GString *out, const struct stored_place *place)
{
	const struct wmi_object *object = &place->object;

	json_open_object(out, NULL);
	json_add_string(out, "is", place->role);
	json_add_present(out, "tool", object->tool);
	if (object->has_collected)
		time_append_json("collected", object->collected, out);
	json_add_string(out, "state", object_state_name(object->state));
	json_add_string(out, "found_in", object_found_in_name(object->found_in));
	json_add_present(out, "host_from", host_source_name(object->host_from));
	json_add_present(out, "lacks", object->lacks);
	json_add_flag(out, "partial", object->partial);
	wmi_object_append_source(object, out);
	json_close_object(out);
}

static void append_contradictions(GString *out, unsigned conflicts)
{
	const char *name;

	json_open_array(out, "contradictions");
	for (unsigned i = 0; (name = told_conflict_name(i)); i++)
		if (conflicts & 1u << i)
			json_add_string(out, NULL, name);
	json_close_array(out);
}

static void append_places(GString *out, const struct told_place *at)
{
	json_open_array(out, "objects");
	for (; at; at = at->next)
		append_place(out, at->place);
	json_close_array(out);
}

void told_append_json(const struct told *told, GString *out)
{
	json_open_object(out, "told");
	if (told->conflicts)
		append_contradictions(out, told->conflicts);
	if (told->places)
		append_places(out, told->places);
	json_close_object(out);
}
