/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_start.h"

#include "base/order.h"
#include "event/event_times.h"

/*
 * WMI logs 5861 for each live binding when it starts; in real logs the replay came up to two
 * minutes after 5617, by the same process. What is logged while WMI had been up for longer was made
 * then.
 */
#define REPLAY_TIME (10 * 60 * WH_SECOND)
#define ONE_BOOT (5 * 60 * WH_SECOND) /* between the events that one start of Windows logs */
#define MOST_STARTS 16 /* that are looked at for the one of a process */
#define SLACK (2 * WH_SECOND) /* between Sysmon's event and WMI's of one act */

static int compare_starts(gconstpointer a, gconstpointer b)
{
	const struct wmi_start *one = a, *other = b;
	int order = compare_numbers(one->time, other->time);

	return order ? order : compare_numbers(one->process_id, other->process_id);
}

/* A start of Windows is logged by several events. */
static void drop_same_boots(GArray *boots)
{
	guint kept = 0;

	for (guint i = 0; i < boots->len; i++) {
		uint64_t time = g_array_index(boots, uint64_t, i);

		if (kept == 0 || time - g_array_index(boots, uint64_t, kept - 1) > ONE_BOOT)
			g_array_index(boots, uint64_t, kept++) = time;
	}
	g_array_set_size(boots, kept);
}

static void note_activity(struct link_host *host, const struct evidence *evidence)
{
	if (!evidence->repeats)
		g_array_append_val(host->activity, evidence->event.ref.time);
	for (guint i = 0; evidence->repeats && i < evidence->repeats->len; i++)
		g_array_append_val(
			host->activity,
			g_array_index(evidence->repeats, struct evidence_repeat, i).ref.time);
}

static void note_evidence(struct link_host *host, const struct evidence *evidence)
{
	const struct wmi_start start = {evidence->event.ref.time, &evidence->event.ref,
					evidence->event.process_id, evidence->event.has_process_id};

	note_activity(host, evidence);
	if (evidence->kind == EVIDENCE_WMI_STARTED)
		g_array_append_val(host->starts, start);
	else if (evidence->kind == EVIDENCE_MACHINE_STARTED)
		g_array_append_val(host->boots, start.time);
	else if (evidence->kind == EVIDENCE_MACHINE_STOPPED)
		g_array_append_val(host->stops, start.time);
}

/* Sysmon says that something was made at that time. */
static bool is_created_at(const GPtrArray *events, const struct event_ref *event)
{
	for (guint i = 0; i < events->len; i++) {
		const struct sighting *sighting = events->pdata[i];

		if (sighting->operation == WMI_CREATED &&
		    event_distance(&sighting->ref, event) <= SLACK)
			return true;
	}
	return false;
}

static bool is_by(const struct wmi_start *start, const struct sighting *sighting)
{
	return !start->has_process_id || !sighting->has_process_id ||
	       start->process_id == sighting->process_id;
}

/* Where the clock was set back, a start that comes later by its time may have come before. */
static bool came_before(const struct wmi_start *start, const struct wmi_start *other)
{
	return event_refs_share_file(start->ref, other->ref) &&
	       start->ref->record_id < other->ref->record_id;
}

/* The start of the WMI that logged it, or NULL. Where coarse times leave open which was first, the
 * start was: it is what makes WMI log. */
static const struct wmi_start *find_start(const struct link_host *host,
					  const struct sighting *sighting)
{
	const struct wmi_start *last = host_find_wmi_start(host, event_latest(&sighting->ref));
	const struct wmi_start *first = (const struct wmi_start *)host->starts->data;
	const struct wmi_start *start = last;

	while (start && !is_by(start, sighting)) {
		if (start == first || last - start >= MOST_STARTS)
			return NULL;
		start--;
	}
	for (const struct wmi_start *between = start; start && between < last; between++)
		if (!came_before(&between[1], start))
			return NULL;
	return start;
}

static enum wmi_registration judge(const struct link_host *host, const struct sighting *sighting,
				   bool is_first)
{
	const struct wmi_start *start = find_start(host, sighting);

	if (!start)
		return REGISTRATION_UNKNOWN;
	if (event_distance(start->ref, &sighting->ref) <= REPLAY_TIME)
		return REGISTRATION_REPLAYED;
	return is_first ? REGISTRATION_MADE : REGISTRATION_UNKNOWN;
}

