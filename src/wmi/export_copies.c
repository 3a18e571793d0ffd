/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/export_copies.h"

#include <string.h>

#include "base/order.h"
#include "event/event_times.h"
#include "wmi/part.h"

static const struct event_ref *ref_of(const struct part_sighting *seen)
{
	return &seen->sighting.ref;
}

static bool is_exported(const struct part_sighting *seen)
{
	return ref_of(seen)->format != EVENT_FORMAT_LOG;
}

/* The better source comes first. */
static int compare_sources(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *one = *(const struct part_sighting *const *)a;
	const struct part_sighting *other = *(const struct part_sighting *const *)b;
	int order = compare_numbers(is_exported(one), is_exported(other));

	order = order ? order : compare_numbers(ref_of(one)->local_time, ref_of(other)->local_time);
	order = order ? order : compare_numbers(ref_of(one)->precision, ref_of(other)->precision);
	order = order ? order
		      : compare_numbers(!ref_of(one)->has_record_id, !ref_of(other)->has_record_id);
	return order ? order : event_ref_compare(ref_of(one), ref_of(other));
}

static bool is_one_event(const struct part_sighting *seen, const struct part_sighting *better)
{
	const struct event_ref *a = ref_of(seen), *b = ref_of(better);
	const struct event_time time = event_time_of(a), other = event_time_of(b);

	if (a->event_id != b->event_id || seen->sighting.operation != better->sighting.operation ||
	    (a->has_record_id && b->has_record_id && a->record_id != b->record_id))
		return false;
	/* Of one export they are two, unless it names the record. */
	if (event_refs_share_file(a, b) && !(a->has_record_id && b->has_record_id))
		return false;
	return event_times_agree(&time, &other);
}

/* Among those that are kept up to now. */
static bool is_known(const GPtrArray *sightings, guint count, const struct part_sighting *seen)
{
	for (guint i = 0; i < count; i++)
		if (is_one_event(seen, sightings->pdata[i]))
			return true;
	return false;
}

static bool has_exported(const struct part *part)
{
	for (const struct part_sighting *seen = part->sightings; seen; seen = seen->next)
		if (is_exported(seen))
			return true;
	return false;
}

/* No more are compared, each with each. */
#define MAX_COMPARED 4096

void export_copies_drop(struct part *part)
{
	g_autoptr(GPtrArray) sightings = NULL;
	struct part_sighting **last = &part->sightings;
	guint kept = 0;

	if (part->count < 2 || !has_exported(part))
		return;
	sightings = g_ptr_array_sized_new(part->count);
	for (struct part_sighting *seen = part->sightings; seen; seen = seen->next)
		g_ptr_array_add(sightings, seen);
	g_ptr_array_sort(sightings, compare_sources);
	for (guint i = 0; i < sightings->len; i++) {
		struct part_sighting *seen = sightings->pdata[i];

		if (is_exported(seen) && is_known(sightings, MIN(kept, MAX_COMPARED), seen))
			continue;
		sightings->pdata[kept++] = seen;
		*last = seen;
		last = &seen->next;
	}
	*last = NULL;
	part->count = kept;
}
