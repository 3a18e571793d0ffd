/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/wmi_json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "event/key_names.h"
#include "wmi/fingerprint.h"
#include "wmi/mof.h"
#include "wmi/payload.h"

/* An object that is taken back when nothing came into it. */
struct optional_object {
	size_t start;
	size_t inside;
};

static struct optional_object open_optional(GString *out, const char *key)
{
	struct optional_object object = {.start = out->len};

	json_open_object(out, key);
	object.inside = out->len;
	return object;
}

static void close_optional(GString *out, struct optional_object object)
{
	if (out->len == object.inside)
		g_string_truncate(out, object.start);
	else
		json_close_object(out);
}

static const char *skip_digits(const char *at)
{
	while (g_ascii_isdigit(*at))
		at++;
	return at;
}

/* The end of the JSON number at `text`, or NULL when there is none. */
static const char *scan_number(const char *text, bool *is_integer)
{
	const char *digits = *text == '-' ? text + 1 : text;
	const char *at = skip_digits(digits);

	if (at == digits || (*digits == '0' && at > digits + 1))
		return NULL;
	*is_integer = *at != '.' && *at != 'e' && *at != 'E';
	if (*at == '.') {
		digits = ++at;
		at = skip_digits(at);
		if (at == digits)
			return NULL;
	}
	if (*at == 'e' || *at == 'E') {
		digits = at[1] == '+' || at[1] == '-' ? at + 2 : at + 1;
		at = skip_digits(digits);
		if (at == digits)
			return NULL;
	}
	return at;
}

/* Readers of JSON refuse a whole line for a number past int64 or double, so such a
 * number (a uint64, or an attacker's) must not stand there as one. */
static bool is_json_number(const char *text)
{
	bool is_integer;
	const char *end = scan_number(text, &is_integer);

	if (!end || *end)
		return false;
	if (!is_integer)
		return isfinite(g_ascii_strtod(text, NULL));
	errno = 0;
	g_ascii_strtoll(text, NULL, 10);
	return errno != ERANGE;
}

static void append_number(GString *out, const char *key, const char *text)
{
	if (is_json_number(text))
		json_add_literal(out, key, text);
	else
		json_add_string(out, key, text);
}

static void append_value(GString *out, const char *key, const struct mof_value *value,
			 unsigned depth);

static void append_array(GString *out, const char *key, const struct mof_value *element,
			 unsigned depth)
{
	json_open_array(out, key);
	for (; element; element = element->next)
		append_value(out, NULL, element, depth + 1);
	json_close_array(out);
}

static bool is_present(const struct mof_value *value)
{
	if (value->type == MOF_NULL)
		return false;
	return value->type != MOF_STRING || *value->text;
}

/* The present properties as lists (struct mof_property) of one name each, in order of
 * first appearance. */
static GPtrArray *group_by_name(const struct mof_property *property)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable) by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (; property; property = property->next) {
		g_autofree char *name = text_fold(property->name);
		GPtrArray *group = g_hash_table_lookup(by_name, name);

		if (!is_present(property->value))
			continue;
		if (!group) {
			group = g_ptr_array_new();
			g_ptr_array_add(groups, group);
			g_hash_table_insert(by_name, g_steal_pointer(&name), group);
		}
		g_ptr_array_add(group, (gpointer)property);
	}
	return groups;
}

static void append_group(GString *out, const GPtrArray *group, unsigned depth)
{
	const struct mof_property *property = g_ptr_array_index(group, 0);
	const char *key = key_name_spelling(property->name);

	if (group->len == 1) {
		append_value(out, key, property->value, depth);
		return;
	}
	json_open_array(out, key);
	for (guint i = 0; i < group->len; i++) {
		property = g_ptr_array_index(group, i);
		append_value(out, NULL, property->value, depth);
	}
	json_close_array(out);
}

