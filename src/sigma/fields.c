/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/fields.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "sigma/remote_node.h"
#include "wmi/fingerprint.h"
#include "wmi/mof.h"
#include "wmi/payload.h"
#include "wmi/stored.h"
#include "wmi/told.h"

void field_list_init(struct field_list *subject)
{
	subject->fields = g_array_new(FALSE, FALSE, sizeof(struct field));
	arena_init(&subject->arena);
	subject->ranges = NULL;
}

void field_list_release(struct field_list *subject)
{
	g_array_unref(subject->fields);
	arena_release(&subject->arena);
}

void field_list_clear(struct field_list *subject)
{
	g_array_set_size(subject->fields, 0);
	arena_clear(&subject->arena);
	subject->ranges = NULL;
}

/* The end of a name, where those of one prefix differ. */
static uint64_t name_key(const char *folded)
{
	size_t length = strlen(folded), taken = MIN(length, sizeof(uint64_t));
	uint64_t key = 0;

	memcpy(&key, folded + length - taken, taken);
	return key ^ length << 56;
}

/* As text_fold(); for ASCII, which nearly all names are, straight to where it stays. */
static const char *fold_name(struct field_list *subject, const char *name, size_t length)
{
	char *lower = arena_copy(&subject->arena, name, length);
	g_autofree char *folded = NULL;

	if (text_lower_ascii(lower, length))
		return lower;
	folded = text_fold(name);
	return arena_copy(&subject->arena, folded, strlen(folded));
}

/* Folds a name once for all the values of a field. */
static struct field make_field(struct field_list *subject, const char *name)
{
	size_t length = strlen(name);
	const char *folded = fold_name(subject, name, length);

	return (struct field){
		.name = arena_copy(&subject->arena, name, length),
		.folded = folded,
		.key = name_key(folded),
	};
}

static void add_value(struct field_list *subject, struct field field, const char *text)
{
	field.text = text;
	field.length = strlen(text);
	g_array_append_val(subject->fields, field);
}

void field_list_add(struct field_list *subject, const char *name, const char *text)
{
	add_value(subject, make_field(subject, name), text);
}

/* Of a name that is a literal in lower case. */
static struct field make_fixed_field(const char *name)
{
	return (struct field){.name = name, .folded = name, .key = name_key(name)};
}

static void add_present(struct field_list *subject, const char *name, const char *text)
{
	if (text)
		field_list_add(subject, name, text);
}

static void add_fixed(struct field_list *subject, const char *name, const char *text)
{
	if (text)
		add_value(subject, make_fixed_field(name), text);
}

/* Takes the text; NULL is absent. */
static void take_present(struct field_list *subject, const char *name, char *text)
{
	if (text)
		add_fixed(subject, name, arena_copy(&subject->arena, text, strlen(text)));
	g_free(text);
}

static void add_event_field(struct field_list *subject, const struct event_field *field,
			    GHashTable *names)
{
	struct field named = make_field(subject, *field->name ? field->name : "Data");
	const char *other = names ? g_hash_table_lookup(names, named.folded) : NULL;

	add_value(subject, other ? make_field(subject, other) : named, field->value);
}

static void add_node(void *context, const char *name, size_t length)
{
	struct field_list *subject = context;
	struct field field = make_fixed_field("remotenode");

	field.name = "RemoteNode";
	add_value(subject, field, arena_copy(&subject->arena, name, length));
}

void field_list_add_event(struct field_list *subject, const struct event *event, GHashTable *names)
{
	char *id = arena_alloc(&subject->arena, 16);

	g_snprintf(id, 16, "%u", event->ref.event_id);
	add_present(subject, "EventID", event->ref.has_event_id ? id : NULL);
	add_present(subject, "Channel", event->ref.channel);
	add_present(subject, "Provider_Name", event->provider);
	add_present(subject, "Computer", event->host);
	add_present(subject, "Security_UserID", event->user_sid);
	add_present(subject, "Hidden", event->ref.hidden ? "true" : NULL);
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		add_event_field(subject, field, names);
		if (g_ascii_strcasecmp(field->name, "CommandLine") == 0)
			remote_nodes_find(field->value, event->host, add_node, subject);
	}
}

static void add_filter(struct field_list *subject, const struct wmi_filter *filter)
{
	if (!filter)
		return;
	add_fixed(subject, "filter.name", filter->name);
	add_fixed(subject, "filter.event_namespace", filter->event_namespace);
	add_fixed(subject, "filter.query", filter->query);
	add_fixed(subject, "filter.query_language", filter->query_language);
	add_fixed(subject, "filter.creator_sid", filter->creator_sid);
	take_present(subject, "filter.sha256", filter_fingerprint(filter));
}

static void add_properties(struct field_list *subject, const char *prefix,
			   const struct mof_property *property, unsigned depth);

