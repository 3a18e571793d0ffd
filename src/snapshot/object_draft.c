/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/object_draft.h"

#include <string.h>

#include "base/limits.h"
#include "wmi/names.h"

void object_draft_init(struct object_draft *draft, struct arena *arena)
{
	*draft = (struct object_draft){
		.properties = g_array_new(FALSE, FALSE, sizeof(struct cim_property)),
		.arena = arena,
	};
}

void object_draft_release(struct object_draft *draft)
{
	g_array_unref(draft->properties);
}

void object_draft_begin(struct object_draft *draft, const char *class_name)
{
	draft->object = (struct wmi_object){.class_name = class_name};
	g_array_set_size(draft->properties, 0);
}

bool object_draft_has(const struct object_draft *draft, const char *name)
{
	for (guint i = 0; i < draft->properties->len; i++)
		if (g_ascii_strcasecmp(
			    g_array_index(draft->properties, struct cim_property, i).name, name) ==
		    0)
			return true;
	return false;
}

#define SEARCHED 128 /* properties of an object, that are compared with one another */

void object_draft_add(struct object_draft *draft, const char *name, const struct cim_value *value)
{
	const struct cim_property property = {.name = name, .value = *value};
	guint count = draft->properties->len;

	if (count < WH_MAX_CIM_PROPERTIES && (count > SEARCHED || !object_draft_has(draft, name)))
		g_array_append_val(draft->properties, property);
}

void object_draft_add_text(struct object_draft *draft, const char *name, const char *text)
{
	if (text)
		object_draft_add(draft, name, &(struct cim_value){.kind = CIM_TEXT, .text = text});
}

static const char *const of_consumers[] = {"__EventConsumer", "__IndicationRelated",
					   "__SystemClass", NULL};
static const char *const of_timers[] = {"__TimerInstruction", "__EventGenerator",
					"__IndicationRelated", "__SystemClass", NULL};

static const struct {
	const char *class_name;
	const char *const *ancestors;
} known[] = {
	{"__EventFilter", of_consumers + 1},
	{"__FilterToConsumerBinding", of_consumers + 1},
	{"__EventConsumer", of_consumers + 1},
	{"CommandLineEventConsumer", of_consumers},
	{"ActiveScriptEventConsumer", of_consumers},
	{"NTEventLogEventConsumer", of_consumers},
	{"LogFileEventConsumer", of_consumers},
	{"SMTPEventConsumer", of_consumers},
	{"__TimerInstruction", of_timers + 1},
	{"__IntervalTimerInstruction", of_timers},
	{"__AbsoluteTimerInstruction", of_timers},
};

const char *const *object_class_ancestors(const char *class_name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_ascii_strcasecmp(known[i].class_name, class_name) == 0)
			return known[i].ancestors;
	return NULL;
}

const struct wmi_object *object_draft_finish(struct object_draft *draft, const char *const *between,
					     uint32_t count)
{
	struct wmi_object *object = &draft->object;
	const char *last = count ? between[count - 1] : object->class_name;
	const char *const *ancestors = object_class_ancestors(last);
	const char **derivation;
	uint32_t total;

	count = MIN(count, WH_MAX_CIM_CHAIN - 8);
	derivation = arena_alloc(draft->arena, (count + 8) * sizeof(*derivation));
	for (total = 0; total < count; total++)
		derivation[total] = between[total];
	for (; ancestors && *ancestors; ancestors++)
		derivation[total++] = *ancestors;
	object->derivation = derivation;
	object->derivation_count = total;
	object->properties = (struct cim_value){
		.kind = CIM_OBJECT,
		.count = draft->properties->len,
		.properties = (const struct cim_property *)(void *)draft->properties->data,
	};
	return object;
}

const char *object_path_make(const char *class_name, const char *key, const char *name,
			     struct arena *arena)
{
	g_autoptr(GString) path = g_string_new(class_name);

	g_string_append_printf(path, ".%s=\"", key);
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			g_string_append_c(path, '\\');
		g_string_append_c(path, *name);
	}
	g_string_append_c(path, '"');
	return arena_copy(arena, path->str, path->len);
}

const char *object_path_get_name(const char *path, struct arena *arena)
{
	struct object_path parsed;
	const char *name;

	if (!object_path_parse(path, &parsed))
		return NULL;
	name = parsed.name ? arena_copy(arena, parsed.name, strlen(parsed.name)) : NULL;
	object_path_release(&parsed);
	return name;
}

const char *object_namespace_split(const char *text, const char **host, struct arena *arena)
{
	g_autofree char *normal = text ? namespace_normalise(text) : NULL;
	size_t slashes = text ? strspn(text, "\\/") : 0, length;

	*host = NULL;
	if (!normal)
		return NULL;
	length = strcspn(text + slashes, "\\/");
	if (slashes >= 2 && length > 0 && text[slashes + length] &&
	    !(length == 1 && text[slashes] == '.') &&
	    !(length == 4 && g_ascii_strncasecmp(text + slashes, "root", 4) == 0))
		*host = arena_copy(arena, text + slashes, length);
	return arena_copy(arena, normal, strlen(normal));
}
