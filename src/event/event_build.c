/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_build.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

enum section { SECTION_SYSTEM, SECTION_DATA, SECTION_USER_DATA, SECTION_RENDERING };

/* Open elements: 1 is Event, 2 a section, below it the section's content. */
enum { DEPTH_EVENT = 1, DEPTH_SECTION = 2, DEPTH_FIELD = 3 };

struct open_element {
	size_t path_length; /* of builder->path before this element */
	bool has_children;
};

struct event_builder {
	struct event *event; /* NULL: what is found goes to the sink */
	struct event_sink sink;
	enum section section;
	unsigned depth;
	struct open_element open[WH_MAX_XML_DEPTH + 1];
	GString *path; /* of the open data leaf, below the section */
	GString *text;
};

struct event_builder *event_builder_new(void)
{
	struct event_builder *builder = g_new0(struct event_builder, 1);

	builder->path = g_string_new(NULL);
	builder->text = g_string_new(NULL);
	return builder;
}

void event_builder_free(struct event_builder *builder)
{
	if (!builder)
		return;
	g_string_free(builder->path, TRUE);
	g_string_free(builder->text, TRUE);
	g_free(builder);
}

void event_builder_begin(struct event_builder *builder, struct event *event)
{
	builder->event = event;
	builder->depth = 0;
	g_string_truncate(builder->path, 0);
	g_string_truncate(builder->text, 0);
}

void event_builder_begin_at(struct event_builder *builder, const struct event_sink *sink,
			    const struct event_place *place)
{
	event_builder_begin(builder, NULL);
	builder->sink = *sink;
	builder->depth = place->depth;
	builder->section = place->section;
	memset(builder->open, 0, sizeof(builder->open));
}

bool event_builder_get_place(const struct event_builder *builder, struct event_place *out)
{
	if (builder->path->len || builder->text->len)
		return false;
	*out = (struct event_place){builder->depth, builder->section};
	return true;
}

static bool set(struct event_builder *builder, enum event_slot slot, const char *name,
		const char *text, bool is_attribute)
{
	if (builder->event)
		return event_set(builder->event, slot, name, text);
	return builder->sink.set(builder->sink.context, slot, name, text, is_attribute);
}

/* An element of System, or an attribute of one, and where it goes. */
struct system_place {
	const char *element;
	const char *attribute; /* NULL: the element's text */
	enum event_slot slot;
};

