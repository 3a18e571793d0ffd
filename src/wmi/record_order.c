/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/record_order.h"

#include "base/order.h"
#include "event/filetime.h"
#include "wmi/part.h"

/*
 * Times order the events of different logs, record ids those of one, whatever its clock did. So all
 * are sorted by time first; then the places that events of one log take are given to these in the
 * order of their ids. Where no clock was set back that changes nothing.
 */

#define LEAST_STEP (60 * WH_SECOND) /* smaller ones are events that overtook each other */

/* One log of one host. */
struct ordered_log {
	GPtrArray *sightings; /* struct part_sighting, by time */
	GArray *places; /* guint: where they stand among all */
};

void clock_step_free(struct clock_step *step)
{
	g_free(step->host);
	g_free(step->path);
	g_free(step->entry);
	g_free(step);
}

static void log_free(gpointer data)
{
	struct ordered_log *log = data;

	g_ptr_array_unref(log->sightings);
	g_array_unref(log->places);
	g_free(log);
}

static int compare_times(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *first = *(const struct part_sighting *const *)a;
	const struct part_sighting *second = *(const struct part_sighting *const *)b;
	int order = sighting_compare(first->sighting, second->sighting);

	return order ? order : g_strcmp0(first->part->key, second->part->key);
}

static int compare_ids(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *first = *(const struct part_sighting *const *)a;
	const struct part_sighting *second = *(const struct part_sighting *const *)b;
	int order =
		compare_numbers(first->sighting->ref.record_id, second->sighting->ref.record_id);

	return order ? order : compare_times(a, b);
}

/* What stands in slack may be of a log that was cleared since, with ids of its own. */
static bool has_place_in_log(const struct sighting *sighting)
{
	return sighting->ref.has_record_id && sighting->ref.path && !sighting->ref.recovered &&
	       sighting->ref.time;
}

/* Forwarded events of one file are of several logs: 5861 and Sysmon's are never of the same. */
static char *log_key(const struct part_sighting *seen)
{
	const struct sighting *sighting = seen->sighting;

	return g_strdup_printf("%p\n%d\n%s\n%s\n%s", (const void *)seen->part->host,
			       sighting->operation != WMI_REGISTERED, sighting->ref.path,
			       sighting->ref.entry ? sighting->ref.entry : "",
			       sighting->ref.via ? sighting->ref.via : "");
}

static void add_to_log(GHashTable *logs, struct part_sighting *seen, guint place)
{
	g_autofree char *key = log_key(seen);
	struct ordered_log *log = g_hash_table_lookup(logs, key);

	if (!log) {
		log = g_new0(struct ordered_log, 1);
		log->sightings = g_ptr_array_new();
		log->places = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(logs, g_steal_pointer(&key), log);
	}
	g_ptr_array_add(log->sightings, seen);
	g_array_append_val(log->places, place);
}

static struct clock_step *make_step(const struct part_sighting *before,
				    const struct part_sighting *after)
{
	const struct sighting *one = before->sighting, *other = after->sighting;
	struct clock_step *step = g_new0(struct clock_step, 1);

	step->host = g_strdup(before->part->host->spelling);
	step->before_id = one->ref.record_id;
	step->after_id = other->ref.record_id;
	step->before = one->ref.time;
	step->after = other->ref.time;
	step->path = g_strdup(one->ref.path);
	step->entry = g_strdup(one->ref.entry);
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
		uint64_t from = before->sighting->ref.time, to = after->sighting->ref.time;

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
	return order ? order : compare_numbers(one->before_id, other->before_id);
}

void rank_sightings(GPtrArray *sightings, GPtrArray *steps)
{
	g_autoptr(GHashTable) logs =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, log_free);
	GHashTableIter iter;
	gpointer value;

	g_ptr_array_sort(sightings, compare_times);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		seen->rank = i;
		if (has_place_in_log(seen->sighting))
			add_to_log(logs, seen, i);
	}
	g_hash_table_iter_init(&iter, logs);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct ordered_log *log = value;

		g_ptr_array_sort(log->sightings, compare_ids);
		for (guint i = 0; i < log->sightings->len; i++)
			((struct part_sighting *)log->sightings->pdata[i])->rank =
				g_array_index(log->places, guint, i);
		find_step(log, steps);
	}
	g_ptr_array_sort(steps, compare_steps);
}
