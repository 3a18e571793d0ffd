/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/part.h"

#include "base/order.h"
#include "wmi/digest.h"

#define ALL_PARTS (WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING)

char *part_key(const struct event *event, const struct wmi_fact *fact)
{
	const struct wmi_filter *filter = fact->filter;
	const struct wmi_consumer *consumer = fact->consumer;
	g_autofree char *filter_whole = filter ? filter_digest_whole(filter) : NULL;
	g_autofree char *consumer_whole = consumer ? consumer_digest_whole(consumer) : NULL;
	const char kind[] = {(char)('0' + fact->parts), '\0'};
	const char *names[] = {
		kind,
		event->host,
		fact->namespace,
		filter ? filter->name : NULL,
		consumer ? consumer->class_name : NULL,
		consumer ? consumer->name : NULL,
		filter_whole,
		consumer_whole,
	};

	return names_digest(names, G_N_ELEMENTS(names));
}

struct part *part_new(char *key, const struct host *host, const struct wmi_fact *fact)
{
	struct part *part = g_new0(struct part, 1);
	bool is_whole = fact->parts == ALL_PARTS;

	part->key = key;
	part->host = host;
	part->parts = fact->parts;
	part->namespace = g_strdup(fact->namespace);
	part->sightings = g_ptr_array_new();
	part->spelled_at = UINT64_MAX;
	if (fact->parts & WMI_PART_FILTER)
		part->core[SIDE_FILTER] = filter_digest_core(fact->filter);
	if (fact->parts & WMI_PART_CONSUMER)
		part->core[SIDE_CONSUMER] = consumer_digest_core(fact->consumer);
	if (is_whole) {
		part->whole[SIDE_FILTER] = filter_digest_whole(fact->filter);
		part->whole[SIDE_CONSUMER] = consumer_digest_whole(fact->consumer);
	}
	return part;
}

void part_sighting_free(struct part_sighting *seen)
{
	sighting_free(seen->sighting);
	g_free(seen->root);
	g_free(seen);
}

void part_free(struct part *part)
{
	for (guint i = 0; i < part->sightings->len; i++)
		part_sighting_free(part->sightings->pdata[i]);
	g_ptr_array_unref(part->sightings);
	for (int side = 0; side < SIDE_BINDING; side++) {
		g_free(part->core[side]);
		g_free(part->whole[side]);
	}
	wmi_filter_free(part->filter);
	wmi_consumer_free(part->consumer);
	g_free(part->namespace);
	g_free(part->key);
	g_free(part);
}

static int compare_spelling(const struct part *part, const struct wmi_fact *fact)
{
	int order = 0;

	if (fact->filter)
		order = g_strcmp0(fact->filter->name, part->filter->name);
	if (order == 0 && fact->consumer)
		order = g_strcmp0(fact->consumer->class_name, part->consumer->class_name);
	if (order == 0 && fact->consumer)
		order = g_strcmp0(fact->consumer->name, part->consumer->name);
	return order;
}

/* Names compare folded, so sightings may spell them otherwise: the earliest is kept. */
static void keep_spelling(struct part *part, uint64_t time, const struct wmi_fact *fact)
{
	bool is_first = !part->filter && !part->consumer;

	if (!is_first && (time > part->spelled_at ||
			  (time == part->spelled_at && compare_spelling(part, fact) >= 0)))
		return;
	part->spelled_at = time;
	wmi_filter_free(part->filter);
	wmi_consumer_free(part->consumer);
	part->filter = fact->filter ? wmi_filter_ref(fact->filter) : NULL;
	part->consumer = fact->consumer ? wmi_consumer_ref(fact->consumer) : NULL;
}

void part_add(struct part *part, const struct event *event, const struct wmi_fact *fact)
{
	struct part_sighting *seen = g_new0(struct part_sighting, 1);

	seen->part = part;
	seen->sighting = sighting_new(event, fact);
	g_ptr_array_add(part->sightings, seen);
	part->incomplete |= fact->incomplete;
	part->partial = event->partial && (part->partial || part->sightings->len == 1);
	keep_spelling(part, event->ref.time, fact);
}

int part_sighting_compare(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *first = *(const struct part_sighting *const *)a;
	const struct part_sighting *second = *(const struct part_sighting *const *)b;

	return compare_numbers(first->rank, second->rank);
}
