/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "evidence/timeline.h"
#include "report/saved_line.h"
#include "report/saved_tables.h"
#include "wmi/mof.h"
#include "wmi/subscription_id.h"

static void read_format(struct saved_reader *reader, const char *name, void *format)
{
	const char *text = saved_read_text(reader, name);

	if (text)
		*(enum event_format *)format = event_format_parse(text);
}

#define AT(place) offsetof(struct event_ref, place)

const struct saved_member saved_source_members[] = {
	{.name = "path", .kind = SAVED_TEXT, .at = AT(path)},
	{.name = "entry", .kind = SAVED_TEXT, .at = AT(entry)},
	{.name = "entry_decoded", .kind = SAVED_IGNORED},
	{.name = "via", .kind = SAVED_TEXT, .at = AT(via)},
	{.name = "format", .kind = SAVED_CALL, .at = AT(format), .call = read_format},
	{.name = "offset", .kind = SAVED_UINT64, .at = AT(offset)},
	{.name = "header_record_id", .kind = SAVED_UINT64, .at = AT(header_record_id)},
	{.name = "hidden", .kind = SAVED_FLAG, .at = AT(hidden)},
	{.name = "chimera", .kind = SAVED_FLAG, .at = AT(chimera)},
	{.name = "recovered", .kind = SAVED_FLAG, .at = AT(recovered)},
	{.name = "claimed", .kind = SAVED_FLAG, .at = AT(claimed)},
	{0},
};
#undef AT

void saved_read_id(struct saved_reader *reader, const char *name, void *line_id)
{
	const char *text = saved_read_text(reader, name);
	struct line_id *id = line_id;

	if (text && line_id_is_valid(text))
		g_strlcpy(id->text, text, sizeof(id->text));
	else if (text)
		saved_reader_fail(reader, name, "is no UUID of this program");
}

void saved_read_precision(struct saved_reader *reader, const char *name, void *ref)
{
	const char *text = saved_read_text(reader, name);

	if (text && !time_precision_parse(text, &((struct event_ref *)ref)->precision))
		saved_reader_fail(reader, name, "is no word that is known");
}

void saved_read_zone(struct saved_reader *reader, const char *name, void *ref)
{
	const char *text = saved_read_text(reader, name);

	((struct event_ref *)ref)->local_time = g_strcmp0(text, "unknown") == 0;
}

static void read_sha256(struct saved_reader *reader, const char *name, void *place)
{
	const char *text = saved_read_text(reader, name);

	if (text && (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64))
		saved_reader_fail(reader, name, "is no SHA-256");
	*(const char **)place = text;
}

#define AT(place) offsetof(struct saved_filter, place)

static const struct saved_member filter_members[] = {
	{.name = "name", .kind = SAVED_TEXT, .at = AT(filter.name)},
	{.name = "event_namespace", .kind = SAVED_TEXT, .at = AT(filter.event_namespace)},
	{.name = "query", .kind = SAVED_TEXT, .at = AT(filter.query)},
	{.name = "query_language", .kind = SAVED_TEXT, .at = AT(filter.query_language)},
	{.name = "creator_sid", .kind = SAVED_TEXT, .at = AT(filter.creator_sid)},
	{.name = "creator", .kind = SAVED_TEXT, .at = AT(filter.creator)},
	{.name = "sha256", .kind = SAVED_CALL, .at = AT(sha256), .call = read_sha256},
	{0},
};
#undef AT

static struct mof_property *read_properties(struct saved_reader *reader, const char *name);

static struct mof_value *read_value(struct saved_reader *reader, const char *name);

static struct mof_value *read_elements(struct saved_reader *reader, const char *name)
{
	struct mof_value *first = NULL, **end = &first;

	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		*end = read_value(reader, name);
		end = &(*end)->next;
	}
	return first;
}

/* The class of an instance is a property like others. */
static struct mof_instance *read_instance(struct saved_reader *reader, const char *name)
{
	struct mof_instance *instance = saved_reader_alloc(reader, sizeof(*instance));

	instance->complete = true;
	instance->properties = read_properties(reader, name);
	return instance;
}

/* Recursive, WH_MAX_JSON_DEPTH deep at most. */
static struct mof_value *read_value(struct saved_reader *reader, const char *name)
{
	struct mof_value *value = saved_reader_alloc(reader, sizeof(*value));
	enum json_kind kind = json_peek(&reader->json);

	switch (kind) {
	case JSON_KIND_TEXT:
		value->type = MOF_STRING;
		json_read_text(&reader->json, &value->text);
		break;
	case JSON_KIND_NUMBER:
		value->type = MOF_NUMBER;
		json_read_number(&reader->json, &value->text);
		break;
	case JSON_KIND_ARRAY:
		value->type = MOF_ARRAY;
		value->elements = read_elements(reader, name);
		break;
	case JSON_KIND_OBJECT:
		value->type = MOF_INSTANCE;
		value->instance = read_instance(reader, name);
		break;
	default:
		value->type =
			kind == JSON_KIND_TRUE || kind == JSON_KIND_FALSE ? MOF_BOOLEAN : MOF_NULL;
		value->text = kind == JSON_KIND_TRUE ? "true" : "false";
		json_skip(&reader->json);
	}
	if (!value->text && (value->type == MOF_STRING || value->type == MOF_NUMBER))
		value->type = MOF_NULL;
	return value;
}

