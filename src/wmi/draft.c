/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/draft.h"

#include <string.h>

#include "base/order.h"

static void drop_repeats(GPtrArray *sightings)
{
	guint kept = 0;

	g_ptr_array_sort(sightings, part_sighting_compare);
	for (guint i = 0; i < sightings->len; i++) {
		if (kept == 0 || sightings->pdata[kept - 1] != sightings->pdata[i])
			sightings->pdata[kept++] = sightings->pdata[i];
	}
	g_ptr_array_set_size(sightings, (gint)kept);
}

static struct wmi_filter *respell_filter(struct keeper *keeper, struct wmi_filter *filter,
					 const char *name)
{
	struct wmi_filter *copy;

	if (filter->name == name)
		return filter;
	copy = keeper_alloc(keeper, sizeof(*copy));
	*copy = *filter;
	copy->name = name;
	return copy;
}

static struct wmi_consumer *respell_consumer(struct keeper *keeper, struct wmi_consumer *consumer,
					     const char *class_name, const char *name)
{
	struct wmi_consumer *copy;

	if (consumer->name == name && consumer->class_name == class_name)
		return consumer;
	copy = keeper_alloc(keeper, sizeof(*copy));
	*copy = *consumer;
	copy->name = name;
	copy->class_name = class_name;
	return copy;
}

/* Content from the part that has most of it, names as the earliest sighting spells them. */
static void set_ends(struct keeper *keeper, struct subscription *subscription,
		     const GPtrArray *sightings, const struct part *filter,
		     const struct part *consumer)
{
	for (guint i = 0; i < sightings->len && (!subscription->filter || !subscription->consumer);
	     i++) {
		const struct part *named =
			((const struct part_sighting *)sightings->pdata[i])->part;

		if (named->filter && !subscription->filter)
			subscription->filter = respell_filter(
				keeper, (filter ? filter : named)->filter, named->filter->name);
		if (named->consumer && !subscription->consumer)
			subscription->consumer = respell_consumer(
				keeper, (consumer ? consumer : named)->consumer,
				named->consumer->class_name, named->consumer->name);
	}
}

static void add_event(struct subscription *subscription, struct part_sighting *seen)
{
	struct sighting *sighting = &seen->sighting;

	seen->joined = true;
	g_ptr_array_add(subscription->events, sighting);
	subscription->parts |= seen->part->parts & WMI_PART_BINDING;
	subscription->last_seen = MAX(subscription->last_seen, sighting->ref.time);
	/* 0 is a record without a time: it is not the first. */
	if (sighting->ref.time &&
	    (subscription->first_seen == 0 || sighting->ref.time < subscription->first_seen))
		subscription->first_seen = sighting->ref.time;
}

struct draft *draft_new(struct keeper *keeper, GPtrArray *sightings, struct part *filter,
			struct part *consumer, enum wmi_state state)
{
	struct draft *draft = g_new0(struct draft, 1);
	struct subscription *subscription = g_new0(struct subscription, 1);
	struct part *first;

	drop_repeats(sightings);
	first = ((const struct part_sighting *)sightings->pdata[0])->part;
	subscription->host = first->host->spelling;
	subscription->identity = first->host->identity;
	subscription->namespace = first->namespace;
	subscription->state = state;
	subscription->parts = (filter ? WMI_PART_FILTER : 0u) | (consumer ? WMI_PART_CONSUMER : 0u);
	subscription->incomplete =
		(filter && filter->incomplete) || (consumer && consumer->incomplete);
	subscription->partial = (filter && filter->partial) || (consumer && consumer->partial);
	subscription->events = g_ptr_array_sized_new(sightings->len);
	set_ends(keeper, subscription, sightings, filter, consumer);
	for (guint i = 0; i < sightings->len; i++)
		add_event(subscription, sightings->pdata[i]);
	draft->subscription = subscription;
	draft->filter = filter ? filter : first;
	draft->consumer = consumer ? consumer : first;
	return draft;
}

void draft_add_contradiction(struct draft *draft, const struct sighting *sighting,
			     enum wmi_state says)
{
	struct subscription *subscription = draft->subscription;
	struct contradiction *contradiction = g_new(struct contradiction, 1);

	if (!subscription->contradictions)
		subscription->contradictions = g_ptr_array_new_with_free_func(g_free);
	*contradiction = (struct contradiction){sighting, says};
	g_ptr_array_add(subscription->contradictions, contradiction);
}

void draft_free(struct draft *draft)
{
	subscription_free(draft->subscription);
	g_free(draft);
}

static int compare_content(const struct draft *a, const struct draft *b, struct keeper *keeper)
{
	int order = strcmp(part_get_order(keeper, a->filter), part_get_order(keeper, b->filter));

	return order ? order
		     : strcmp(part_get_order(keeper, a->consumer),
			      part_get_order(keeper, b->consumer));
}

/* Each text is kept once. */
static int compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : g_strcmp0(a, b);
}

int draft_compare(gconstpointer a, gconstpointer b, gpointer keeper)
{
	const struct draft *first = *(const struct draft *const *)a;
	const struct draft *second = *(const struct draft *const *)b;
	const struct subscription *s = first->subscription;
	const struct subscription *t = second->subscription;
	static const struct wmi_filter no_filter;
	static const struct wmi_consumer no_consumer;
	const struct wmi_filter *s_filter = s->filter ? s->filter : &no_filter;
	const struct wmi_filter *t_filter = t->filter ? t->filter : &no_filter;
	const struct wmi_consumer *s_consumer = s->consumer ? s->consumer : &no_consumer;
	const struct wmi_consumer *t_consumer = t->consumer ? t->consumer : &no_consumer;
	int order = compare_texts(s->host, t->host);

	order = order ? order : compare_numbers(s->first_seen, t->first_seen);
	order = order ? order : compare_texts(s_filter->name, t_filter->name);
	order = order ? order : compare_texts(s_consumer->class_name, t_consumer->class_name);
	order = order ? order : compare_texts(s_consumer->name, t_consumer->name);
	/* Contents of one binding in the order in which they went. */
	order = order ? order : compare_numbers(s->last_seen, t->last_seen);
	return order ? order : compare_content(first, second, keeper);
}
