/* SPDX-License-Identifier: Apache-2.0 */
#include "map/query.h"

#include <string.h>

#include "base/wildcard.h"
#include "wmi/fact.h"
#include "wmi/host_event.h"

/* More of them than the events that a provider has are no help to the sieve. */
#define MOST_PLANNED_IDS 512

/* Of event ids, both ends included. */
struct id_range {
	uint32_t first, last;
};

bool event_query_is_set(const struct event_query *query)
{
	return query->channels || query->providers || query->ids || query->pattern;
}

bool event_query_is_hunt(const struct event_query *query)
{
	return !query->every && !event_query_is_set(query);
}

bool event_query_wants_logs(const struct event_query *query)
{
	return event_query_is_hunt(query) || query->channels;
}

static bool fail(GError **error, const char *option, const char *what)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", option, what);
	return false;
}

static bool prepare_match(struct event_query *query, GError **error)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {.messages = messages, .errors_only = true};
	const struct yaml_node key = {.text = (char *)"|re|i|s"};
	const struct yaml_node value = {.text = query->pattern};

	if (!query->pattern)
		return true;
	if (!*query->pattern)
		return fail(error, "--match", "nothing to look for");
	query->match = field_test_load(&key, &value, NULL, &lint);
	if (!query->match) {
		const struct rule_message *message = messages->pdata[0];

		return fail(error, "--match", message->text + strlen("bad regex: "));
	}
	field_test_prepare(query->match);
	query->runner = regex_runner_new();
	field_list_init(&query->texts);
	return true;
}

static bool parse_id(const char *text, uint32_t *out)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT16, &value, NULL))
		return false;
	*out = (uint32_t)value;
	return true;
}

/* "4104" or "5857-5861". */
static bool parse_range(const char *text, struct id_range *out)
{
	g_auto(GStrv) ends = g_strsplit(text, "-", 2);

	return ends[0] && parse_id(ends[0], &out->first) &&
	       parse_id(ends[1] ? ends[1] : ends[0], &out->last) && out->first <= out->last;
}

static bool prepare_ids(struct event_query *query, const char *list, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(list, ",", -1);

	if (!*parts)
		return fail(error, "--id", "no event id");
	for (char **part = parts; *part; part++) {
		struct id_range range;

		if (!parse_range(*part, &range))
			return fail(error, "--id: no event id, nor a range of them", *part);
		g_array_append_val(query->ranges, range);
	}
	return true;
}

bool event_query_prepare(struct event_query *query, GError **error)
{
	query->ranges = g_array_new(FALSE, FALSE, sizeof(struct id_range));
	for (char **list = query->ids; list && *list; list++)
		if (!prepare_ids(query, *list, error))
			return false;
	return prepare_match(query, error);
}

void event_query_release(struct event_query *query)
{
	g_strfreev(query->channels);
	g_strfreev(query->providers);
	g_strfreev(query->ids);
	g_free(query->pattern);
	if (query->ranges)
		g_array_unref(query->ranges);
	if (!query->match)
		return;
	field_test_free(query->match);
	regex_runner_free(query->runner);
	field_list_release(&query->texts);
}

static const struct id_range *get_range(const struct event_query *query, guint index)
{
	return &g_array_index(query->ranges, struct id_range, index);
}

/* The plan holds each id by itself. */
static void ask_for_ids(const struct event_query *query, const struct sieve_origin *origin,
			struct sieve_plan *plan)
{
	uint32_t count = 0;

	for (guint i = 0; i < query->ranges->len; i++)
		count += get_range(query, i)->last - get_range(query, i)->first + 1;
	if (count == 0 || count > MOST_PLANNED_IDS) {
		sieve_plan_add_texts(plan, origin, WH_ANY_EVENT_ID, NULL);
		return;
	}
	for (guint i = 0; i < query->ranges->len; i++)
		for (uint32_t id = get_range(query, i)->first; id <= get_range(query, i)->last;
		     id++)
			sieve_plan_add_texts(plan, origin, id, NULL);
}

