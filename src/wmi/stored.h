/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_STORED_H
#define WH_WMI_STORED_H

#include <glib.h>

#include "repository/wmi_object.h"

/* What the WMI repository of its host says of a subscription. */

enum stored_presence {
	STORED_PRESENT,
	STORED_DELETED, /* it was there, and what is live lacks some of it */
	STORED_ABSENT, /* there is no trace of it */
	STORED_UNKNOWN, /* it is there, and what would say whether it is live is missing */
};

/* How it is known whose repository it is. */
enum stored_host_source {
	HOST_OF_TARGET_NAME, /* RSOP_Session.targetName, in the repository itself */
	HOST_OF_COLLECTION, /* of the logs of the same folder tree or archive */
	HOST_UNKNOWN,
};

/* Logs and repository contradict each other. */
enum stored_conflict {
	CONFLICT_REMOVED_SINCE =
		1, /* the logs leave it alive; a repository of a later time has it not */
	CONFLICT_REPLACED_SINCE = 2, /* so; it has the same names with other content. Of both */
	CONFLICT_NEVER_LOGGED = 4, /* no event names it, though 5861 was logged when it was there */
	CONFLICT_DELETION_NOT_LOGGED =
		8, /* Sysmon, which reported such things, did not report it */
	CONFLICT_MADE_AGAIN = 16, /* the logs say that it was deleted; it is there */
};

/* An object of the repository, without its properties. Texts are kept with it. */
struct stored_place {
	const char *role; /* "filter", "consumer", … */
	struct wmi_object object; /* `properties` is empty */
};

/* A timer that the filter waits for. */
struct stored_timer {
	const char *class_name;
	const char *id;
	const char *interval; /* milliseconds; NULL for one of a single time */
	const char *at; /* that time, as the repository has it */
};

/* What runs consumers of the class. */
struct stored_provider {
	const char *name;
	const char *clsid; /* as the repository spells it, or NULL */
	const char *hosting; /* HostingModel, or NULL */
};

/* A class that keeps a long text as the default of a property. */
struct stored_class {
	const char *name;
	const char *property;
	const char *value;
};

struct stored {
	enum stored_presence presence;
	enum stored_host_source host_source;
	unsigned conflicts; /* enum stored_conflict */
	bool has_session;
	uint64_t session; /* when the WMI service began that wrote the binding, or what there is */
	uint64_t sequence;
	uint64_t last_session; /* when the last one began that wrote to the repository */
	const struct stored_place *places[8]; /* of its objects; NULL ends */
	const struct stored_timer *timer; /* NULL: none */
	const struct stored_provider *provider; /* NULL: none is registered */
	const struct stored_class *class; /* in place of filter and consumer; NULL: none */
};

/* Adds the payloads (char *, freed by the array) that the class's text is or holds: as
 * payload_decode() finds them, or all of it is base64. */
void stored_class_decode(const struct stored_class *class, GPtrArray *out);

const char *stored_presence_name(enum stored_presence presence);
const char *stored_host_source_name(enum stored_host_source source);

/* The word of one bit; NULL past the last. `index` counts from 0. */
const char *stored_conflict_name(unsigned index);

#endif
