/* SPDX-License-Identifier: Apache-2.0 */
#include "map/mapper.h"

static bool is_in_time(const struct map_settings *settings, const struct event *event)
{
	return event->ref.time >= settings->since &&
	       (event->ref.time < settings->until || settings->until == UINT64_MAX);
}

static bool is_of_asked_host(const struct map_settings *settings, const struct event *event,
			     bool *gave_up)
{
	g_autoptr(GError) error = NULL;
	bool matches;

	if (!settings->host)
		return true;
	if (!event->host)
		return false;
	matches = g_regex_match_full(settings->host, event->host, -1, 0, 0, NULL, &error);
	*gave_up = error != NULL;
	return matches;
}

bool map_settings_admit(const struct map_settings *settings, const struct event *event,
			bool *gave_up)
{
	return is_in_time(settings, event) && is_of_asked_host(settings, event, gave_up);
}
