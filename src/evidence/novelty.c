/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/novelty.h"

#include "evidence/evidence.h"
#include "wmi/stored.h"
#include "wmi/told.h"

static bool is_making(const struct sighting *sighting)
{
	return sighting->operation == WMI_CREATED || sighting->operation == WMI_MODIFIED ||
	       (sighting->operation == WMI_REGISTERED &&
		sighting->registration == REGISTRATION_MADE);
}

static bool was_made(const struct subscription *subscription, uint64_t since)
{
	for (guint i = 0; i < subscription->events->len; i++) {
		const struct sighting *sighting = subscription->events->pdata[i];

		if (sighting->ref.time >= since && is_making(sighting))
			return true;
	}
	return false;
}

/* A tool saw it, or it lies in a repository that was collected, at a time that is known. */
static bool was_collected(const struct subscription *subscription, uint64_t since)
{
	const struct told_place *place = subscription->told ? subscription->told->places : NULL;

	for (; place; place = place->next)
		if (place->place->object.has_collected && place->place->object.collected < since)
			return true;
	return false;
}

static enum novelty judge_subscription(const struct subscription *subscription, uint64_t since)
{
	const struct stored *stored = subscription->stored;

	if (was_made(subscription, since))
		return NOVELTY_NEW;
	if ((subscription->first_seen && subscription->first_seen < since) ||
	    was_collected(subscription, since))
		return NOVELTY_OLD;
	/* When within that session it was written, is not known. */
	if (stored && stored->has_session && stored->session >= since)
		return NOVELTY_NEW;
	return NOVELTY_UNKNOWN;
}

static enum novelty judge_time(uint64_t time, uint64_t since)
{
	if (!time)
		return NOVELTY_UNKNOWN;
	return time >= since ? NOVELTY_NEW : NOVELTY_OLD;
}

enum novelty finding_novelty(const struct finding *finding, uint64_t since)
{
	switch (finding->kind) {
	case FINDING_SUBSCRIPTION:
		return judge_subscription(finding->subscription, since);
	case FINDING_EVIDENCE:
		return judge_time(finding->evidence->event.ref.time, since);
	case FINDING_CORRELATION:
		return judge_time(finding->correlation->last, since);
	}
	return NOVELTY_UNKNOWN;
}
