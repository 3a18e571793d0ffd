/* SPDX-License-Identifier: Apache-2.0 */
#include "map/query.h"

#include <string.h>

bool event_query_is_set(const struct event_query *query)
{
	return query->channels || query->providers || query->ids || query->pattern;
}

static bool fail(GError **error, const char *option, const char *what)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", option, what);
	return false;
}

static bool prepare_match(struct event_query *query, GError **error)
{
	g_autofree char *reason = NULL;
	size_t offset = 0;

	if (!query->pattern)
		return true;
	if (!*query->pattern)
		return fail(error, "--match", "nothing to look for");
	query->match = regex_new(query->pattern, REGEX_CASELESS | REGEX_DOTALL, &offset, &reason);
	if (!query->match)
		return fail(error, "--match", reason);
	regex_prepare(query->match);
	query->runner = regex_runner_new();
	return true;
}

bool event_query_prepare(struct event_query *query, GError **error)
{
	query->numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (char **id = query->ids; id && *id; id++) {
		guint64 value;
		uint32_t number;

		if (!g_ascii_string_to_unsigned(*id, 10, 0, G_MAXUINT16, &value, NULL))
			return fail(error, "--id: no event id", *id);
		number = (uint32_t)value;
		g_array_append_val(query->numbers, number);
	}
	return prepare_match(query, error);
}

void event_query_release(struct event_query *query)
{
	g_strfreev(query->channels);
	g_strfreev(query->providers);
	g_strfreev(query->ids);
	g_free(query->pattern);
	if (query->numbers)
		g_array_unref(query->numbers);
	if (query->match)
		regex_free(query->match);
	if (query->runner)
		regex_runner_free(query->runner);
}

static void ask_for_ids(const struct event_query *query, const struct sieve_origin *origin,
			struct sieve_plan *plan)
{
	if (query->numbers->len == 0)
		sieve_plan_add_literals(plan, origin, WH_ANY_EVENT_ID, NULL, false);
	for (guint i = 0; i < query->numbers->len; i++)
		sieve_plan_add_literals(plan, origin, g_array_index(query->numbers, uint32_t, i),
					NULL, false);
}

/* A list of nothing stands for any. */
static const char *const *or_any(char **list)
{
	static const char *const any[] = {NULL, NULL};

	return list ? (const char *const *)list : any;
}

void event_query_fill_plan(const struct event_query *query, struct sieve_plan *plan)
{
	const char *const *providers = or_any(query->providers);

	do {
		const char *const *channels = or_any(query->channels);

		do {
			ask_for_ids(query, &(struct sieve_origin){*providers, *channels}, plan);
			sieve_plan_add_channel(plan, *channels);
		} while (*channels && *++channels);
	} while (*providers && *++providers);
}

static bool is_one_of(char *const *names, const char *name)
{
	if (!names)
		return true;
	for (; name && *names; names++) {
		if (g_ascii_strcasecmp(*names, name) == 0)
			return true;
	}
	return false;
}

static bool has_id(const struct event_query *query, const struct event *event)
{
	for (guint i = 0; i < query->numbers->len; i++) {
		if (event->ref.has_event_id &&
		    g_array_index(query->numbers, uint32_t, i) == event->ref.event_id)
			return true;
	}
	return query->numbers->len == 0;
}

static bool matches(const struct event_query *query, const char *text, bool *gave_up)
{
	struct regex_span span;
	enum regex_result result;

	if (!text)
		return false;
	result = regex_run(query->match, query->runner, text, strlen(text), &span);
	*gave_up |= result == REGEX_LIMIT;
	return result == REGEX_YES;
}

static bool any_text_matches(const struct event_query *query, const struct event *event,
			     bool *gave_up)
{
	if (matches(query, event->host, gave_up) || matches(query, event->user_sid, gave_up))
		return true;
	for (guint i = 0; i < event->fields->len; i++) {
		if (matches(query, g_array_index(event->fields, struct event_field, i).value,
			    gave_up))
			return true;
	}
	return false;
}

bool event_query_holds(const struct event_query *query, const struct event *event, bool *gave_up)
{
	*gave_up = false;
	return has_id(query, event) && is_one_of(query->channels, event->ref.channel) &&
	       is_one_of(query->providers, event->provider) &&
	       (!query->match || any_text_matches(query, event, gave_up));
}