static bool set_system(struct event_builder *builder, const char *attribute, const char *text)
{
	static const struct system_place places[] = {
		{"Provider", "Name", EVENT_PROVIDER},
		{"EventID", NULL, EVENT_ID},
		{"TimeCreated", "SystemTime", EVENT_TIME},
		{"EventRecordID", NULL, EVENT_RECORD_ID},
		{"Execution", "ProcessID", EVENT_PROCESS_ID},
		{"Channel", NULL, EVENT_CHANNEL},
		{"Computer", NULL, EVENT_HOST},
		{"Security", "UserID", EVENT_USER_SID},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		if (builder->path->str[0] == places[i].element[0] &&
		    strcmp(builder->path->str, places[i].element) == 0 &&
		    g_strcmp0(attribute, places[i].attribute) == 0)
			return set(builder, places[i].slot, NULL, text, attribute != NULL);
	return true;
}

static enum section section_of(const char *name)
{
	if (strcmp(name, "System") == 0)
		return SECTION_SYSTEM;
	if (strcmp(name, "RenderingInfo") == 0)
		return SECTION_RENDERING;
	return strcmp(name, "UserData") == 0 ? SECTION_USER_DATA : SECTION_DATA;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* How deep the first element stands whose name is part of a field's name. */
static unsigned first_field_depth(const struct event_builder *builder)
{
	return builder->section == SECTION_USER_DATA ? DEPTH_FIELD + 1 : DEPTH_FIELD;
}

/* Text beside child elements is rare in events, but it is data. */
static bool keep_text_before_child(struct event_builder *builder)
{
	if (builder->depth < DEPTH_SECTION || builder->section == SECTION_SYSTEM ||
	    builder->section == SECTION_RENDERING || is_blank(builder->text->str))
		return true;
	return set(builder, EVENT_FIELD, builder->path->str, builder->text->str, false);
}

bool event_builder_open(struct event_builder *builder, const char *name)
{
	if (builder->depth >= WH_MAX_XML_DEPTH)
		return false;
	if (!keep_text_before_child(builder))
		return false;
	builder->open[builder->depth].has_children = true;
	builder->depth++;
	builder->open[builder->depth] = (struct open_element){builder->path->len, false};
	g_string_truncate(builder->text, 0);
	if (builder->depth == DEPTH_SECTION) {
		builder->section = section_of(name);
		if (builder->section == SECTION_DATA && strcmp(name, "EventData") != 0)
			return set(builder, EVENT_DATA_TYPE, NULL, name, false);
	} else if (builder->depth == DEPTH_FIELD && builder->section == SECTION_USER_DATA) {
		return set(builder, EVENT_DATA_TYPE, NULL, name, false);
	} else if (builder->depth >= DEPTH_FIELD) {
		if (builder->path->len)
			g_string_append_c(builder->path, '/');
		text_append_bytes(builder->path, name, strlen(name));
	}
	return true;
}

static bool is_data_element(const struct event_builder *builder)
{
	size_t start = builder->open[builder->depth].path_length;
	const char *name = builder->path->str + start + (start > 0);

	return builder->section == SECTION_DATA &&
	       (strcmp(name, "Data") == 0 || strcmp(name, "ComplexData") == 0);
}

static bool add_data_attribute(struct event_builder *builder, const char *name, const char *value)
{
	g_autofree char *field = NULL;

	if (strcmp(name, "xmlns") == 0 || g_str_has_prefix(name, "xmlns:"))
		return true;
	if (builder->depth == DEPTH_SECTION && strcmp(name, "Name") == 0)
		return set(builder, EVENT_DATA_TYPE, NULL, value, true);
	if (builder->depth >= DEPTH_FIELD && strcmp(name, "Name") == 0 &&
	    is_data_element(builder)) {
		size_t start = builder->open[builder->depth].path_length;

		g_string_truncate(builder->path, start + (start > 0));
		g_string_append(builder->path, value);
		return true;
	}
	field = g_strdup_printf("%s%s@%s", builder->path->str, builder->path->len ? "/" : "", name);
	return set(builder, EVENT_FIELD, field, value, true);
}

bool event_builder_attribute(struct event_builder *builder, const char *name, const char *value)
{
	if (builder->depth < DEPTH_SECTION || builder->section == SECTION_RENDERING)
		return true;
	if (builder->section == SECTION_SYSTEM)
		return builder->depth != DEPTH_FIELD || set_system(builder, name, value);
	return add_data_attribute(builder, name, value);
}

bool event_builder_text(struct event_builder *builder, const char *text, size_t size)
{
	text_append_bytes(builder->text, text, size);
	return true;
}

static bool close_data(struct event_builder *builder)
{
	const struct open_element *element = &builder->open[builder->depth];
	const char *name = builder->path->str;

	if (element->has_children && is_blank(builder->text->str))
		return true;
	if (builder->depth < first_field_depth(builder))
		return is_blank(builder->text->str) ||
		       set(builder, EVENT_FIELD, "", builder->text->str, false);
	if (is_data_element(builder) && element->path_length == 0)
		name = "";
	return set(builder, EVENT_FIELD, name, builder->text->str, false);
}

static bool end_element(struct event_builder *builder)
{
	if (builder->section == SECTION_SYSTEM && builder->depth == DEPTH_FIELD)
		return set_system(builder, NULL, builder->text->str);
	if (builder->depth >= DEPTH_SECTION &&
	    (builder->section == SECTION_DATA || builder->section == SECTION_USER_DATA))
		return close_data(builder);
	return true;
}

bool event_builder_repeat(struct event_builder *builder)
{
	bool ok = builder->depth > 0 && end_element(builder);

	g_string_truncate(builder->text, 0);
	return ok;
}

bool event_builder_close(struct event_builder *builder)
{
	bool ok = builder->depth > 0 && end_element(builder);

	if (builder->depth == 0)
		return false;
	g_string_truncate(builder->path, builder->open[builder->depth].path_length);
	g_string_truncate(builder->text, 0);
	builder->depth--;
	return ok;
}