static struct mof_property *read_properties(struct saved_reader *reader, const char *name)
{
	struct mof_property *first = NULL, **end = &first;
	const char *key;
	size_t length;

	if (!saved_reader_expect(reader, name, JSON_KIND_OBJECT, "is no object"))
		return NULL;
	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		struct mof_property *property = saved_reader_alloc(reader, sizeof(*property));

		property->name = arena_copy(&reader->arena, key, length);
		property->value = read_value(reader, name);
		*end = property;
		end = &property->next;
	}
	return first;
}

static void read_consumer_properties(struct saved_reader *reader, const char *name, void *place)
{
	*(struct mof_property **)place = read_properties(reader, name);
}

#define AT(place) offsetof(struct saved_consumer, place)

static const struct saved_member consumer_members[] = {
	{.name = "class", .kind = SAVED_TEXT, .at = AT(consumer.class_name)},
	{.name = "name", .kind = SAVED_TEXT, .at = AT(consumer.name)},
	{.name = "properties",
	 .kind = SAVED_CALL,
	 .at = AT(consumer.properties),
	 .call = read_consumer_properties},
	{.name = "creator_sid", .kind = SAVED_TEXT, .at = AT(consumer.creator_sid)},
	{.name = "creator", .kind = SAVED_TEXT, .at = AT(consumer.creator)},
	{.name = "sha256", .kind = SAVED_CALL, .at = AT(sha256), .call = read_sha256},
	{.name = "decoded", .kind = SAVED_IGNORED},
	{0},
};
#undef AT

/* As sighting_word() has it. */
static void read_operation(struct saved_reader *reader, const char *name, void *place)
{
	struct sighting *sighting = place;
	const char *text = saved_read_text(reader, name);

	for (unsigned i = 0; text && i <= WMI_DELETED; i++) {
		for (unsigned j = 0; j <= REGISTRATION_REPLAYED; j++) {
			sighting->operation = i;
			sighting->registration = j;
			if (strcmp(sighting_word(sighting), text) == 0)
				return;
		}
	}
	saved_reader_fail(reader, name, "is no word that is known");
}

static const struct saved_member sighting_members[] = {
	SAVED_REF_MEMBERS(struct sighting, ref),
	{.name = "operation", .kind = SAVED_CALL, .needed = true, .call = read_operation},
	{.name = "user", .kind = SAVED_TEXT, .at = offsetof(struct sighting, user)},
	{0},
};

static const char *state_word(unsigned index)
{
	return index <= WMI_STATE_DEFINED ? wmi_state_name(index) : NULL;
}

static const struct saved_member says_members[] = {
	{.name = "says",
	 .kind = SAVED_WORD,
	 .at = offsetof(struct contradiction, says),
	 .word = state_word},
	{0},
};

static void read_contradictions(struct saved_reader *reader, const char *name, void *place)
{
	GPtrArray **out = place;

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	*out = saved_reader_list(reader);
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		struct contradiction *one = saved_reader_alloc(reader, sizeof(*one));
		struct sighting *sighting = saved_reader_alloc(reader, sizeof(*sighting));
		const struct json_reader at = reader->json;

		/* Twice, as its members go to two places. */
		saved_read_object(reader, name, sighting_members, sighting);
		reader->json = at;
		saved_read_object(reader, name, says_members, one);
		one->sighting = sighting;
		g_ptr_array_add(*out, one);
	}
}

#define AT(place) offsetof(struct timeline_entry, place)

static const struct saved_member entry_members[] = {
	SAVED_ID_MEMBER(AT(id)),
	SAVED_REF_MEMBERS(struct timeline_entry, ref),
	{.name = "last", .kind = SAVED_TIME, .at = AT(last)},
	{.name = "count", .kind = SAVED_UINT32, .at = AT(count)},
	{.name = "what", .kind = SAVED_TEXT, .at = AT(what), .needed = true},
	{.name = "user", .kind = SAVED_TEXT, .at = AT(user)},
	{.name = "user_name", .kind = SAVED_TEXT, .at = AT(user_name)},
	{.name = "image", .kind = SAVED_TEXT, .at = AT(process)},
	{.name = "process_id",
	 .kind = SAVED_UINT32,
	 .at = AT(process_id),
	 .has_at = AT(has_process_id)},
	{.name = "from", .kind = SAVED_TEXT, .at = AT(from)},
	{.name = "local", .kind = SAVED_FLAG, .at = AT(is_local)},
	{.name = "detail", .kind = SAVED_TEXT, .at = AT(detail)},
	{.name = "why", .kind = SAVED_TEXT, .at = AT(why)},
	{0},
};
#undef AT

static const char *presence_word(unsigned index)
{
	return index <= STORED_UNKNOWN ? stored_presence_name(index) : NULL;
}