static void add_mof_value(struct field_list *subject, const struct field *field,
			  const struct mof_value *value, unsigned depth)
{
	if (value->type == MOF_NULL || depth > WH_MAX_MOF_DEPTH)
		return;
	if (value->type == MOF_INSTANCE)
		add_properties(subject, field->name, value->instance->properties, depth + 1);
	else if (value->type != MOF_ARRAY)
		add_value(subject, *field, value->text);
	else
		for (const struct mof_value *element = value->elements; element;
		     element = element->next)
			add_mof_value(subject, field, element, depth + 1);
}

/* These hold what a standard consumer starts, and they keep their names in cloned classes. */
static bool property_runs(const char *folded)
{
	static const char *const names[] = {"executablepath", "commandlinetemplate",
					    "scriptfilename", "scripttext", NULL};

	return g_strv_contains(names, folded);
}

static void add_properties(struct field_list *subject, const char *prefix,
			   const struct mof_property *property, unsigned depth)
{
	for (; property; property = property->next) {
		g_autofree char *name = g_strconcat(prefix, ".", property->name, NULL);
		struct field field = make_field(subject, name);

		field.runs = property_runs(strrchr(field.folded, '.') + 1);
		add_mof_value(subject, &field, property->value, depth);
	}
}

static void add_consumer(struct field_list *subject, const struct wmi_consumer *consumer)
{
	g_autoptr(GPtrArray) decoded = NULL;
	struct field field;

	if (!consumer)
		return;
	add_fixed(subject, "consumer.class", consumer->class_name);
	add_fixed(subject, "consumer.name", consumer->name);
	add_fixed(subject, "consumer.creator_sid", consumer->creator_sid);
	take_present(subject, "consumer.sha256", consumer_fingerprint(consumer));
	add_properties(subject, "consumer.properties", consumer->properties, 0);
	decoded = payload_decode_consumer(consumer);
	field = make_fixed_field("consumer.decoded");
	field.runs = true;
	for (guint i = 0; i < decoded->len; i++)
		add_value(
			subject, field,
			arena_copy(&subject->arena, decoded->pdata[i], strlen(decoded->pdata[i])));
}

static void add_parts(struct field_list *subject, unsigned parts)
{
	struct field field = make_fixed_field("parts");

	if (parts & WMI_PART_FILTER)
		add_value(subject, field, "filter");
	if (parts & WMI_PART_CONSUMER)
		add_value(subject, field, "consumer");
	if (parts & WMI_PART_BINDING)
		add_value(subject, field, "binding");
}

static void add_stored_class(struct field_list *subject, const struct stored_class *class)
{
	g_autoptr(GPtrArray) decoded = g_ptr_array_new_with_free_func(g_free);

	add_fixed(subject, "stored.class.name", class->name);
	add_fixed(subject, "stored.class.property", class->property);
	add_fixed(subject, "stored.class.value", class->value);
	stored_class_decode(class, decoded);
	for (guint i = 0; i < decoded->len; i++)
		take_present(subject, "stored.class.decoded", g_strdup(decoded->pdata[i]));
}

static void add_stored(struct field_list *subject, const struct stored *stored)
{
	const char *name;

	if (!stored)
		return;
	add_fixed(subject, "repository", stored_presence_name(stored->presence));
	for (unsigned i = 0; (name = stored_conflict_name(i)); i++)
		if (stored->conflicts & 1u << i)
			add_fixed(subject, "stored.contradictions", name);
	if (stored->timer) {
		add_fixed(subject, "stored.timer.class", stored->timer->class_name);
		add_fixed(subject, "stored.timer.id", stored->timer->id);
		add_fixed(subject, "stored.timer.interval", stored->timer->interval);
		add_fixed(subject, "stored.timer.at", stored->timer->at);
	}
	if (stored->provider) {
		add_fixed(subject, "stored.provider.name", stored->provider->name);
		add_fixed(subject, "stored.provider.clsid", stored->provider->clsid);
		add_fixed(subject, "stored.provider.hosting_model", stored->provider->hosting);
	}
	if (stored->class)
		add_stored_class(subject, stored->class);
}

static void add_told(struct field_list *subject, const struct told *told)
{
	const char *name;

	if (!told)
		return;
	for (const struct told_place *at = told->places; at; at = at->next) {
		const struct wmi_object *object = &at->place->object;

		add_fixed(subject, "told.found_in", object_found_in_name(object->found_in));
		add_fixed(subject, "told.state", object_state_name(object->state));
		add_fixed(subject, "told.tool", object->tool);
	}
	for (unsigned i = 0; (name = told_conflict_name(i)); i++)
		if (told->conflicts & 1u << i)
			add_fixed(subject, "told.contradictions", name);
}

