/* SPDX-License-Identifier: Apache-2.0 */
#include "report/stored_json.h"

#include "base/json.h"
#include "event/event_ref.h"

static void append_session(GString *out, bool has_session, uint64_t session, uint64_t sequence)
{
	if (!has_session)
		return;
	time_append_json("session", session, out);
	json_add_uint(out, "sequence", sequence);
}

static void append_map(GString *out, const struct wmi_object *object)
{
	if (!object->map_number && !object->checkpoint)
		return;
	json_add_uint(out, "map", object->map_number);
	json_add_uint(out, "checkpoint", object->checkpoint);
}

static void append_place(GString *out, const struct stored_place *place)
{
	const struct wmi_object *object = &place->object;

	json_open_object(out, NULL);
	json_add_string(out, "is", place->role);
	json_add_present(out, "namespace", object->object_namespace);
	json_add_present(out, "class", object->class_name);
	append_session(out, object->has_session, object->session, object->sequence);
	json_add_string(out, "state", object_state_name(object->state));
	json_add_string(out, "found_in", object_found_in_name(object->found_in));
	append_map(out, object);
	json_add_flag(out, "partial", object->partial);
	wmi_object_append_source(object, out);
	json_close_object(out);
}

static void append_places(GString *out, const struct stored *stored)
{
	if (!stored->places[0])
		return;
	json_open_array(out, "objects");
	for (guint i = 0; stored->places[i]; i++)
		append_place(out, stored->places[i]);
	json_close_array(out);
}

static void append_conflicts(GString *out, unsigned conflicts)
{
	const char *name;

	if (!conflicts)
		return;
	json_open_array(out, "contradictions");
	for (unsigned i = 0; (name = stored_conflict_name(i)); i++)
		if (conflicts & 1u << i)
			json_add_string(out, NULL, name);
	json_close_array(out);
}

static void append_timer(GString *out, const struct stored_timer *timer)
{
	if (!timer)
		return;
	json_open_object(out, "timer");
	json_add_present(out, "class", timer->class_name);
	json_add_present(out, "id", timer->id);
	json_add_present(out, "interval", timer->interval);
	json_add_present(out, "at", timer->at);
	json_close_object(out);
}

static void append_provider(GString *out, const struct stored_provider *provider)
{
	if (!provider)
		return;
	json_open_object(out, "provider");
	json_add_present(out, "name", provider->name);
	json_add_present(out, "clsid", provider->clsid);
	json_add_present(out, "hosting_model", provider->hosting);
	json_close_object(out);
}

static void append_class(GString *out, const struct stored_class *class)
{
	g_autoptr(GPtrArray) decoded = g_ptr_array_new_with_free_func(g_free);

	if (!class)
		return;
	json_open_object(out, "class");
	json_add_present(out, "name", class->name);
	json_add_present(out, "property", class->property);
	json_add_present(out, "value", class->value);
	stored_class_decode(class, decoded);
	if (decoded->len)
		json_open_array(out, "decoded");
	for (guint i = 0; i < decoded->len; i++)
		json_add_string(out, NULL, decoded->pdata[i]);
	if (decoded->len)
		json_close_array(out);
	json_close_object(out);
}

void stored_append_json(const struct stored *stored, GString *out)
{
	json_add_string(out, "repository", stored_presence_name(stored->presence));
	json_open_object(out, "stored");
	append_session(out, stored->has_session, stored->session, stored->sequence);
	json_add_present(out, "host_known_by", stored_host_source_name(stored->host_source));
	append_conflicts(out, stored->conflicts);
	append_timer(out, stored->timer);
	append_provider(out, stored->provider);
	append_class(out, stored->class);
	append_places(out, stored);
	json_close_object(out);
}