static const char *part_word(unsigned index)
{
	static const char *const words[] = {"filter", "consumer", "binding", NULL};

	return words[index];
}

static const struct saved_member known_good_members[] = {
	{.name = "id",
	 .kind = SAVED_TEXT,
	 .at = offsetof(struct finding, known_good_id),
	 .needed = true},
	{.name = "title", .kind = SAVED_TEXT, .at = offsetof(struct finding, known_good_title)},
	{0},
};

#define AT(place) offsetof(struct saved_line, place)

const struct saved_member saved_subscription_members[] = {
	{.name = "kind", .kind = SAVED_IGNORED},
	SAVED_ID_MEMBER(AT(subscription.id)),
	{.name = "host", .kind = SAVED_TEXT, .at = AT(subscription.host)},
	{.name = "host_names", .kind = SAVED_TEXTS, .at = AT(identity.names)},
	{.name = "namespace", .kind = SAVED_TEXT, .at = AT(subscription.namespace)},
	SAVED_NEW("filter", AT(filter), struct saved_filter, filter_members),
	SAVED_NEW("consumer", AT(consumer), struct saved_consumer, consumer_members),
	{.name = "state",
	 .kind = SAVED_WORD,
	 .at = AT(subscription.state),
	 .needed = true,
	 .word = state_word},
	{.name = "contradicted_by",
	 .kind = SAVED_CALL,
	 .at = AT(subscription.contradictions),
	 .call = read_contradictions},
	{.name = "repository",
	 .kind = SAVED_WORD,
	 .at = AT(stored.presence),
	 .has_at = AT(has_presence),
	 .word = presence_word},
	{.name = "stored",
	 .kind = SAVED_PART,
	 .at = AT(stored),
	 .has_at = AT(has_stored),
	 .members = saved_stored_members},
	{.name = "told",
	 .kind = SAVED_PART,
	 .at = AT(told),
	 .has_at = AT(has_told),
	 .members = saved_told_members},
	{.name = "parts", .kind = SAVED_BITS, .at = AT(subscription.parts), .word = part_word},
	{.name = "incomplete", .kind = SAVED_FLAG, .at = AT(subscription.incomplete)},
	{.name = "partial", .kind = SAVED_FLAG, .at = AT(subscription.partial)},
	{.name = "first_seen", .kind = SAVED_TIME, .at = AT(subscription.first_seen)},
	{.name = "last_seen", .kind = SAVED_TIME, .at = AT(subscription.last_seen)},
	{.name = "sightings", .kind = SAVED_IGNORED},
	SAVED_LIST("events", AT(subscription.events), true, struct sighting, sighting_members),
	SAVED_LIST("timeline", AT(subscription.timeline), false, struct timeline_entry,
		   entry_members),
	SAVED_RULES_MEMBERS,
	{.name = "known_good",
	 .kind = SAVED_PART,
	 .at = AT(finding),
	 .members = known_good_members},
	{0},
};
#undef AT

/* Where the line has it among the events. */
static const struct sighting *find_sighting(const GPtrArray *events, const struct sighting *copy)
{
	for (guint i = 0; i < events->len; i++)
		if (sighting_compare(events->pdata[i], copy) == 0)
			return events->pdata[i];
	return copy;
}

static void end_timeline(const GPtrArray *timeline)
{
	for (guint i = 0; i < timeline->len; i++) {
		struct timeline_entry *entry = timeline->pdata[i];

		entry->count = MAX(entry->count, 1);
		entry->last = entry->last ? entry->last : entry->ref.time;
		if (!entry->user)
			entry->user_name = NULL;
	}
}

static void end_content(struct saved_line *line)
{
	struct finding *finding = &line->finding;

	finding->has_fingerprints = true;
	if (line->filter) {
		line->subscription.filter = &line->filter->filter;
		finding->filter_sha256 = line->filter->sha256;
	}
	if (line->consumer) {
		line->subscription.consumer = &line->consumer->consumer;
		finding->consumer_sha256 = line->consumer->sha256;
	}
}

void saved_subscription_end(struct saved_reader *reader, struct saved_line *line)
{
	struct subscription *subscription = &line->subscription;
	const GPtrArray *contradictions = subscription->contradictions;

	if (line->has_presence != line->has_stored)
		saved_reader_fail(reader, "repository", "and stored do not come together");
	if (!subscription->events || !line->finding.matches)
		return;
	for (guint i = 0; contradictions && i < contradictions->len; i++) {
		struct contradiction *one = contradictions->pdata[i];

		one->sighting = find_sighting(subscription->events, one->sighting);
	}
	if (subscription->timeline)
		end_timeline(subscription->timeline);
	end_content(line);
	line->identity.name = subscription->host;
	subscription->identity = &line->identity;
	subscription->stored = line->has_stored ? &line->stored : NULL;
	subscription->told = line->has_told ? &line->told : NULL;
	if (!*subscription->id.text)
		subscription_identify(subscription);
	line->finding.kind = FINDING_SUBSCRIPTION;
	line->finding.subscription = subscription;
}
