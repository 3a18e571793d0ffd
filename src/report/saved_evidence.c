/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "evidence/evidence_id.h"
#include "report/saved_line.h"
#include "report/saved_tables.h"

static const char *level_word(unsigned index)
{
	return index <= LEVEL_CRITICAL ? rule_level_name(index) : NULL;
}

#define AT(place) offsetof(struct match_field, place)
static const struct saved_member field_members[] = {
	{.name = "field", .kind = SAVED_TEXT, .at = AT(field), .needed = true},
	{.name = "text", .kind = SAVED_TEXT, .at = AT(text)},
	{0},
};
#undef AT

#define AT(place) offsetof(struct match, place)
const struct saved_member saved_match_members[] = {
	{.name = "rule_id", .kind = SAVED_TEXT, .at = AT(rule_id)},
	{.name = "title", .kind = SAVED_TEXT, .at = AT(title), .needed = true},
	{.name = "level", .kind = SAVED_WORD, .at = AT(level), .needed = true, .word = level_word},
	{.name = "tags", .kind = SAVED_TEXTS, .at = AT(tags)},
	{.name = "references", .kind = SAVED_TEXTS, .at = AT(references)},
	{.name = "triage", .kind = SAVED_TEXT, .at = AT(triage)},
	SAVED_LIST("fields", AT(fields), true, struct match_field, field_members),
	{0},
};
#undef AT

#define AT(place) offsetof(struct evidence, place)

/* The process that evidence names: no evidence of its own, but its start. */
static const struct saved_member process_members[] = {
	SAVED_TIME_MEMBERS(struct evidence, event.ref),
	{.name = "process_id", .kind = SAVED_UINT32, .at = AT(process_id), .needed = true},
	{.name = "image", .kind = SAVED_TEXT, .at = AT(image)},
	{.name = "command_line", .kind = SAVED_TEXT, .at = AT(text)},
	{.name = "user", .kind = SAVED_TEXT, .at = AT(user)},
	{0},
};
#undef AT

/* A link, and as much of its subscription as it names. */
struct saved_link {
	struct evidence_link link;
	struct subscription subscription;
	struct wmi_filter filter;
	struct wmi_consumer consumer;
};

#define AT(place) offsetof(struct saved_link, place)
static const struct saved_member link_members[] = {
	SAVED_ID_MEMBER(AT(subscription.id)),
	{.name = "namespace", .kind = SAVED_TEXT, .at = AT(subscription.namespace)},
	{.name = "filter_name", .kind = SAVED_TEXT, .at = AT(filter.name)},
	{.name = "consumer_name", .kind = SAVED_TEXT, .at = AT(consumer.name)},
	{.name = "class", .kind = SAVED_TEXT, .at = AT(consumer.class_name)},
	{.name = "why", .kind = SAVED_TEXT, .at = AT(link.why), .needed = true},
	{0},
};
#undef AT

#define AT(place) offsetof(struct saved_line, place)

/* Those that are no members of an event line. */
const struct saved_member saved_evidence_members[] = {
	SAVED_ID_MEMBER(AT(id)),
	{.name = "evidence", .kind = SAVED_IGNORED, .needed = true},
	{.name = "related", .kind = SAVED_FLAG, .at = AT(finding.is_related)},
	{.name = "count", .kind = SAVED_UINT32, .at = AT(evidence_count)},
	{.name = "last", .kind = SAVED_TIME, .at = AT(evidence_last)},
	{.name = "user_name", .kind = SAVED_TEXT, .at = AT(user_name)},
	SAVED_NEW("process", AT(process), struct evidence, process_members),
	SAVED_NEW("parent", AT(parent), struct evidence, process_members),
	{.name = "not_replayed", .kind = SAVED_FLAG, .at = AT(not_replayed)},
	{.name = "local", .kind = SAVED_FLAG, .at = AT(is_local)},
	SAVED_RULES_MEMBERS,
	SAVED_LIST("links", AT(links), false, struct saved_link, link_members),
	{0},
};
#undef AT

/* The links begin with a struct evidence_link. */
static void end_links(const GPtrArray *links)
{
	for (guint i = 0; links && i < links->len; i++) {
		struct saved_link *one = links->pdata[i];

		one->link.subscription = &one->subscription;
		one->subscription.filter = &one->filter;
		one->subscription.consumer = &one->consumer;
	}
}

