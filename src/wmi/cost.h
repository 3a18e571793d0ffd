/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_COST_H
#define WH_WMI_COST_H

#include "wmi/part.h"

/* What a host, a new part and a sighting take beside their texts, in the tables that find them and
 * in those that join them in the end. */
#define HOST_COST 512
#define PART_COST (sizeof(struct part) + 512)
#define SIGHTING_COST (sizeof(struct part_sighting) + 64)
#define TEXT_COST 48

/* The bytes that a text takes, NULL none; and a part of the fact, or a sighting, as if none of
 * their texts were there yet. */
uint64_t cost_of_text(const char *text);
uint64_t cost_of_part(const struct wmi_fact *fact);
uint64_t cost_of_sighting(const struct event *event, const struct wmi_fact *fact);

#endif
