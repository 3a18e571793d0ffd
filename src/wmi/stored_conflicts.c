/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_conflicts.h"

/*
 * What the logs cover is known by what they hold: from the first record of WMI-Activity on, and as
 * Windows logs 5861 for each binding when it is made and at each start of WMI, up to the last 5861.
 * Sysmon reports filters, consumers and bindings from its first such event on.
 */

static bool was_logged(const struct subscription *one, enum wmi_operation operation)
{
	for (guint i = 0; i < one->events->len; i++)
		if (((const struct sighting *)one->events->pdata[i])->operation == operation)
			return true;
	return false;
}

/* Collected with the logs, or written later than the last event. */
static bool is_later(const struct stored_host *host, const struct subscription *one)
{
	if (host->newest->last_session > one->last_seen)
		return true;
	for (guint i = 0; i < host->places->len; i++)
		if (stored_is_beside(host->newest, host->places->pdata[i]))
			return true;
	return false;
}

/* It is there since that session, or a later time of it: 5861 would have said so. */
static bool should_have_been_logged(const struct stored_host *host, const struct subscription *one,
				    const struct stored *stored)
{
	return stored->presence == STORED_PRESENT && one->events->len == 0 &&
	       one->parts & WMI_PART_BINDING && stored->has_session && host->first_activity &&
	       host->first_activity <= stored->session && host->last_registered > stored->session;
}

static bool deletion_is_missing(const struct stored_host *host, const struct subscription *one,
				const struct stored *stored)
{
	if (was_logged(one, WMI_DELETED) || !host->first_sysmon)
		return false;
	return was_logged(one, WMI_CREATED) ||
	       (stored->has_session && stored->session >= host->first_sysmon);
}

void stored_find_conflicts(const struct stored_host *host, const struct subscription *one,
			   struct stored *stored)
{
	bool is_gone = stored->presence == STORED_DELETED || stored->presence == STORED_ABSENT;
	bool is_said_to_live = one->events->len > 0 && one->state != WMI_STATE_DELETED &&
			       one->state != WMI_STATE_SUPERSEDED;

	if (should_have_been_logged(host, one, stored))
		stored->conflicts |= CONFLICT_NEVER_LOGGED;
	if (is_gone && is_said_to_live && is_later(host, one))
		stored->conflicts |= CONFLICT_REMOVED_SINCE;
	if (is_gone && one->state != WMI_STATE_SUPERSEDED &&
	    deletion_is_missing(host, one, stored) && is_later(host, one))
		stored->conflicts |= CONFLICT_DELETION_NOT_LOGGED;
	if (stored->presence == STORED_PRESENT && one->events->len > 0 &&
	    one->state == WMI_STATE_DELETED && is_later(host, one))
		stored->conflicts |= CONFLICT_MADE_AGAIN;
}