static void append_properties(GString *out, const struct mof_property *properties, unsigned depth)
{
	g_autoptr(GPtrArray) groups = NULL;

	/* Most have one. */
	if (properties && !properties->next) {
		if (is_present(properties->value))
			append_value(out, key_name_spelling(properties->name), properties->value,
				     depth);
		return;
	}
	groups = group_by_name(properties);
	for (guint i = 0; i < groups->len; i++)
		append_group(out, g_ptr_array_index(groups, i), depth);
}

/* The class goes as a first property, so that one of the same name joins it. */
static void append_instance(GString *out, const char *key, const struct mof_instance *instance,
			    unsigned depth)
{
	struct mof_value value = {.type = MOF_STRING, .text = instance->class_name};
	struct mof_property class = {
		.name = "class", .value = &value, .next = instance->properties};

	json_open_object(out, key);
	append_properties(out, instance->class_name ? &class : instance->properties, depth + 1);
	json_close_object(out);
}

static void append_value(GString *out, const char *key, const struct mof_value *value,
			 unsigned depth)
{
	if (depth > WH_MAX_MOF_DEPTH)
		return;
	switch (value->type) {
	case MOF_NULL:
		break;
	case MOF_STRING:
		json_add_string(out, key, value->text);
		break;
	case MOF_NUMBER:
		append_number(out, key, value->text);
		break;
	case MOF_BOOLEAN:
		json_add_bool(out, key, strcmp(value->text, "true") == 0);
		break;
	case MOF_ARRAY:
		append_array(out, key, value->elements, depth);
		break;
	case MOF_INSTANCE:
		append_instance(out, key, value->instance, depth);
		break;
	}
}

void wmi_filter_append_json(const struct wmi_filter *filter, const char *sha256, GString *out)
{
	struct optional_object object;

	if (!filter)
		return;
	object = open_optional(out, "filter");
	json_add_present(out, "name", filter->name);
	json_add_present(out, "event_namespace", filter->event_namespace);
	json_add_present(out, "query", filter->query);
	json_add_present(out, "query_language", filter->query_language);
	json_add_present(out, "creator_sid", filter->creator_sid);
	json_add_present(out, "creator", filter->creator);
	json_add_present(out, "sha256", sha256);
	close_optional(out, object);
}

static void append_decoded(GString *out, const struct wmi_consumer *consumer)
{
	g_autoptr(GPtrArray) decoded = payload_decode_consumer(consumer);

	if (decoded->len == 0)
		return;
	json_open_array(out, "decoded");
	for (guint i = 0; i < decoded->len; i++)
		json_add_string(out, NULL, g_ptr_array_index(decoded, i));
	json_close_array(out);
}

void wmi_consumer_append_json(const struct wmi_consumer *consumer, const char *sha256, GString *out)
{
	struct optional_object object, properties;

	if (!consumer)
		return;
	object = open_optional(out, "consumer");
	json_add_present(out, "class", consumer->class_name);
	json_add_present(out, "name", consumer->name);
	properties = open_optional(out, "properties");
	append_properties(out, consumer->properties, 1);
	close_optional(out, properties);
	json_add_present(out, "creator_sid", consumer->creator_sid);
	json_add_present(out, "creator", consumer->creator);
	json_add_present(out, "sha256", sha256);
	append_decoded(out, consumer);
	close_optional(out, object);
}

void wmi_content_append_json(const struct subscription *subscription, GString *out)
{
	g_autofree char *of_filter = filter_fingerprint(subscription->filter);
	g_autofree char *of_consumer = consumer_fingerprint(subscription->consumer);

	wmi_filter_append_json(subscription->filter, of_filter, out);
	wmi_consumer_append_json(subscription->consumer, of_consumer, out);
}

void parts_append_json(unsigned parts, GString *out)
{
	json_open_array(out, "parts");
	if (parts & WMI_PART_FILTER)
		json_add_string(out, NULL, "filter");
	if (parts & WMI_PART_CONSUMER)
		json_add_string(out, NULL, "consumer");
	if (parts & WMI_PART_BINDING)
		json_add_string(out, NULL, "binding");
	json_close_array(out);
}
