/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_build.h"

#include <string.h>

#include "base/limits.h"
#include "event/filetime.h"

enum section { SECTION_SYSTEM, SECTION_DATA, SECTION_USER_DATA, SECTION_RENDERING };

/* Open elements: 1 is Event, 2 a section, below it the section's content. */
enum { DEPTH_EVENT = 1, DEPTH_SECTION = 2, DEPTH_FIELD = 3 };

struct open_element {
	size_t path_length; /* of builder->path before this element */
	bool has_children;
};

struct event_builder {
	struct event *event;
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

/*
 * The first element of a name wins: a hostile record with two EventIDs must be the same
 * to the sieve, which stops at the first, and to every decoder.
 */
static void keep_first(struct event_builder *builder, const char **slot, const char *text)
{
	if (!*slot && *text)
		*slot = arena_copy(&builder->event->arena, text, strlen(text));
}

static bool read_decimal(const char *text, uint64_t maximum, uint64_t *out)
{
	return g_ascii_string_to_unsigned(text, 10, 0, maximum, out, NULL);
}

static void set_system_text(struct event_builder *builder, const char *name, const char *text)
{
	struct event *event = builder->event;
	uint64_t number;

	if (strcmp(name, "EventID") == 0 && !event->has_event_id &&
	    read_decimal(text, UINT32_MAX, &number)) {
		event->event_id = (uint32_t)number;
		event->has_event_id = true;
	} else if (strcmp(name, "EventRecordID") == 0 && !event->has_record_id &&
		   read_decimal(text, UINT64_MAX, &number)) {
		event->record_id = number;
		event->has_record_id = true;
	} else if (strcmp(name, "Channel") == 0) {
		keep_first(builder, &event->channel, text);
	} else if (strcmp(name, "Computer") == 0) {
		keep_first(builder, &event->host, text);
	}
}

static void set_system_attribute(struct event_builder *builder, const char *name, const char *value)
{
	struct event *event = builder->event;
	const char *element = builder->path->str;
	uint64_t number;

	if (strcmp(element, "Provider") == 0 && strcmp(name, "Name") == 0) {
		keep_first(builder, &event->provider, value);
	} else if (strcmp(element, "TimeCreated") == 0 && strcmp(name, "SystemTime") == 0 &&
		   !event->time) {
		filetime_parse(value, &event->time);
	} else if (strcmp(element, "Execution") == 0 && strcmp(name, "ProcessID") == 0) {
		if (event->has_process_id || !read_decimal(value, UINT32_MAX, &number))
			return;
		event->process_id = (uint32_t)number;
		event->has_process_id = true;
	} else if (strcmp(element, "Security") == 0 && strcmp(name, "UserID") == 0) {
		keep_first(builder, &event->user_sid, value);
	}
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

static bool add_field(struct event_builder *builder, const char *name, const char *value)
{
	if (builder->event->fields->len >= WH_MAX_EVENT_FIELDS)
		return false;
	event_add_field(builder->event, name, value);
	return true;
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
	return add_field(builder, builder->path->str, builder->text->str);
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
			keep_first(builder, &builder->event->data_type, name);
	} else if (builder->depth == DEPTH_FIELD && builder->section == SECTION_USER_DATA) {
		keep_first(builder, &builder->event->data_type, name);
	} else if (builder->depth >= DEPTH_FIELD) {
		if (builder->path->len)
			g_string_append_c(builder->path, '/');
		g_string_append(builder->path, name);
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
	if (builder->depth == DEPTH_SECTION && strcmp(name, "Name") == 0) {
		keep_first(builder, &builder->event->data_type, value);
		return true;
	}
	if (builder->depth >= DEPTH_FIELD && strcmp(name, "Name") == 0 &&
	    is_data_element(builder)) {
		size_t start = builder->open[builder->depth].path_length;

		g_string_truncate(builder->path, start + (start > 0));
		g_string_append(builder->path, value);
		return true;
	}
	field = g_strdup_printf("%s%s@%s", builder->path->str, builder->path->len ? "/" : "", name);
	return add_field(builder, field, value);
}

bool event_builder_attribute(struct event_builder *builder, const char *name, const char *value)
{
	if (builder->depth < DEPTH_SECTION || builder->section == SECTION_RENDERING)
		return true;
	if (builder->section == SECTION_SYSTEM) {
		if (builder->depth == DEPTH_FIELD)
			set_system_attribute(builder, name, value);
		return true;
	}
	return add_data_attribute(builder, name, value);
}

bool event_builder_text(struct event_builder *builder, const char *text)
{
	g_string_append(builder->text, text);
	return true;
}

static bool close_data(struct event_builder *builder)
{
	const struct open_element *element = &builder->open[builder->depth];
	const char *name = builder->path->str;

	if (element->has_children && is_blank(builder->text->str))
		return true;
	if (builder->depth < first_field_depth(builder))
		return is_blank(builder->text->str) || add_field(builder, "", builder->text->str);
	if (is_data_element(builder) && element->path_length == 0)
		name = "";
	return add_field(builder, name, builder->text->str);
}

static bool end_element(struct event_builder *builder)
{
	if (builder->section == SECTION_SYSTEM && builder->depth == DEPTH_FIELD)
		set_system_text(builder, builder->path->str, builder->text->str);
	else if (builder->depth >= DEPTH_SECTION &&
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
