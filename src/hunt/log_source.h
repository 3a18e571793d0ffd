/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_LOG_SOURCE_H
#define WH_HUNT_LOG_SOURCE_H

#include <stdbool.h>

#include "event/event.h"
#include "hunt/lint.h"
#include "hunt/yaml.h"

/* What a rule is matched against. */
enum log_source {
	SOURCE_SUBSCRIPTION, /* category: wmi_subscription */
	SOURCE_WMI_EVENT, /* category: wmi_event: Sysmon 19, 20, 21 as logged */
	SOURCE_WMI_SERVICE, /* service: wmi: WMI-Activity as logged */
};

/* Reads the logsource of a rule or filter; one that is not matched against anything is
 * an error in `lint`. */
bool log_source_load(const struct yaml_node *document, struct lint *lint, enum log_source *out);

/* Where events of the source that `event` belongs to go; false for no such event. */
bool log_source_of_event(const struct event *event, enum log_source *out);

/* Complains of a field (folded name) that nothing of the source ever has. */
void log_source_check_field(enum log_source source, const char *folded, const struct place *place,
			    struct lint *lint);

/* Warns of an EventID that is never read from the source. */
void log_source_check_event_id(enum log_source source, const struct yaml_node *value,
			       struct lint *lint);

#endif
