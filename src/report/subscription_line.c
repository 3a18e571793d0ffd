/* SPDX-License-Identifier: Apache-2.0 */
#include "report/subscription_line.h"

#include "base/json.h"
#include "event/event_json.h"
#include "report/match_json.h"
#include "report/stored_json.h"
#include "report/timeline_json.h"
#include "report/told_json.h"
#include "wmi/wmi_json.h"

static void append_members(GString *out, const struct sighting *sighting)
{
	event_ref_append_time(&sighting->ref, out);
	event_ref_append_ids(&sighting->ref, true, out);
	json_add_string(out, "operation", sighting_word(sighting));
	json_add_present(out, "user", sighting->user);
	event_ref_append_source(&sighting->ref, out);
}

static void append_sighting(GString *out, const struct sighting *sighting)
{
	json_open_object(out, NULL);
	append_members(out, sighting);
	json_close_object(out);
}

static void append_contradictions(GString *out, const GPtrArray *contradictions)
{
	json_open_array(out, "contradicted_by");
	for (guint i = 0; i < contradictions->len; i++) {
		const struct contradiction *contradiction = contradictions->pdata[i];

		json_open_object(out, NULL);
		json_add_string(out, "says", wmi_state_name(contradiction->says));
		append_members(out, contradiction->sighting);
		json_close_object(out);
	}
	json_close_array(out);
}

static void append_sightings(GString *out, const GPtrArray *events)
{
	json_add_uint(out, "sightings", events->len);
	json_open_array(out, "events");
	for (guint i = 0; i < events->len; i++)
		append_sighting(out, g_ptr_array_index(events, i));
	json_close_array(out);
}

static void append_known_good(GString *out, const struct finding *finding)
{
	if (!finding->known_good_id)
		return;
	json_open_object(out, "known_good");
	json_add_present(out, "id", finding->known_good_id);
	json_add_present(out, "title", finding->known_good_title);
	json_close_object(out);
}

static void append_content(GString *out, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;

	if (!finding->has_fingerprints) {
		wmi_content_append_json(subscription, out);
		return;
	}
	wmi_filter_append_json(subscription->filter, finding->filter_sha256, out);
	wmi_consumer_append_json(subscription->consumer, finding->consumer_sha256, out);
}

void subscription_line_append(const struct finding *finding, bool explain, GString *out)
{
	const struct subscription *subscription = finding->subscription;

	line_open(out, "subscription", &subscription->id);
	json_add_present(out, "host", subscription->host);
	host_identity_append_names(subscription->identity, out);
	json_add_present(out, "namespace", subscription->namespace);
	append_content(out, finding);
	json_add_string(out, "state", wmi_state_name(subscription->state));
	if (subscription->contradictions)
		append_contradictions(out, subscription->contradictions);
	if (subscription->stored)
		stored_append_json(subscription->stored, out);
	if (subscription->told)
		told_append_json(subscription->told, out);
	parts_append_json(subscription->parts, out);
	json_add_flag(out, "incomplete", subscription->incomplete);
	json_add_flag(out, "partial", subscription->partial);
	time_append_json("first_seen", subscription->first_seen, out);
	time_append_json("last_seen", subscription->last_seen, out);
	append_sightings(out, subscription->events);
	if (subscription->timeline)
		timeline_append_json(subscription->timeline, out);
	matches_append_json(finding, explain, out);
	append_known_good(out, finding);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
