/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/record_order.h"

#include <string.h>

#include "base/order.h"
#include "event/filetime.h"
#include "wmi/part.h"

/*
 * Times order the events of different logs, record ids those of one, whatever its clock did. So all
 * are sorted by time first; then the places that events of one log take are given to these in the
 * order of their ids. Where no clock was set back that changes nothing.
 */

#define LEAST_STEP (60 * WH_SECOND) /* smaller ones are events that overtook each other */

/* What the events of one log have in common; its texts are kept once, so pointers are compared. */
struct log_key {
	const struct host *host;
	const char *path;
	const char *entry;
	const char *via;
	bool is_sysmon; /* forwarded events of one file are of several logs */
};

/* One log of one host. */
struct ordered_log {
	struct log_key key;
	GPtrArray *sightings; /* struct part_sighting, by time */
	GArray *places; /* guint: where they stand among all */
};

/* The time stands beside the sighting, so that few of these are looked at. */
struct timed {
	uint64_t time;
	struct part_sighting *seen;
};

static void log_free(gpointer data)
{
	struct ordered_log *log = data;

	g_ptr_array_unref(log->sightings);
	g_array_unref(log->places);
	g_free(log);
}

static guint log_hash(gconstpointer data)
{
	const struct log_key *key = data;

	return g_direct_hash(key->host) ^ g_direct_hash(key->path) * 31 ^
	       g_direct_hash(key->entry) * 37 ^ g_direct_hash(key->via) * 41 ^ key->is_sysmon;
}

static gboolean log_equal(gconstpointer a, gconstpointer b)
{
	const struct log_key *one = a, *other = b;

	return one->host == other->host && one->path == other->path && one->entry == other->entry &&
	       one->via == other->via && one->is_sysmon == other->is_sysmon;
}

static int compare_timed(gconstpointer a, gconstpointer b, gpointer keeper)
{
	const struct timed *one = a, *other = b;
	int order = compare_numbers(one->time, other->time);

	order = order ? order : sighting_compare(&one->seen->sighting, &other->seen->sighting);
	return order ? order
		     : strcmp(part_get_order(keeper, one->seen->part),
			      part_get_order(keeper, other->seen->part));
}

/* Those of one log have their ranks by time. */
static int compare_ids(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *first = *(const struct part_sighting *const *)a;
	const struct part_sighting *second = *(const struct part_sighting *const *)b;
	int order = compare_numbers(first->sighting.ref.record_id, second->sighting.ref.record_id);

	return order ? order : compare_numbers(first->rank, second->rank);
}

/* What stands in slack may be of a log that was cleared since, with ids of its own. */
static bool has_place_in_log(const struct sighting *sighting)
{
	return sighting->ref.has_record_id && sighting->ref.path && !sighting->ref.recovered &&
	       sighting->ref.time;
}

static void add_to_log(GHashTable *logs, struct part_sighting *seen, guint place)
{
	const struct sighting *sighting = &seen->sighting;
	const struct log_key key = {
		.host = seen->part->host,
		.path = sighting->ref.path,
		.entry = sighting->ref.entry,
		.via = sighting->ref.via,
		/* 5861 and Sysmon's are never of the same log. */
		.is_sysmon = sighting->operation != WMI_REGISTERED,
	};
	struct ordered_log *log = g_hash_table_lookup(logs, &key);

	if (!log) {
		log = g_new0(struct ordered_log, 1);
		log->key = key;
		log->sightings = g_ptr_array_new();
		log->places = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(logs, &log->key, log);
	}
	g_ptr_array_add(log->sightings, seen);
	g_array_append_val(log->places, place);
}

static struct clock_step *make_step(const struct part_sighting *before,
				    const struct part_sighting *after)
{
	const struct sighting *one = &before->sighting, *other = &after->sighting;
	struct clock_step *step = g_new0(struct clock_step, 1);

	step->host = before->part->host->spelling;
	step->before_id = one->ref.record_id;
	step->after_id = other->ref.record_id;
	step->before = one->ref.time;
	step->after = other->ref.time;
	step->path = one->ref.path;
	step->entry = one->ref.entry;
	return step;
}

/* The sightings are in the order of their ids. */
static void find_step(const struct ordered_log *log, GPtrArray *steps)
{
	uint64_t largest = 0;
	guint at = 0;

	for (guint i = 1; i < log->sightings->len; i++) {
		const struct part_sighting *before = log->sightings->pdata[i - 1];
		const struct part_sighting *after = log->sightings->pdata[i];
		uint64_t from = before->sighting.ref.time, to = after->sighting.ref.time;

		if (from > to && from - to > largest) {
			largest = from - to;
			at = i;
		}
	}
	if (largest >= LEAST_STEP)
		g_ptr_array_add(
			steps, make_step(log->sightings->pdata[at - 1], log->sightings->pdata[at]));
}

static int compare_steps(gconstpointer a, gconstpointer b)
{
	const struct clock_step *one = *(const struct clock_step *const *)a;
	const struct clock_step *other = *(const struct clock_step *const *)b;
	int order = g_strcmp0(one->host, other->host);

	order = order ? order : g_strcmp0(one->path, other->path);
	order = order ? order : g_strcmp0(one->entry, other->entry);
	order = order ? order : compare_numbers(one->before_id, other->before_id);
	order = order ? order : compare_numbers(one->after_id, other->after_id);
	order = order ? order : compare_numbers(one->before, other->before);
	return order ? order : compare_numbers(one->after, other->after);
}

static void rank_by_time(struct keeper *keeper, const GPtrArray *sightings, GHashTable *logs)
{
	struct timed *sorted = g_new(struct timed, sightings->len + 1);

	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		sorted[i] = (struct timed){sighting_order_time(&seen->sighting), seen};
	}
	g_qsort_with_data(sorted, (gint)sightings->len, sizeof(*sorted), compare_timed, keeper);
	for (guint i = 0; i < sightings->len; i++) {
		sorted[i].seen->rank = i;
		if (has_place_in_log(&sorted[i].seen->sighting))
			add_to_log(logs, sorted[i].seen, i);
	}
	g_free(sorted);
}

static void rank_by_ids(struct ordered_log *log)
{
	g_ptr_array_sort(log->sightings, compare_ids);
	for (guint i = 0; i < log->sightings->len; i++)
		((struct part_sighting *)log->sightings->pdata[i])->rank =
			g_array_index(log->places, guint, i);
}

void rank_sightings(struct keeper *keeper, GPtrArray *sightings, GPtrArray *steps)
{
	g_autoptr(GHashTable) logs = g_hash_table_new_full(log_hash, log_equal, NULL, log_free);
	GHashTableIter iter;
	gpointer value;

	rank_by_time(keeper, sightings, logs);
	g_hash_table_iter_init(&iter, logs);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		rank_by_ids(value);
		find_step(value, steps);
	}
	g_ptr_array_sort(steps, compare_steps);
}
