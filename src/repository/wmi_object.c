/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/wmi_object.h"

#include <assert.h>

#include "event/sid.h"
#include "repository/repository.h"

static const char *const state_names[] = {
	[OBJECT_LIVE] = "live",	      [OBJECT_DELETED] = "deleted",
	[OBJECT_EARLIER] = "earlier", [OBJECT_UNKNOWN] = "unknown",
	[OBJECT_DEFINED] = "defined", [OBJECT_UNDEFINED] = "deletion defined",
};

static const char *const place_names[] = {
	[FOUND_IN_CURRENT_MAP] = "current map", [FOUND_IN_NEWER_MAP] = "newer map",
	[FOUND_IN_OLDER_MAP] = "older map",	[FOUND_IN_FREE_PAGE] = "free page",
	[FOUND_IN_PAGE_TAIL] = "page tail",	[FOUND_CARVED] = "carved",
	[FOUND_IN_MOF_FILE] = "mof file",	[FOUND_IN_AUTORECOVER] = "AutoRecover",
	[FOUND_IN_SNAPSHOT] = "snapshot",
};

static const char *const source_names[] = {
	[HOST_FROM_REPOSITORY] = NULL,
	[HOST_FROM_CONTENT] = "content",
	[HOST_FROM_FILE_BESIDE] = "file beside",
	[HOST_FROM_FILE_NAME] = "file name",
};

static_assert(G_N_ELEMENTS(state_names) == OBJECT_STATES, "a name for each state");
static_assert(G_N_ELEMENTS(place_names) == FOUND_PLACES, "a name for each place");
static_assert(G_N_ELEMENTS(source_names) == HOST_SOURCES, "a name for each source");

const char *object_state_name(enum object_state state)
{
	return state_names[state];
}

const char *object_found_in_name(enum object_found_in place)
{
	return place_names[place];
}

const char *host_source_name(enum host_source source)
{
	return source_names[source];
}

const struct cim_value *wmi_object_get(const struct wmi_object *object, const char *name)
{
	for (uint32_t i = 0; i < object->properties.count; i++)
		if (g_ascii_strcasecmp(object->properties.properties[i].name, name) == 0)
			return &object->properties.properties[i].value;
	return NULL;
}

const char *wmi_object_get_text(const struct wmi_object *object, const char *name)
{
	const struct cim_value *value = wmi_object_get(object, name);

	return value && value->kind == CIM_TEXT ? value->text : NULL;
}

bool wmi_object_is_a(const struct wmi_object *object, const char *class_name)
{
	if (g_ascii_strcasecmp(object->class_name, class_name) == 0)
		return true;
	for (uint32_t i = 0; i < object->derivation_count; i++)
		if (g_ascii_strcasecmp(object->derivation[i], class_name) == 0)
			return true;
	return false;
}

bool object_wants_match(const struct object_wants *wants, const struct wmi_object *object)
{
	if (wants->class_name && !wmi_object_is_a(object, wants->class_name))
		return false;
	return !wants->object_namespace ||
	       (object->object_namespace &&
		g_ascii_strcasecmp(object->object_namespace, wants->object_namespace) == 0);
}

bool wmi_object_append_sid(const struct wmi_object *object, GString *out)
{
	const struct cim_value *value = wmi_object_get(object, "CreatorSID");
	uint8_t bytes[WH_SID_SIZE_MAX];

	if (!value || value->kind != CIM_ARRAY || value->count > sizeof(bytes))
		return false;
	for (uint32_t i = 0; i < value->count; i++) {
		if (value->items[i].kind != CIM_NUMBER)
			return false;
		bytes[i] = (uint8_t)g_ascii_strtoull(value->items[i].text, NULL, 10);
	}
	return sid_append(out, bytes, value->count);
}