void saved_evidence_end(struct saved_reader *reader, struct saved_line *line)
{
	struct evidence *evidence = evidence_from_event(&line->event);

	(void)reader;
	line->evidence = evidence;
	end_links(line->links);
	evidence->count = MAX(line->evidence_count, 1);
	evidence->last = line->evidence_last ? line->evidence_last : evidence->event.ref.time;
	evidence->user_name = evidence->user ? line->user_name : NULL;
	evidence->process = line->process;
	evidence->parent = line->parent;
	if (evidence->process && !evidence->image)
		evidence->image = evidence->process->image;
	evidence->is_local = line->is_local;
	if (line->is_local)
		evidence->from = NULL;
	evidence->not_replayed = line->not_replayed;
	g_clear_pointer(&evidence->links, g_ptr_array_unref);
	evidence->links = line->links ? g_ptr_array_ref(line->links) : NULL;
	evidence->id = line->id;
	if (!*evidence->id.text)
		evidence_identify(evidence, evidence->event.host);
	line->finding.kind = FINDING_EVIDENCE;
	line->finding.evidence = evidence;
}

static const struct saved_member correlated_event_members[] = {
	SAVED_REF_MEMBERS(struct correlated_event, ref),
	{.name = "host", .kind = SAVED_TEXT, .at = offsetof(struct correlated_event, host)},
	{0},
};

static const struct saved_member matched_by_members[] = {
	{.name = "rule_id", .kind = SAVED_TEXT, .at = offsetof(struct match, rule_id)},
	{.name = "title", .kind = SAVED_TEXT, .at = offsetof(struct match, title), .needed = true},
	SAVED_LIST("fields", offsetof(struct match, fields), true, struct match_field,
		   field_members),
	{0},
};

const struct saved_member saved_matched_members[] = {
	SAVED_REF_MEMBERS(struct saved_line, matched.ref),
	{.name = "host", .kind = SAVED_TEXT, .at = offsetof(struct saved_line, matched.host)},
	SAVED_LIST("rules", offsetof(struct saved_line, matched_by), true, struct match,
		   matched_by_members),
	{0},
};

/* Names and values of what its events have in common. */
static void read_group(struct saved_reader *reader, const char *name, void *place)
{
	struct saved_line *line = place;
	const char *key;
	size_t length;

	if (!saved_reader_expect(reader, name, JSON_KIND_OBJECT, "is no object"))
		return;
	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		char *field = arena_copy(&reader->arena, key, length);
		const char *value = saved_read_text(reader, name);

		g_ptr_array_add(line->rule.group_by, field);
		g_ptr_array_add(line->correlation.group, (gpointer)(value ? value : ""));
	}
}

#define AT(place) offsetof(struct saved_line, place)

const struct saved_member saved_correlation_members[] = {
	{.name = "kind", .kind = SAVED_IGNORED},
	SAVED_ID_MEMBER(AT(correlation.id)),
	{.name = "host", .kind = SAVED_TEXT, .at = AT(correlation.host)},
	{.name = "rule_id", .kind = SAVED_TEXT, .at = AT(rule.id)},
	{.name = "title", .kind = SAVED_TEXT, .at = AT(rule.title), .needed = true},
	{.name = "tags", .kind = SAVED_TEXTS, .at = AT(rule.tags)},
	{.name = "group", .kind = SAVED_CALL, .call = read_group},
	{.name = "first_seen", .kind = SAVED_TIME, .at = AT(correlation.first)},
	{.name = "last_seen", .kind = SAVED_TIME, .at = AT(correlation.last)},
	{.name = "count", .kind = SAVED_UINT64, .at = AT(correlation.count), .needed = true},
	SAVED_LIST("events", AT(correlation.events), true, struct correlated_event,
		   correlated_event_members),
	SAVED_RULES_MEMBERS,
	{0},
};
#undef AT

void saved_correlation_end(struct saved_reader *reader, struct saved_line *line)
{
	struct correlation_finding *held = &line->correlation;

	if (held->events && held->events->len == 0)
		saved_reader_fail(reader, "events", "is empty");
	held->correlation = &line->rule;
	held->matches = line->finding.matches;
	if (!*held->id.text && held->events && held->events->len)
		correlation_identify(held, held->host);
	line->finding.kind = FINDING_CORRELATION;
	line->finding.correlation = held;
}
