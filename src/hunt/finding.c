/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/finding.h"

/* Signs none of which would be enough. */
#define SEVERAL 3

int finding_level(const struct finding *finding)
{
	int level = matches_level(finding->matches);
	guint count = 0;

	if (finding->kind != FINDING_SUBSCRIPTION || level != LEVEL_MEDIUM)
		return level;
	for (guint i = 0; i < finding->matches->len; i++) {
		const struct match *match = finding->matches->pdata[i];

		count += match->level == LEVEL_MEDIUM;
	}
	return count < SEVERAL ? level : LEVEL_HIGH;
}
