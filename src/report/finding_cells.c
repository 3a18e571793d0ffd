/* SPDX-License-Identifier: Apache-2.0 */
#include "report/finding_cells.h"

#include "evidence/evidence.h"
#include "report/row.h"

static struct finding_cells read_subscription(const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	const struct wmi_filter *filter = subscription->filter;
	const struct wmi_consumer *consumer = subscription->consumer;
	const struct sighting *first =
		subscription->events->len ? subscription->events->pdata[0] : NULL;

	return (struct finding_cells){
		.id = subscription->id.text,
		.kind = "subscription",
		.host = subscription->host,
		.state = wmi_state_name(subscription->state),
		.namespace = subscription->namespace,
		.filter = filter ? filter->name : NULL,
		.query = filter ? filter->query : NULL,
		.consumer = consumer,
		.consumer_name = consumer ? consumer->name : NULL,
		.class_name = consumer ? consumer->class_name : NULL,
		.runs = consumer ? consumer_find_payload(consumer) : NULL,
		.user = first ? first->user : NULL,
		.first = subscription->first_seen,
		.last = subscription->last_seen,
		.count = subscription->events->len,
		.ref = first ? &first->ref : NULL,
	};
}

static struct finding_cells read_evidence(const struct finding *finding)
{
	const struct evidence *evidence = finding->evidence;

	return (struct finding_cells){
		.id = evidence->id.text,
		.kind = evidence->traits->name,
		.host = evidence->event.host,
		.namespace = evidence->namespace,
		.filter = evidence->filter,
		.query = evidence->query,
		.consumer_name = evidence->consumer,
		.class_name = evidence->class_name,
		.runs = evidence->text,
		.user = evidence->user_name ? evidence->user_name : evidence->user,
		.process = evidence->image,
		.first = evidence->event.ref.time,
		.last = evidence->last ? evidence->last : evidence->event.ref.time,
		.count = MAX(evidence->count, 1),
		.ref = &evidence->event.ref,
	};
}

static struct finding_cells read_correlation(const struct finding *finding)
{
	const struct correlation_finding *held = finding->correlation;
	const struct correlated_event *first = held->events->pdata[0];

	return (struct finding_cells){
		.id = held->id.text,
		.kind = "correlation",
		.host = held->host,
		.first = held->first,
		.last = held->last,
		.count = held->count,
		.ref = &first->ref,
	};
}

struct finding_cells finding_cells_read(const struct finding *finding)
{
	static struct finding_cells (*const read[])(const struct finding *) = {
		[FINDING_SUBSCRIPTION] = read_subscription,
		[FINDING_EVIDENCE] = read_evidence,
		[FINDING_CORRELATION] = read_correlation,
	};

	return read[finding->kind](finding);
}

struct parent_cells parent_cells_read(const struct evidence *evidence)
{
	static const char *const fields[] = {"ParentImage", "ParentProcessName"};
	const struct evidence *parent = evidence->parent;
	struct parent_cells cells = {0};

	for (guint i = 0; i < G_N_ELEMENTS(fields) && !cells.image; i++)
		cells.image = event_get_field(&evidence->event, fields[i]);
	if (parent)
		return (struct parent_cells){parent->image, parent->text, parent->process_id, true};
	cells.process_id = evidence->parent_id;
	cells.has_process_id = cells.image && evidence->has_parent_id;
	return cells;
}

GPtrArray *matches_list_tags(const GPtrArray *matches)
{
	GPtrArray *tags = g_ptr_array_new();

	for (guint i = 0; i < matches->len; i++) {
		const struct match *match = matches->pdata[i];

		for (guint j = 0; match->tags && j < match->tags->len; j++)
			if (!g_ptr_array_find_with_equal_func(tags, match->tags->pdata[j],
							      g_str_equal, NULL))
				g_ptr_array_add(tags, match->tags->pdata[j]);
	}
	return tags;
}
