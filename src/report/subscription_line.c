/* SPDX-License-Identifier: Apache-2.0 */
#include "report/subscription_line.h"

#include "base/json.h"
#include "event/event_json.h"
#include "event/filetime.h"
#include "report/wmi_json.h"

static void append_time(GString *out, const char *key, uint64_t filetime)
{
	char text[WH_FILETIME_TEXT];

	if (!filetime)
		return;
	filetime_format(filetime, text);
	json_add_string(out, key, text);
}

static void append_parts(GString *out, unsigned parts)
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

static void append_sighting(GString *out, const struct sighting *sighting)
{
	json_open_object(out, NULL);
	append_time(out, "time", sighting->time);
	json_add_uint(out, "event_id", sighting->event_id);
	if (sighting->has_record_id)
		json_add_uint(out, "record_id", sighting->record_id);
	json_add_string(out, "operation", wmi_operation_name(sighting->operation));
	json_add_present(out, "user", sighting->user);
	source_append_json(&sighting->source, out);
	json_close_object(out);
}

static void append_sightings(GString *out, const GPtrArray *events)
{
	json_add_uint(out, "sightings", events->len);
	json_open_array(out, "events");
	for (guint i = 0; i < events->len; i++)
		append_sighting(out, g_ptr_array_index(events, i));
	json_close_array(out);
}

static void append_tags(GString *out, const GPtrArray *tags)
{
	if (!tags || tags->len == 0)
		return;
	json_open_array(out, "tags");
	for (guint i = 0; i < tags->len; i++)
		json_add_string(out, NULL, g_ptr_array_index(tags, i));
	json_close_array(out);
}

static void append_match(GString *out, const struct match *match)
{
	json_open_object(out, NULL);
	json_add_present(out, "rule_id", match->rule_id);
	json_add_present(out, "title", match->title);
	json_add_string(out, "level", rule_level_name(match->level));
	append_tags(out, match->tags);
	json_open_array(out, "fields");
	for (guint i = 0; i < match->fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(match->fields, i);

		json_open_object(out, NULL);
		json_add_string(out, "field", field->field);
		json_add_present(out, "text", field->text);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
}

static void append_matches(GString *out, const GPtrArray *matches)
{
	if (matches->len > 0) {
		const struct match *highest = g_ptr_array_index(matches, 0);

		json_add_string(out, "level", rule_level_name(highest->level));
	}
	json_open_array(out, "matches");
	for (guint i = 0; i < matches->len; i++)
		append_match(out, g_ptr_array_index(matches, i));
	json_close_array(out);
}

static void append_known_good(GString *out, const struct verdict *verdict)
{
	if (!verdict->known_good_id)
		return;
	json_open_object(out, "known_good");
	json_add_present(out, "id", verdict->known_good_id);
	json_add_present(out, "title", verdict->known_good_title);
	json_close_object(out);
}

void subscription_line_append(const struct subscription *subscription,
			      const struct verdict *verdict, GString *out)
{
	json_open_object(out, NULL);
	json_add_string(out, "kind", "subscription");
	json_add_present(out, "host", subscription->host);
	json_add_present(out, "namespace", subscription->namespace);
	wmi_filter_append_json(subscription->filter, out);
	wmi_consumer_append_json(subscription->consumer, out);
	json_add_string(out, "state", wmi_state_name(subscription->state));
	append_parts(out, subscription->parts);
	if (subscription->incomplete)
		json_add_bool(out, "incomplete", true);
	append_time(out, "first_seen", subscription->first_seen);
	append_time(out, "last_seen", subscription->last_seen);
	append_sightings(out, subscription->events);
	append_matches(out, verdict->matches);
	append_known_good(out, verdict);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
