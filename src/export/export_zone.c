/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export_zone.h"

#include <glib.h>

#include "base/text.h"
#include "event/filetime.h"

#define MINUTE (60 * (int64_t)WH_SECOND)
#define HOUR (60 * MINUTE)
#define QUARTER (15 * MINUTE)
#define WIDEST (14 * HOUR)
#define SLOWEST MINUTE /* from what happened to what was logged of it */
/* Between proofs that are taken together: where clocks change twice, weeks lie between. */
#define LONGEST_GAP (14 * 24 * HOUR)
#define MAX_RANGES 64 /* of one host; of one that has more no zone is known */
#define MAX_HOSTS 4096

/* Proofs of one zone, of which none is far from the next. */
struct zone_range {
	int64_t ahead; /* UTC, of the local time */
	int64_t first, last; /* local times */
};

struct export_zones {
	GHashTable *hosts; /* folded name → GArray of struct zone_range */
	uint64_t proofs;
};

struct export_zones *export_zones_new(void)
{
	struct export_zones *zones = g_new0(struct export_zones, 1);

	zones->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_array_unref);
	return zones;
}

void export_zones_free(struct export_zones *zones)
{
	if (!zones)
		return;
	g_hash_table_unref(zones->hosts);
	g_free(zones);
}

static bool find_zone(int64_t local, int64_t utc, int64_t *out)
{
	int64_t ahead = utc - local;
	int64_t rounded = (ahead + (ahead >= 0 ? QUARTER / 2 : -QUARTER / 2)) / QUARTER * QUARTER;

	*out = rounded;
	return ABS(rounded) <= WIDEST && ABS(ahead - rounded) <= SLOWEST;
}

static GArray *find_host(const struct export_zones *zones, const char *host)
{
	g_autofree char *folded = text_fold(host ? host : "");

	return g_hash_table_lookup(zones->hosts, folded);
}

static GArray *get_host(struct export_zones *zones, const char *host)
{
	GArray *ranges = find_host(zones, host);

	if (ranges || g_hash_table_size(zones->hosts) >= MAX_HOSTS)
		return ranges;
	ranges = g_array_new(FALSE, FALSE, sizeof(struct zone_range));
	g_hash_table_insert(zones->hosts, text_fold(host ? host : ""), ranges);
	return ranges;
}

/* Do they come so near to each other? */
static bool are_near(const struct zone_range *a, const struct zone_range *b, int64_t gap)
{
	return a->first <= b->last + gap && b->first <= a->last + gap;
}

void export_zones_add(struct export_zones *zones, const char *host, uint64_t local, uint64_t utc)
{
	struct zone_range range = {.first = (int64_t)local, .last = (int64_t)local};
	GArray *ranges = get_host(zones, host);

	if (local > INT64_MAX / 2 || utc > INT64_MAX / 2 || !ranges ||
	    !find_zone((int64_t)local, (int64_t)utc, &range.ahead))
		return;
	zones->proofs++;
	/* It may lie between two that were too far from each other. */
	for (guint i = ranges->len; i-- > 0;) {
		const struct zone_range *other = &g_array_index(ranges, struct zone_range, i);

		if (other->ahead != range.ahead || !are_near(other, &range, LONGEST_GAP))
			continue;
		range.first = MIN(range.first, other->first);
		range.last = MAX(range.last, other->last);
		g_array_remove_index_fast(ranges, i);
	}
	if (ranges->len < MAX_RANGES)
		g_array_append_val(ranges, range);
}

static bool is_contradicted(const GArray *ranges, const struct zone_range *range, int64_t gap)
{
	for (guint i = 0; i < ranges->len; i++) {
		const struct zone_range *other = &g_array_index(ranges, struct zone_range, i);

		if (other->ahead != range->ahead && are_near(other, range, gap))
			return true;
	}
	return ranges->len >= MAX_RANGES;
}

enum zone_found export_zones_find(const struct export_zones *zones, const char *host,
				  uint64_t local, uint64_t *out)
{
	const GArray *ranges = find_host(zones, host);
	int64_t at = (int64_t)local;
	bool is_inside;

	for (guint i = 0; ranges && i < ranges->len && local <= INT64_MAX / 2; i++) {
		const struct zone_range *range = &g_array_index(ranges, struct zone_range, i);

		if (at < range->first - HOUR || at > range->last + HOUR || at + range->ahead <= 0)
			continue;
		is_inside = at >= range->first && at <= range->last;
		if (is_contradicted(ranges, range, is_inside ? HOUR : LONGEST_GAP))
			return ZONE_UNKNOWN;
		*out = (uint64_t)(at + range->ahead);
		return is_inside ? ZONE_FOUND : ZONE_AT_EDGE;
	}
	return ZONE_UNKNOWN;
}

uint64_t export_zones_count(const struct export_zones *zones)
{
	return zones->proofs;
}
