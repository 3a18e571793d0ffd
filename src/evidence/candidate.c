/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/candidate.h"

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "event/event_times.h"
#include "wmi/mof.h"
#include "wmi/stored.h"

/* Sysmon and WMI log one act up to some 100 ms apart, Sysmon's parts of one act by more. */
#define SLACK (2 * WH_SECOND)

static char *fold(const char *text)
{
	return text && *text ? text_fold(text) : NULL;
}

char *query_normalise(const char *query)
{
	g_autofree char *folded = fold(query);
	char *out = folded;

	if (!folded)
		return NULL;
	for (const char *at = folded; *at; at++) {
		bool is_blank = g_ascii_isspace(*at);

		if (is_blank && (out == folded || out[-1] == ' '))
			continue;
		*out++ = is_blank ? ' ' : *at;
	}
	if (out > folded && out[-1] == ' ')
		out--;
	*out = '\0';
	return g_steal_pointer(&folded);
}

static const char *find_text(const struct wmi_consumer *consumer, const char *name)
{
	for (const struct mof_property *property = consumer->properties; property;
	     property = property->next) {
		if (property->value->type == MOF_STRING && *property->value->text &&
		    g_ascii_strcasecmp(property->name, name) == 0)
			return property->value->text;
	}
	return NULL;
}

/* By its properties, not its class: a class may be a copy under another name. */
static void read_consumer(struct candidate *candidate, const struct wmi_consumer *consumer)
{
	const char *command = find_text(consumer, "CommandLineTemplate");
	const char *script = find_text(consumer, "ScriptText");

	command = command ? command : find_text(consumer, "ExecutablePath");
	script = script ? script : find_text(consumer, "ScriptFileName");
	candidate->consumer = fold(consumer->name);
	candidate->class_name = fold(consumer->class_name);
	candidate->command = command ? command_pattern_new(command) : NULL;
	candidate->script = fold(script);
}

/* Of sightings in the order of time. */
static void read_sighting(struct candidate *candidate, const struct sighting *sighting)
{
	const struct event_ref *ref = &sighting->ref;

	/* 0 is a record without a time: it is not the first. */
	if (sighting->operation == WMI_REGISTERED && ref->time && !candidate->registered)
		candidate->registered = ref;
	if (!candidate->is_created && ref->time &&
	    (!candidate->made.time || ref->time < candidate->made.time))
		candidate->made = *ref;
	if (sighting->operation == WMI_CREATED && !candidate->is_created) {
		candidate->is_created = true;
		candidate->made = *ref;
	}
	candidate->is_seen_by_sysmon |= sighting->operation != WMI_REGISTERED;
	if (sighting->operation == WMI_DELETED)
		candidate->gone = ref;
}

static void read_times(struct candidate *candidate)
{
	const GPtrArray *events = candidate->subscription->events;
	const struct stored *stored = candidate->subscription->stored;

	for (guint i = 0; i < events->len; i++)
		read_sighting(candidate, events->pdata[i]);
	if (candidate->registered &&
	    event_order(candidate->registered, &candidate->made) == EVENT_BEFORE)
		candidate->made = *candidate->registered;
	if (candidate->subscription->state != WMI_STATE_DELETED)
		candidate->gone = NULL;
	if (events->len == 0 && stored && stored->has_session) {
		candidate->made.time = stored->session;
		candidate->is_stored = candidate->is_replay = true;
	}
	if (candidate->subscription->superseded_by)
		candidate->gone = candidate->subscription->superseded_by;
}

struct candidate *candidate_new(struct subscription *subscription, size_t *room)
{
	struct candidate *candidate = g_new0(struct candidate, 1);
	const struct wmi_filter *filter = subscription->filter;

	candidate->subscription = subscription;
	candidate->room = room;
	candidate->links = g_ptr_array_new();
	candidate->is_bound = subscription->parts & WMI_PART_BINDING;
	if (filter) {
		candidate->filter = fold(filter->name);
		candidate->query = query_normalise(filter->query);
		candidate->event_namespace = fold(filter->event_namespace);
	}
	if (subscription->consumer)
		read_consumer(candidate, subscription->consumer);
	read_times(candidate);
	return candidate;
}

void candidate_free(struct candidate *candidate)
{
	g_free(candidate->filter);
	g_free(candidate->consumer);
	g_free(candidate->class_name);
	g_free(candidate->query);
	g_free(candidate->event_namespace);
	g_free(candidate->script);
	command_pattern_free(candidate->command);
	g_clear_pointer(&candidate->registrars, g_array_unref);
	g_clear_pointer(&candidate->users, g_tree_unref);
	g_ptr_array_unref(candidate->links);
	g_free(candidate);
}

/* A 5861 by the process that logged it. */
struct registrar {
	uint32_t process_id;
	uint64_t time;
};

static int compare_registrars(gconstpointer a, gconstpointer b)
{
	const struct registrar *one = a, *other = b;
	int order = compare_numbers(one->process_id, other->process_id);

	return order ? order : compare_numbers(one->time, other->time);
}

