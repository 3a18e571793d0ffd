/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/told.h"

const char *told_conflict_name(unsigned index)
{
	static const char *const names[] = {
		"alive after its deletion",
		"alive at a time that is not known",
		"removed since",
		"alive since the repository's last session",
		"missing later",
	};

	return index < G_N_ELEMENTS(names) ? names[index] : NULL;
}

static bool has_place(const struct told *told, bool of_snapshot)
{
	for (const struct told_place *at = told->places; at; at = at->next)
		if ((at->place->object.found_in == FOUND_IN_SNAPSHOT) == of_snapshot)
			return true;
	return false;
}

bool told_has_snapshot(const struct told *told)
{
	return has_place(told, true);
}

bool told_has_mof(const struct told *told)
{
	return has_place(told, false);
}
