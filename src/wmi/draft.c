/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/draft.h"

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

static struct wmi_filter *respell_filter(struct wmi_filter *filter, const char *name)
{
	struct wmi_filter *copy;

	if (g_strcmp0(filter->name, name) == 0)
		return wmi_filter_ref(filter);
	copy = wmi_filter_new();
	copy->name = g_strdup(name);
	copy->event_namespace = g_strdup(filter->event_namespace);
	copy->query = g_strdup(filter->query);
	copy->query_language = g_strdup(filter->query_language);
	copy->creator_sid = g_strdup(filter->creator_sid);
	return copy;
}

static struct wmi_consumer *respell_consumer(struct wmi_consumer *consumer, const char *class_name,
					     const char *name)
{
	struct wmi_consumer *copy;

	if (g_strcmp0(consumer->name, name) == 0 &&
	    g_strcmp0(consumer->class_name, class_name) == 0)
		return wmi_consumer_ref(consumer);
	copy = wmi_consumer_new();
	copy->name = g_strdup(name);
	copy->class_name = g_strdup(class_name);
	copy->creator_sid = g_strdup(consumer->creator_sid);
	g_ptr_array_unref(copy->properties);
	copy->properties = g_ptr_array_ref(consumer->properties);
	g_ptr_array_unref(copy->decoded);
	copy->decoded = g_ptr_array_ref(consumer->decoded);
	return copy;
}

/* Content from the part that has most of it, names as the earliest sighting spells them. */
static void set_ends(struct subscription *subscription, const GPtrArray *sightings,
		     const struct part *filter, const struct part *consumer)
{
	for (guint i = 0; i < sightings->len; i++) {
		const struct part *named =
			((const struct part_sighting *)sightings->pdata[i])->part;

		if (named->filter && !subscription->filter)
			subscription->filter = respell_filter((filter ? filter : named)->filter,
							      named->filter->name);
		if (named->consumer && !subscription->consumer)
			subscription->consumer = respell_consumer(
				(consumer ? consumer : named)->consumer,
				named->consumer->class_name, named->consumer->name);
	}
}

static void add_event(struct subscription *subscription, struct part_sighting *seen)
{
	struct sighting *sighting = seen->sighting;

	seen->joined = true;
	g_ptr_array_add(subscription->events, sighting_ref(sighting));
	subscription->parts |= seen->part->parts & WMI_PART_BINDING;
	subscription->last_seen = MAX(subscription->last_seen, sighting->ref.time);
	/* 0 is a record without a time: it is not the first. */
	if (sighting->ref.time &&
	    (subscription->first_seen == 0 || sighting->ref.time < subscription->first_seen))
		subscription->first_seen = sighting->ref.time;
}

struct draft *draft_new(GPtrArray *sightings, const struct part *filter,
			const struct part *consumer, enum wmi_state state)
{
	struct draft *draft = g_new0(struct draft, 1);
	struct subscription *subscription = g_new0(struct subscription, 1);
	const struct part *first;

	drop_repeats(sightings);
	first = ((const struct part_sighting *)sightings->pdata[0])->part;
	subscription->host = g_strdup(first->host->spelling);
	subscription->namespace = g_strdup(first->namespace);
	subscription->state = state;
	subscription->parts = (filter ? WMI_PART_FILTER : 0u) | (consumer ? WMI_PART_CONSUMER : 0u);
	subscription->incomplete =
		(filter && filter->incomplete) || (consumer && consumer->incomplete);
	subscription->partial = (filter && filter->partial) || (consumer && consumer->partial);
	subscription->events = g_ptr_array_new_with_free_func((GDestroyNotify)sighting_free);
	set_ends(subscription, sightings, filter, consumer);
	for (guint i = 0; i < sightings->len; i++)
		add_event(subscription, sightings->pdata[i]);
	draft->subscription = subscription;
	draft->content = g_strconcat(filter ? filter->key : first->key, "/",
				     consumer ? consumer->key : first->key, NULL);
	return draft;
}

void draft_add_contradiction(struct draft *draft, struct sighting *sighting, enum wmi_state says)
{
	struct subscription *subscription = draft->subscription;
	struct contradiction *contradiction = g_new(struct contradiction, 1);

	if (!subscription->contradictions)
		subscription->contradictions = g_ptr_array_new_with_free_func(contradiction_free);
	*contradiction = (struct contradiction){sighting_ref(sighting), says};
	g_ptr_array_add(subscription->contradictions, contradiction);
}

void draft_free(struct draft *draft)
{
	subscription_free(draft->subscription);
	g_free(draft->content);
	g_free(draft);
}

int draft_compare(gconstpointer a, gconstpointer b)
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
	int order = g_strcmp0(s->host, t->host);

	order = order ? order : compare_numbers(s->first_seen, t->first_seen);
	order = order ? order : g_strcmp0(s_filter->name, t_filter->name);
	order = order ? order : g_strcmp0(s_consumer->class_name, t_consumer->class_name);
	order = order ? order : g_strcmp0(s_consumer->name, t_consumer->name);
	/* Contents of one binding in the order in which they went. */
	order = order ? order : compare_numbers(s->last_seen, t->last_seen);
	return order ? order : g_strcmp0(first->content, second->content);
}
