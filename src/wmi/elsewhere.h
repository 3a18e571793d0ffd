/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_ELSEWHERE_H
#define WH_WMI_ELSEWHERE_H

#include "wmi/version.h"

/* Notes with a version of `kept`, the play of what stands in place, that a sighting which does not
 * would change what came of it. */
void elsewhere_judge(const struct lifecycle *kept, struct part_sighting *seen);

/* The version of `kept` that has the content of a version of the play of all, or NULL. Borrowed. */
struct version *elsewhere_find_kept(const struct lifecycle *kept, const struct version *version);

/* Gives that one what the other knows besides. */
void elsewhere_add(struct version *kept, const struct version *version);

#endif