static void judge_registrations(const struct link_host *host, struct candidate *candidate)
{
	const GPtrArray *events = candidate->subscription->events;
	bool is_first = true;

	for (guint i = 0; i < events->len; i++) {
		struct sighting *sighting = events->pdata[i];

		if (sighting->operation != WMI_REGISTERED)
			continue;
		if (is_first && candidate->is_created && is_created_at(events, &sighting->ref))
			sighting->registration = REGISTRATION_MADE;
		else
			sighting->registration = judge(host, sighting, is_first);
		if (is_first && !candidate->is_created) {
			candidate->is_replay = sighting->registration == REGISTRATION_REPLAYED;
			candidate->is_created = sighting->registration == REGISTRATION_MADE;
		}
		is_first = false;
	}
}

void host_note_starts(struct link_host *host)
{
	for (guint i = 0; i < host->evidence->len; i++)
		note_evidence(host, host->evidence->pdata[i]);
	g_array_sort(host->starts, compare_starts);
	g_array_sort(host->boots, compare_uint64);
	g_array_sort(host->stops, compare_uint64);
	g_array_sort(host->activity, compare_uint64);
	drop_same_boots(host->boots);
	for (guint i = 0; i < host->candidates->len; i++)
		judge_registrations(host, host->candidates->pdata[i]);
}

/* When 5861 was logged on the host, at the latest; sorted. */
static GArray *note_registrations(const struct link_host *host)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	for (guint i = 0; i < host->candidates->len; i++) {
		const struct candidate *candidate = host->candidates->pdata[i];
		const GPtrArray *events = candidate->subscription->events;

		for (guint j = 0; j < events->len; j++) {
			const struct sighting *sighting = events->pdata[j];
			uint64_t latest = event_latest(&sighting->ref);

			if (sighting->operation == WMI_REGISTERED)
				g_array_append_val(times, latest);
		}
	}
	g_array_sort(times, compare_uint64);
	return times;
}

/* The last event that is known of WMI-Activity's log: after it there may be no log. */
static uint64_t find_log_end(const struct link_host *host, const GArray *registrations)
{
	uint64_t end = 0;

	if (registrations->len > 0)
		end = g_array_index(registrations, uint64_t, registrations->len - 1);
	for (guint i = 0; i < host->evidence->len; i++) {
		const struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->traits->flags & IN_WMI_LOG)
			end = MAX(end, evidence->last);
	}
	return end;
}

static uint64_t next_wmi_start(const struct link_host *host, uint64_t time)
{
	const GArray *starts = host->starts;
	const struct wmi_start *last = host_find_wmi_start(host, time);
	guint next = last ? (guint)(last - (const struct wmi_start *)starts->data) + 1 : 0;

	return next < starts->len ? g_array_index(starts, struct wmi_start, next).time : UINT64_MAX;
}

/* Did it stay up until then, as far as the logs know? Something must have been logged after that,
 * and before it went down. */
static bool stayed_up(const struct link_host *host, uint64_t start, uint64_t until)
{
	uint64_t next = next_wmi_start(host, start);

	next = MIN(next, times_first_from(host->boots, start + 1));
	next = MIN(next, times_first_from(host->stops, start + 1));
	return next > until && times_first_from(host->activity, until + 1) <= next;
}

/* Nothing was replayed, though WMI ran and logged long enough. */
static bool is_silent(const struct link_host *host, const GArray *registrations, uint64_t start,
		      uint64_t log_end)
{
	uint64_t until = start + REPLAY_TIME;

	return until > start && log_end > until && stayed_up(host, start, until) &&
	       times_first_from(registrations, start) > until;
}

static void link_silent_start(struct link_host *host, struct evidence *evidence)
{
	const struct event_ref *start = &evidence->event.ref;

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (!candidate->registered ||
		    event_order(candidate->registered, start) != EVENT_BEFORE ||
		    (candidate->gone && event_order(candidate->gone, start) != EVENT_AFTER))
			continue;
		evidence->not_replayed = true;
		candidate_link(candidate, evidence, LINK_NOT_REPLAYED, NULL,
			       g_strdup("WMI started and logged no 5861 within 10 min, as it does "
					"for live subscriptions"));
	}
}

void host_link_missing_replays(struct link_host *host)
{
	g_autoptr(GArray) registrations = note_registrations(host);
	uint64_t log_end = find_log_end(host, registrations);

	for (guint i = 0; i < host->evidence->len && host_spend(host); i++) {
		struct evidence *evidence = host->evidence->pdata[i];
		uint64_t start = evidence->event.ref.time;

		if (evidence->kind == EVIDENCE_WMI_STARTED &&
		    is_silent(host, registrations, start, log_end))
			link_silent_start(host, evidence);
	}
}