static void list_registrars(struct candidate *candidate)
{
	const GPtrArray *events = candidate->subscription->events;

	candidate->registrars = g_array_new(FALSE, FALSE, sizeof(struct registrar));
	for (guint i = 0; i < events->len; i++) {
		const struct sighting *sighting = events->pdata[i];
		const struct registrar registrar = {sighting->process_id,
						    event_latest(&sighting->ref)};

		if (sighting->operation == WMI_REGISTERED && sighting->has_process_id)
			g_array_append_val(candidate->registrars, registrar);
	}
	g_array_sort(candidate->registrars, compare_registrars);
}

static const struct registrar *get_registrar(const struct candidate *candidate, guint i)
{
	return &g_array_index(candidate->registrars, struct registrar, i);
}

void candidate_find_registrations(struct candidate *candidate, uint32_t process_id, uint64_t time,
				  uint64_t *before, uint64_t *after)
{
	const struct registrar asked = {process_id, time};
	guint low = 0, high;

	if (!candidate->registrars)
		list_registrars(candidate);
	high = candidate->registrars->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_registrars(get_registrar(candidate, middle), &asked) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	*before = 0;
	*after = UINT64_MAX;
	if (low > 0 && get_registrar(candidate, low - 1)->process_id == process_id)
		*before = get_registrar(candidate, low - 1)->time;
	if (low < candidate->registrars->len &&
	    get_registrar(candidate, low)->process_id == process_id)
		*after = get_registrar(candidate, low)->time;
}

static int compare_users(gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp(a, b);
}

static void list_users(struct candidate *candidate)
{
	const GPtrArray *events = candidate->subscription->events;

	candidate->users = g_tree_new(compare_users);
	for (guint i = 0; i < events->len; i++) {
		const struct sighting *sighting = events->pdata[i];

		if (sighting->user)
			g_tree_insert(candidate->users, (char *)sighting->user,
				      (char *)sighting->user);
	}
}

bool candidate_is_made_by(struct candidate *candidate, const char *user)
{
	if (!candidate->users)
		list_users(candidate);
	return g_tree_lookup(candidate->users, user) != NULL;
}

static bool is_there(const struct candidate *candidate, const struct event_ref *event,
		     uint64_t slack)
{
	const struct event_ref *made = &candidate->made, *gone = candidate->gone;

	if (event_order(event, made) == EVENT_BEFORE && event_distance(event, made) >= slack)
		return false;
	return !gone || event_order(event, gone) != EVENT_AFTER ||
	       event_distance(event, gone) < slack;
}

bool candidate_was_there(const struct candidate *candidate, const struct event_ref *event)
{
	return is_there(candidate, event, 0);
}

bool candidate_is_live(const struct candidate *candidate, const struct event_ref *event)
{
	return is_there(candidate, event, SLACK + 1);
}

struct evidence_link *candidate_get_link(const struct candidate *candidate,
					 const struct evidence *evidence)
{
	bool is_shorter = evidence->links && evidence->links->len < candidate->links->len;
	const GPtrArray *links = is_shorter ? evidence->links : candidate->links;

	for (guint i = 0; evidence->links && i < links->len; i++) {
		struct evidence_link *link = links->pdata[i];

		if (link->evidence == evidence && link->subscription == candidate->subscription)
			return link;
	}
	return NULL;
}

static void link_free(struct evidence_link *link)
{
	g_free(link->why);
	g_free(link);
}

static struct evidence_link *add_link(struct candidate *candidate, struct evidence *evidence)
{
	struct evidence_link *link = g_new0(struct evidence_link, 1);

	link->subscription = candidate->subscription;
	link->evidence = evidence;
	if (!evidence->links)
		evidence->links = g_ptr_array_new_with_free_func((GDestroyNotify)link_free);
	g_ptr_array_add(evidence->links, link);
	g_ptr_array_add(candidate->links, link);
	--*candidate->room;
	return link;
}

/* A reader must be able to see where a short name was taken for a long one. Takes `why`. */
static char *add_host(const struct evidence *evidence, const struct subscription *subscription,
		      char *why)
{
	const char *host = evidence->event.host;
	char *longer;

	if (!host || !subscription->host || g_ascii_strcasecmp(host, subscription->host) == 0)
		return why;
	longer = g_strdup_printf("%s; logged as host %s", why, host);
	g_free(why);
	return longer;
}

void candidate_link(struct candidate *candidate, struct evidence *evidence, enum link_reason reason,
		    const struct evidence_span *span, char *why)
{
	struct evidence_link *link = candidate_get_link(candidate, evidence);
	bool has_room = candidate->links->len < WH_MAX_LINKS && *candidate->room;

	if (!link && has_room)
		link = add_link(candidate, evidence);
	else if (!link)
		candidate->more++;
	else if (link->reason <= reason)
		link = NULL;
	if (!link) {
		g_free(why);
		return;
	}
	g_free(link->why);
	link->why = add_host(evidence, candidate->subscription, why);
	link->reason = reason;
	if (span)
		link->span = *span;
	else
		evidence_get_span(evidence, 0, UINT64_MAX, &link->span);
}
