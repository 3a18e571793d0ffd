/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/in_place.h"

#include <stdint.h>
#include <string.h>

#include "base/order.h"
#include "event/collection.h"
#include "wmi/part.h"

/* A sighting below some winevt/Logs. */
struct placed {
	struct part_sighting *seen;
	char *root;
};

static void clear_placed(gpointer data)
{
	g_free(((struct placed *)data)->root);
}

static int compare_placed(gconstpointer a, gconstpointer b)
{
	const struct placed *one = a, *other = b;
	int order = compare_numbers((uintptr_t)one->seen->part->host,
				    (uintptr_t)other->seen->part->host);

	return order ? order : strcmp(one->root, other->root);
}

/* In that order what is inside of a collection follows it at once. */
void in_place_mark(const GPtrArray *sightings)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct placed));
	const struct placed *outermost = NULL;

	g_array_set_clear_func(list, clear_placed);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];
		struct placed placed = {seen, collection_root(&seen->sighting->ref)};

		seen->in_place = false;
		if (placed.root)
			g_array_append_val(list, placed);
	}
	g_array_sort(list, compare_placed);
	for (guint i = 0; i < list->len; i++) {
		const struct placed *placed = &g_array_index(list, struct placed, i);

		if (!outermost || outermost->seen->part->host != placed->seen->part->host ||
		    !g_str_has_prefix(placed->root, outermost->root))
			outermost = placed;
		placed->seen->in_place = strcmp(placed->root, outermost->root) == 0;
	}
}

/* 0 for what is the same record, wherever it was read. */
static int compare_records(const struct sighting *a, const struct sighting *b)
{
	int order = compare_numbers(a->ref.time, b->ref.time);

	order = order ? order : compare_numbers(a->ref.has_record_id, b->ref.has_record_id);
	order = order ? order : compare_numbers(a->ref.record_id, b->ref.record_id);
	order = order ? order : compare_numbers(a->ref.event_id, b->ref.event_id);
	order = order ? order : g_strcmp0(a->ref.channel, b->ref.channel);
	order = order ? order : compare_numbers(a->operation, b->operation);
	order = order ? order : compare_numbers(a->has_process_id, b->has_process_id);
	order = order ? order : compare_numbers(a->process_id, b->process_id);
	return order ? order : g_strcmp0(a->user, b->user);
}

/* Of copies that in place comes first. */
static int compare_copies(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *one = *(const struct part_sighting *const *)a;
	const struct part_sighting *other = *(const struct part_sighting *const *)b;
	int order = compare_records(one->sighting, other->sighting);

	return order ? order : compare_numbers(other->in_place, one->in_place);
}

void in_place_drop_copies(GPtrArray *sightings)
{
	const struct part_sighting *original = NULL;
	guint kept = 0;

	g_ptr_array_sort(sightings, compare_copies);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		if (seen->in_place)
			original = seen;
		if (!seen->in_place && original &&
		    compare_records(original->sighting, seen->sighting) == 0)
			part_sighting_free(seen);
		else
			sightings->pdata[kept++] = seen;
	}
	g_ptr_array_set_size(sightings, (gint)kept);
}
