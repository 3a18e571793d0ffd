/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/part.h"

#include "base/order.h"
#include "base/sha256.h"
#include "event/collection.h"
#include "wmi/digest.h"

#define ALL_PARTS (WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING)

/* The names that parts differ by, the first of them the kind of part. */
#define PART_NAMES 6

static void list_names(const char *kind, const char *host, const char *namespace,
		       const struct wmi_filter *filter, const struct wmi_consumer *consumer,
		       const char *names[PART_NAMES])
{
	names[0] = kind;
	names[1] = host;
	names[2] = namespace;
	names[3] = filter ? filter->name : NULL;
	names[4] = consumer ? consumer->class_name : NULL;
	names[5] = consumer ? consumer->name : NULL;
}

static struct digest digest_of(const struct keeper *keeper, const char *host,
			       const struct wmi_fact *fact, GString *form)
{
	const char kind[] = {(char)('0' + fact->parts), fact->filter ? 'f' : '-',
			     fact->consumer ? 'c' : '-', '\0'};
	const char *names[PART_NAMES];

	list_names(kind, host, fact->namespace, fact->filter, fact->consumer, names);
	g_string_truncate(form, 0);
	names_append(names, PART_NAMES, form);
	if (fact->filter)
		filter_append_whole(fact->filter, form);
	if (fact->consumer)
		consumer_append_whole(fact->consumer, form);
	return secret_digest(&keeper->secret, form->str, form->len);
}

struct digest part_key(const struct keeper *keeper, const struct event *event,
		       const struct wmi_fact *fact, GString *form)
{
	return digest_of(keeper, event->host, fact, form);
}

/* Keeps the digest of `form`, and empties that. */
static const struct digest *keep_digest(struct keeper *keeper, GString *form)
{
	struct digest *digest = keeper_alloc(keeper, sizeof(*digest));

	*digest = secret_digest(&keeper->secret, form->str, form->len);
	g_string_truncate(form, 0);
	return digest;
}

static void set_digests(struct keeper *keeper, struct part *part, const struct wmi_fact *fact,
			GString *form)
{
	g_string_truncate(form, 0);
	if (fact->parts & WMI_PART_FILTER) {
		filter_append_core(fact->filter, form);
		part->core[SIDE_FILTER] = keep_digest(keeper, form);
	}
	if (fact->parts & WMI_PART_CONSUMER) {
		consumer_append_core(fact->consumer, form);
		part->core[SIDE_CONSUMER] = keep_digest(keeper, form);
	}
	if (fact->parts == ALL_PARTS) {
		filter_append_whole(fact->filter, form);
		part->whole[SIDE_FILTER] = keep_digest(keeper, form);
		consumer_append_whole(fact->consumer, form);
		part->whole[SIDE_CONSUMER] = keep_digest(keeper, form);
	}
}

struct part *part_new(struct keeper *keeper, const struct digest *key, struct host *host,
		      const struct wmi_fact *fact, GString *form)
{
	struct part *part = keeper_alloc(keeper, sizeof(*part));

	part->key = *key;
	part->content = digest_of(keeper, NULL, fact, form);
	part->host = host;
	part->parts = fact->parts;
	part->namespace = keeper_copy_text(keeper, fact->namespace);
	part->spelled_at = UINT64_MAX;
	set_digests(keeper, part, fact, form);
	return part;
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
static void keep_spelling(struct keeper *keeper, struct part *part, uint64_t time,
			  const struct wmi_fact *fact)
{
	bool is_first = !part->filter && !part->consumer;
	int order = is_first ? -1 : compare_spelling(part, fact);

	if (!is_first && (time > part->spelled_at || (time == part->spelled_at && order >= 0)))
		return;
	part->spelled_at = time;
	if (order == 0)
		return;
	if (is_first) {
		part->filter = keeper_copy_filter(keeper, fact->filter);
		part->consumer = keeper_copy_consumer(keeper, fact->consumer);
		return;
	}
	if (fact->filter)
		part->filter->name = keeper_copy_text(keeper, fact->filter->name);
	if (!fact->consumer)
		return;
	part->consumer->class_name = keeper_copy_text(keeper, fact->consumer->class_name);
	part->consumer->name = keeper_copy_text(keeper, fact->consumer->name);
}

static void keep_sighting(struct keeper *keeper, struct sighting *sighting,
			  const struct event *event, const struct wmi_fact *fact)
{
	sighting_init(sighting, event, fact);
	sighting->ref.channel = keeper_copy_text(keeper, sighting->ref.channel);
	sighting->ref.path = keeper_copy_text(keeper, sighting->ref.path);
	sighting->ref.entry = keeper_copy_text(keeper, sighting->ref.entry);
	sighting->ref.via = keeper_copy_text(keeper, sighting->ref.via);
	sighting->user = keeper_copy_text(keeper, sighting->user);
}

void part_add(struct keeper *keeper, struct part *part, const struct event *event,
	      const struct wmi_fact *fact)
{
	struct part_sighting *seen = keeper_alloc(keeper, sizeof(*seen));
	g_autofree char *root = collection_root(&event->ref);

	seen->part = part;
	seen->root = keeper_copy_text(keeper, root);
	keep_sighting(keeper, &seen->sighting, event, fact);
	seen->next = part->sightings;
	part->sightings = seen;
	part->count++;
	part->incomplete |= fact->incomplete;
	part->partial = event->partial && (part->partial || part->count == 1);
	keep_spelling(keeper, part, event->ref.time, fact);
}

static void take_spelling(struct part *part, const struct part *other)
{
	if (other->spelled_at >= part->spelled_at)
		return;
	part->spelled_at = other->spelled_at;
	part->filter = other->filter;
	part->consumer = other->consumer;
}

void part_merge(struct part *part, struct part *other)
{
	struct part_sighting **last = &part->sightings;

	while (*last)
		last = &(*last)->next;
	*last = other->sightings;
	for (struct part_sighting *seen = other->sightings; seen; seen = seen->next)
		seen->part = part;
	part->count += other->count;
	part->incomplete |= other->incomplete;
	part->partial = part->partial && other->partial;
	take_spelling(part, other);
}

/* The SHA-256 of the form, which is emptied. */
static char *checksum(GString *form)
{
	char *sum = sha256_hex(form->str, form->len);

	g_string_truncate(form, 0);
	return sum;
}

const char *part_get_order(struct keeper *keeper, struct part *part)
{
	const char kind[] = {(char)('0' + part->parts), '\0'};
	g_autoptr(GString) form = NULL;
	g_autofree char *filter = NULL;
	g_autofree char *consumer = NULL;
	g_autofree char *order = NULL;
	const char *names[PART_NAMES + 2];

	if (part->order)
		return part->order;
	form = g_string_new(NULL);
	list_names(kind, part->host->spelling, part->namespace, part->filter, part->consumer,
		   names);
	if (part->filter) {
		filter_append_whole(part->filter, form);
		filter = checksum(form);
	}
	if (part->consumer) {
		consumer_append_whole(part->consumer, form);
		consumer = checksum(form);
	}
	names[PART_NAMES] = filter;
	names[PART_NAMES + 1] = consumer;
	order = names_digest(names, G_N_ELEMENTS(names));
	return part->order = keeper_copy_text(keeper, order);
}

int part_sighting_compare(gconstpointer a, gconstpointer b)
{
	const struct part_sighting *first = *(const struct part_sighting *const *)a;
	const struct part_sighting *second = *(const struct part_sighting *const *)b;

	return compare_numbers(first->rank, second->rank);
}