/* Seconds from the last creation to the deletion after it; NULL where either was not seen. */
static char *lifetime_of(const struct subscription *subscription)
{
	const struct sighting *made = NULL;
	uint64_t lifetime = G_MAXUINT64;

	for (guint i = 0; subscription->events && i < subscription->events->len; i++) {
		const struct sighting *sighting = g_ptr_array_index(subscription->events, i);

		if (sighting->operation == WMI_CREATED)
			made = sighting;
		else if (sighting->operation == WMI_DELETED && made)
			lifetime = sighting->ref.time - made->ref.time;
	}
	if (subscription->state != WMI_STATE_DELETED || lifetime == G_MAXUINT64)
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, lifetime / WH_SECOND);
}

/* Any name that the host had. */
static void add_hosts(struct field_list *subject, const struct subscription *subscription)
{
	const GPtrArray *names = subscription->identity ? subscription->identity->names : NULL;

	add_fixed(subject, "host", subscription->host);
	for (guint i = 0; names && i < names->len - 1; i++)
		add_fixed(subject, "host", names->pdata[i]);
}

void field_list_add_subscription(struct field_list *subject,
				 const struct subscription *subscription)
{
	add_hosts(subject, subscription);
	add_fixed(subject, "namespace", subscription->namespace);
	add_fixed(subject, "state", wmi_state_name(subscription->state));
	take_present(subject, "lifetime", lifetime_of(subscription));
	add_parts(subject, subscription->parts);
	add_fixed(subject, "incomplete", subscription->incomplete ? "true" : NULL);
	add_filter(subject, subscription->filter);
	add_consumer(subject, subscription->consumer);
	add_stored(subject, subscription->stored);
	add_told(subject, subscription->told);
}

void field_name_init(struct field_name *name, const char *folded)
{
	*name = (struct field_name){
		.folded = folded,
		.key = folded ? name_key(folded) : 0,
		.runs = folded && strcmp(folded, WH_FIELD_RUNS) == 0,
	};
}

static bool field_is(const struct field *field, const struct field_name *name)
{
	if (!name->folded)
		return true;
	if (name->runs)
		return field->runs;
	return field->key == name->key && strcmp(field->folded, name->folded) == 0;
}

static guint end_of(const struct field_list *subject, const struct field_name *name)
{
	return subject->ranges && name->slot ? subject->ranges[name->slot].end
					     : subject->fields->len;
}

const struct field *field_list_find(const struct field_list *subject, const struct field_name *name,
				    guint *index)
{
	const struct field *fields = (const struct field *)(void *)subject->fields->data;
	guint end = end_of(subject, name);

	if (subject->ranges && name->slot)
		*index = MAX(*index, subject->ranges[name->slot].first);
	while (*index < end) {
		const struct field *field = &fields[(*index)++];

		if (field_is(field, name))
			return field;
	}
	return NULL;
}

static struct field_range find_runs(const struct field_list *subject)
{
	const struct field *fields = (const struct field *)(void *)subject->fields->data;
	struct field_range range = {0, 0};

	for (guint i = 0; i < subject->fields->len; i++) {
		if (!fields[i].runs)
			continue;
		range.first = range.end ? range.first : i;
		range.end = i + 1;
	}
	return range;
}

static struct field_range find_key(const uint64_t *keys, guint count, uint64_t key)
{
	guint first = 0, end = count;

	while (first < count && keys[first] != key)
		first++;
	while (end > first && keys[end - 1] != key)
		end--;
	return (struct field_range){first, end};
}

void field_list_find_ranges(struct field_list *subject, const struct field_name *const *names,
			    guint count)
{
	guint fields = subject->fields->len;
	struct field_range *ranges = arena_alloc(&subject->arena, (count + 1) * sizeof(*ranges));
	uint64_t *keys = arena_alloc(&subject->arena, (fields + 1) * sizeof(*keys));

	for (guint i = 0; i < fields; i++)
		keys[i] = g_array_index(subject->fields, struct field, i).key;
	ranges[0] = (struct field_range){0, fields};
	for (guint i = 0; i < count; i++)
		ranges[i + 1] =
			names[i]->runs ? find_runs(subject) : find_key(keys, fields, names[i]->key);
	subject->ranges = ranges;
}

void field_list_note_bytes(struct field_list *subject, const struct field_name *name)
{
	struct field *field;
	guint index = 0;

	while ((field = (struct field *)field_list_find(subject, name, &index))) {
		struct byte_set *bytes;

		if (field->bytes)
			continue;
		bytes = arena_alloc(&subject->arena, sizeof(*bytes));
		*bytes = (struct byte_set){{0}};
		byte_set_add_text(bytes, field->text, field->length);
		byte_set_add_lower(bytes);
		field->bytes = bytes;
	}
}

const struct field *field_list_next(const struct field_list *subject, const char *folded,
				    guint *index)
{
	struct field_name name;

	field_name_init(&name, folded);
	return field_list_find(subject, &name, index);
}
