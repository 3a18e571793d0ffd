/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_PART_HOSTS_H
#define WH_WMI_PART_HOSTS_H

#include "wmi/part.h"

/*
 * Gives the parts (struct part, each with the name of its host so far) the machines that their
 * sightings are of, as `names` (settled) says: a part of several is split, those that say the same
 * of one machine become one. A new array; the caller unrefs it.
 */
GPtrArray *parts_by_machine(struct keeper *keeper, const GPtrArray *parts,
			    struct host_names *names);

#endif
