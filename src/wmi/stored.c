/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored.h"

const char *stored_presence_name(enum stored_presence presence)
{
	static const char *const names[] = {
		[STORED_PRESENT] = "present",
		[STORED_DELETED] = "deleted",
		[STORED_ABSENT] = "absent",
		[STORED_UNKNOWN] = "unknown",
	};

	return names[presence];
}

const char *stored_host_source_name(enum stored_host_source source)
{
	static const char *const names[] = {
		[HOST_OF_TARGET_NAME] = "RSOP_Session.targetName",
		[HOST_OF_COLLECTION] = "logs of the same collection",
		[HOST_UNKNOWN] = NULL,
	};

	return names[source];
}

const char *stored_conflict_name(unsigned index)
{
	static const char *const names[] = {"removed since", "replaced since", "never logged",
					    "deletion not logged", "made again"};

	return index < G_N_ELEMENTS(names) ? names[index] : NULL;
}