/* What a name with wildcards stands for is not known before the event is there. */
static const char *whole(const char *name)
{
	return name && !wildcard_has_any(name) ? name : NULL;
}

/* A list of nothing stands for any. */
static const char *const *or_any(char **list)
{
	static const char *const any[] = {NULL, NULL};

	return list ? (const char *const *)list : any;
}

static void fill_plan(const struct event_query *query, struct sieve_plan *plan)
{
	const char *const *providers = or_any(query->providers);

	do {
		const char *const *channels = or_any(query->channels);

		do {
			const struct sieve_origin origin = {whole(*providers), whole(*channels)};

			ask_for_ids(query, &origin, plan);
			sieve_plan_add_channel(plan, origin.channel);
		} while (*channels && *++channels);
	} while (*providers && *++providers);
}

static bool is_one_of(char *const *names, const char *name)
{
	if (!names)
		return true;
	for (; name && *names; names++) {
		if (wildcard_fits(*names, name))
			return true;
	}
	return false;
}

static bool has_id(const struct event_query *query, const struct event *event)
{
	for (guint i = 0; i < query->ranges->len; i++) {
		if (event->ref.has_event_id && get_range(query, i)->first <= event->ref.event_id &&
		    event->ref.event_id <= get_range(query, i)->last)
			return true;
	}
	return query->ranges->len == 0;
}

static void add_text(GArray *fields, const char *text)
{
	const struct field field = {.text = text, .length = text ? strlen(text) : 0};

	if (text)
		g_array_append_val(fields, field);
}

static enum event_fit match_texts(struct event_query *query, const struct event *event)
{
	struct matcher matcher = {.subject = &query->texts, .runner = query->runner};
	GArray *fields = query->texts.fields;

	g_array_set_size(fields, 0);
	add_text(fields, event->host);
	add_text(fields, event->user_sid);
	for (guint i = 0; i < event->fields->len; i++)
		add_text(fields, g_array_index(event->fields, struct event_field, i).value);
	if (field_test_holds(query->match, &matcher))
		return EVENT_WANTED;
	return matcher.gave_up ? EVENT_IN_DOUBT : EVENT_UNWANTED;
}

/* What was lost of a damaged record may be what was asked for. */
static enum event_fit test_asked(void *context, const struct event *event, bool is_partial)
{
	struct event_query *query = context;
	enum event_fit fit = is_partial ? EVENT_IN_DOUBT : EVENT_UNWANTED;

	if (!has_id(query, event) || !is_one_of(query->channels, event->ref.channel) ||
	    !is_one_of(query->providers, event->provider))
		return fit;
	return query->match ? MAX(fit, match_texts(query, event)) : EVENT_WANTED;
}

/* A damaged record of which not even provider and id are left is wanted: the sieve let it pass. */
static enum event_fit test_hunted(void *context, const struct event *event, bool is_partial)
{
	const struct event_query *query = context;
	struct host_event said;

	if ((is_partial && (!event->provider || !event->ref.has_event_id)) || event->ref.hidden ||
	    wmi_event_is_wanted(event) || host_event_read(event, &said))
		return EVENT_WANTED;
	return query->rules && (rule_set_needs_event(query->rules, event) ||
				rule_set_match_event(query->rules, event, NULL, NULL))
		       ? EVENT_WANTED
		       : EVENT_UNWANTED;
}

void event_query_select(struct event_query *query, struct event_selection *out)
{
	bool is_set = event_query_is_set(query);

	sieve_plan_init(&out->plan);
	out->plan.everything = query->every;
	out->test = is_set ? test_asked : test_hunted;
	out->context = query;
	if (is_set) {
		fill_plan(query, &out->plan);
		return;
	}
	wmi_sources_fill_plan(&out->plan);
	host_events_fill_plan(&out->plan);
	if (query->rules && !query->every) {
		rule_set_fill_plan(query->rules, &out->plan);
		rule_set_prepare(query->rules);
	}
}
