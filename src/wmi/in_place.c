/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/in_place.h"

#include <stdint.h>
#include <string.h>

#include "base/order.h"
#include "wmi/part.h"

static int compare_roots(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *one = *(const struct part_sighting *const *)a;
	const struct part_sighting *other = *(const struct part_sighting *const *)b;
	int order = compare_numbers((uintptr_t)one->part->host, (uintptr_t)other->part->host);

	return order ? order : strcmp(one->root, other->root);
}

/* In that order what is inside of a collection follows it at once. */
bool in_place_mark(const GPtrArray *sightings)
{
	g_autoptr(GPtrArray) placed = g_ptr_array_new();
	const struct part_sighting *outermost = NULL;

	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		seen->in_place = false;
		if (seen->root)
			g_ptr_array_add(placed, seen);
	}
	g_ptr_array_sort(placed, compare_roots);
	for (guint i = 0; i < placed->len; i++) {
		struct part_sighting *seen = placed->pdata[i];

		if (!outermost || outermost->part->host != seen->part->host ||
		    !g_str_has_prefix(seen->root, outermost->root))
			outermost = seen;
		seen->in_place = strcmp(seen->root, outermost->root) == 0;
	}
	return placed->len > 0;
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

/* Of copies those that stand in a collection come first, the outer ones before the inner. */
static int compare_copies(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *one = *(const struct part_sighting *const *)a;
	const struct part_sighting *other = *(const struct part_sighting *const *)b;
	int order = compare_records(&one->sighting, &other->sighting);

	order = order ? order : compare_numbers(!one->root, !other->root);
	return order ? order : g_strcmp0(one->root, other->root);
}

static bool is_further_in(const struct part_sighting *seen, const struct part_sighting *outer)
{
	return !seen->root ||
	       (g_str_has_prefix(seen->root, outer->root) && strcmp(seen->root, outer->root) != 0);
}

void in_place_drop_copies(struct part *part)
{
	g_autoptr(GPtrArray) sightings = g_ptr_array_sized_new(part->count);
	const struct part_sighting *outer = NULL;
	struct part_sighting **last = &part->sightings;

	for (struct part_sighting *seen = part->sightings; seen; seen = seen->next)
		g_ptr_array_add(sightings, seen);
	g_ptr_array_sort(sightings, compare_copies);
	part->count = 0;
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		if (outer && compare_records(&outer->sighting, &seen->sighting) == 0 &&
		    is_further_in(seen, outer))
			continue;
		outer = seen->root ? seen : NULL;
		*last = seen;
		last = &seen->next;
		part->count++;
	}
	*last = NULL;
}
