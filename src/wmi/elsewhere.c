/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/elsewhere.h"

/*
 * How it works. Where some sightings stand in place (wmi/in_place.h) and others do not, a log may
 * be forged. Then those in place are played alone as well, and what comes of them stands: content,
 * binding, state. A sighting from elsewhere that would change the state in the end is noted as a
 * contradiction. What the play of all knows besides is added: sightings of the same content, halves
 * that were unknown, and versions with other content.
 */

static void contradict(struct version *version, struct part_sighting *seen, enum wmi_state says)
{
	struct contradicting *contradicting = g_new(struct contradicting, 1);

	if (!version->contradicting)
		version->contradicting = g_ptr_array_new_with_free_func(g_free);
	*contradicting = (struct contradicting){seen, says};
	g_ptr_array_add(version->contradicting, contradicting);
}

/* Whether it comes after all that the version was told of these sides. */
static bool is_last_word(const struct part_sighting *seen, const struct version *version,
			 unsigned sides)
{
	for (int side = 0; side < SIDES; side++) {
		const struct part_sighting *last = version->last[side];

		if (sides & 1u << side && last && part_sighting_compare(&seen, &last) < 0)
			return false;
	}
	return true;
}

/* The sides of which the sighting names other content than the version has. */
static unsigned differing_sides(const struct version *version, struct part *part)
{
	unsigned sides = 0;

	for (int side = 0; side < SIDE_BINDING; side++) {
		struct half named = half_of(part, side);

		if (!halves_fit(&version->half[side], &named))
			sides |= 1u << side;
	}
	return sides;
}

static unsigned deleted_sides(const struct version *version)
{
	unsigned sides = 0;

	for (int side = 0; side < SIDES; side++)
		sides |= version->status[side] == WMI_DELETED ? 1u << side : 0u;
	return sides;
}

/* What a sighting that says that something exists would make of the current version, which it
 * names. */
static enum wmi_state state_after(const struct version *current, const struct part_sighting *seen)
{
	enum wmi_state state = version_get_state(current);
	unsigned revived = deleted_sides(current) & seen->part->parts;

	if (state == WMI_STATE_DELETED)
		return revived && is_last_word(seen, current, revived) ? WMI_STATE_ACTIVE : state;
	if (!is_last_word(seen, current, ALL_PARTS))
		return state;
	return seen->sighting.operation == WMI_MODIFIED ? WMI_STATE_CHANGED : WMI_STATE_ACTIVE;
}

/* Notes where a sighting from elsewhere would change what the sightings in place came to. */
void elsewhere_judge(const struct lifecycle *kept, struct part_sighting *seen)
{
	struct version *current = kept->current, *named = lifecycle_find_named(kept, seen);

	if (seen->sighting.operation == WMI_DELETED) {
		if (named && version_get_state(named) != WMI_STATE_DELETED &&
		    is_last_word(seen, named, seen->part->parts))
			contradict(named, seen, WMI_STATE_DELETED);
	} else if (named == current) {
		enum wmi_state says = state_after(current, seen);

		if (says != version_get_state(current))
			contradict(current, seen, says);
	} else if (is_last_word(seen, current, differing_sides(current, seen->part))) {
		if (version_get_state(current) != WMI_STATE_DELETED)
			contradict(current, seen, WMI_STATE_SUPERSEDED);
		if (named)
			contradict(named, seen, WMI_STATE_ACTIVE);
	}
}

/* The version of what stands in place that has the content of one of all, or NULL. */
struct version *elsewhere_find_kept(const struct lifecycle *kept, const struct version *version)
{
	struct version *found = lifecycle_find_both(kept, version);

	if (!found && versions_fit(kept->current, version))
		found = kept->current;
	for (int side = 0; !found && side < SIDE_BINDING; side++) {
		const struct digest *core = version->half[side].core;

		found = core ? lifecycle_find_core(kept, side, core) : NULL;
		if (found && !versions_fit(found, version))
			found = NULL;
	}
	return found && !found->merged ? found : NULL;
}

/* Does what stands in place say all of it: no half is unknown, and that they are bound? */
static bool is_complete(const struct version *version)
{
	return version->half[SIDE_FILTER].core && version->half[SIDE_CONSUMER].core &&
	       version->last[SIDE_BINDING];
}

/* Gives a version what is known from elsewhere of the same content. */
void elsewhere_add(struct version *kept, const struct version *version)
{
	if (!kept->contradicting && !is_complete(kept)) {
		for (int side = 0; side < SIDES; side++)
			kept->status[side] = version->status[side];
		kept->superseded = version->superseded;
		kept->superseded_by = version->superseded_by;
		kept->last_operation = version->last_operation;
	}
	for (int side = 0; side < SIDE_BINDING; side++)
		version_adopt_half(kept, side, &version->half[side]);
	if (!kept->last[SIDE_BINDING])
		kept->last[SIDE_BINDING] = version->last[SIDE_BINDING];
	for (guint i = 0; i < version->sightings->len; i++) {
		struct part_sighting *seen = version->sightings->pdata[i];

		if (!seen->in_place)
			g_ptr_array_add(kept->sightings, seen);
	}
}
