/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_start.h"

#include "base/order.h"

/*
 * WMI logs 5861 for each live binding when it starts; in real logs the replay came up to two
 * minutes after 5617.
 */
#define REPLAY_TIME (10 * 60 * WH_SECOND)

static int compare_times(gconstpointer a, gconstpointer b)
{
	const uint64_t *one = a, *other = b;

	return compare_numbers(*one, *other);
}

static uint64_t get_time(const void *times, size_t i)
{
	return ((const uint64_t *)times)[i];
}

/* The first of sorted times that is at or after `time`; UINT64_MAX for none. */
static uint64_t first_from(const GArray *times, uint64_t time)
{
	size_t before = lower_bound(times->data, times->len, get_time, time);

	return before < times->len ? g_array_index(times, uint64_t, before) : UINT64_MAX;
}

static bool is_replay_of(const GArray *starts, uint64_t time)
{
	uint64_t start = first_from(starts, time > REPLAY_TIME ? time - REPLAY_TIME : 0);

	return start <= time;
}

void host_note_starts(struct link_host *host)
{
	for (guint i = 0; i < host->evidence->len; i++) {
		const struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->kind != EVIDENCE_WMI_STARTED)
			continue;
		g_array_append_vals(host->starts, evidence->times->data, evidence->times->len);
		g_array_append_val(host->starts, evidence->last);
	}
	g_array_sort(host->starts, compare_times);
	for (guint i = 0; i < host->candidates->len; i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		candidate->is_replay =
			!candidate->is_created && is_replay_of(host->starts, candidate->made);
	}
}

/* When 5861 was logged on the host, sorted. */
static GArray *note_registrations(const struct link_host *host)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	for (guint i = 0; i < host->candidates->len; i++) {
		const struct candidate *candidate = host->candidates->pdata[i];
		const GPtrArray *events = candidate->subscription->events;

		for (guint j = 0; j < events->len; j++) {
			const struct sighting *sighting = events->pdata[j];

			if (sighting->operation == WMI_REGISTERED)
				g_array_append_val(times, sighting->ref.time);
		}
	}
	g_array_sort(times, compare_times);
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

/* Nothing was replayed, though WMI ran and logged long enough. */
static bool is_silent(const struct link_host *host, const GArray *registrations, uint64_t start,
		      uint64_t log_end)
{
	uint64_t until = start + REPLAY_TIME;

	return until > start && log_end > until && first_from(host->starts, start + 1) > until &&
	       first_from(registrations, start) > until;
}

static void link_silent_start(struct link_host *host, struct evidence *evidence, uint64_t start)
{
	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (!candidate->registered || candidate->registered >= start ||
		    candidate->gone < start)
			continue;
		evidence->not_replayed = true;
		candidate_link(candidate, evidence, LINK_NOT_REPLAYED, start,
			       g_strdup("WMI started and logged no 5861 within 10 min, as it does "
					"for live subscriptions"));
	}
}

void host_link_missing_replays(struct link_host *host)
{
	g_autoptr(GArray) registrations = note_registrations(host);
	uint64_t log_end = find_log_end(host, registrations);

	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		for (guint j = 0;
		     evidence->kind == EVIDENCE_WMI_STARTED && j < evidence->times->len; j++) {
			uint64_t start = g_array_index(evidence->times, uint64_t, j);

			if (is_silent(host, registrations, start, log_end))
				link_silent_start(host, evidence, start);
		}
	}
}
