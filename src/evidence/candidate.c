/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/candidate.h"

#include "base/limits.h"
#include "base/text.h"
#include "wmi/mof.h"

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
	for (guint i = 0; i < consumer->properties->len; i++) {
		const struct mof_property *property = consumer->properties->pdata[i];

		if (property->value->type == MOF_STRING && *property->value->text &&
		    g_ascii_strcasecmp(property->name, name) == 0)
			return property->value->text;
	}
	return NULL;
}

/* By its properties, not its class: a class may be a copy under another name. */
static void read_consumer(struct subject *subject, const struct wmi_consumer *consumer)
{
	const char *command = find_text(consumer, "CommandLineTemplate");
	const char *script = find_text(consumer, "ScriptText");

	command = command ? command : find_text(consumer, "ExecutablePath");
	script = script ? script : find_text(consumer, "ScriptFileName");
	subject->consumer = fold(consumer->name);
	subject->class_name = fold(consumer->class_name);
	subject->command = command ? command_pattern_new(command) : NULL;
	subject->script = fold(script);
}

/* Of sightings in the order of time. */
static void read_times(struct subject *subject)
{
	const GPtrArray *events = subject->subscription->events;

	subject->gone = UINT64_MAX;
	for (guint i = 0; i < events->len; i++) {
		const struct sighting *sighting = events->pdata[i];

		if (sighting->operation == WMI_REGISTERED && !subject->registered)
			subject->registered = sighting->time;
		if (sighting->operation == WMI_CREATED && !subject->is_created) {
			subject->is_created = true;
			subject->made = sighting->time;
		}
		if (sighting->operation == WMI_DELETED)
			subject->gone = sighting->time;
	}
	if (!subject->is_created)
		subject->made = subject->subscription->first_seen;
	if (subject->registered && subject->registered < subject->made)
		subject->made = subject->registered;
	if (subject->subscription->state != WMI_STATE_DELETED)
		subject->gone = UINT64_MAX;
}

struct subject *subject_new(struct subscription *subscription, size_t *room)
{
	struct subject *subject = g_new0(struct subject, 1);
	const struct wmi_filter *filter = subscription->filter;

	subject->subscription = subscription;
	subject->room = room;
	subject->links = g_ptr_array_new();
	if (filter) {
		subject->filter = fold(filter->name);
		subject->query = query_normalise(filter->query);
		subject->event_namespace = fold(filter->event_namespace);
	}
	if (subscription->consumer)
		read_consumer(subject, subscription->consumer);
	read_times(subject);
	return subject;
}

void subject_free(struct subject *subject)
{
	g_free(subject->filter);
	g_free(subject->consumer);
	g_free(subject->class_name);
	g_free(subject->query);
	g_free(subject->event_namespace);
	g_free(subject->script);
	command_pattern_free(subject->command);
	g_ptr_array_unref(subject->links);
	g_free(subject);
}

bool subject_is_live(const struct subject *subject, uint64_t time)
{
	bool is_made = time >= subject->made || subject->made - time <= SLACK;

	return is_made && (time <= subject->gone || time - subject->gone <= SLACK);
}

struct evidence_link *subject_get_link(const struct subject *subject,
				       const struct evidence *evidence)
{
	bool is_shorter = evidence->links && evidence->links->len < subject->links->len;
	const GPtrArray *links = is_shorter ? evidence->links : subject->links;

	for (guint i = 0; evidence->links && i < links->len; i++) {
		struct evidence_link *link = links->pdata[i];

		if (link->evidence == evidence && link->subscription == subject->subscription)
			return link;
	}
	return NULL;
}

static void link_free(struct evidence_link *link)
{
	g_free(link->why);
	g_free(link);
}

static struct evidence_link *add_link(struct subject *subject, struct evidence *evidence)
{
	struct evidence_link *link = g_new0(struct evidence_link, 1);

	link->subscription = subject->subscription;
	link->evidence = evidence;
	if (!evidence->links)
		evidence->links = g_ptr_array_new_with_free_func((GDestroyNotify)link_free);
	g_ptr_array_add(evidence->links, link);
	g_ptr_array_add(subject->links, link);
	--*subject->room;
	return link;
}

/* A reader must be able to tell where a short name was taken for a long one. Takes `why`. */
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

void subject_link(struct subject *subject, struct evidence *evidence, enum link_reason reason,
		  uint64_t time, char *why)
{
	struct evidence_link *link = subject_get_link(subject, evidence);

	if (!link && subject->links->len<WH_MAX_LINKS && * subject->room> 0)
		link = add_link(subject, evidence);
	else if (!link)
		subject->more++;
	else if (link->reason <= reason)
		link = NULL;
	if (!link) {
		g_free(why);
		return;
	}
	g_free(link->why);
	link->why = add_host(evidence, subject->subscription, why);
	link->reason = reason;
	link->time = time;
}
