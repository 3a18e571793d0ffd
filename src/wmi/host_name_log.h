/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_HOST_NAME_LOG_H
#define WH_WMI_HOST_NAME_LOG_H

#include "base/text_pool.h"
#include "wmi/host_names.h"

/* What host_names.c collects, and host_renames.c and host_machines.c read. Texts are kept once:
 * equal ones are the same pointer. */

/* Where logs of one machine are expected to stand together: a collection, or a file of its own. */
struct name_place {
	const char *root; /* of the collection, see event/collection.h; NULL for a file */
	bool in_place; /* a collection that stands inside of no other */
};

/* One name, in any spelling. */
struct host_name {
	const char *folded;
	const char
		*label; /* up to the first dot; the name itself where it is short or an address */
	bool is_long;
	bool in_place; /* some place that has it is */
	GPtrArray *logged; /* struct logged_name, by their first time once that is asked for */
};

/* One name in one place. */
struct named_host {
	struct host_name *name;
	struct name_place *place;
	const char *spelling; /* of the earliest event */
	uint64_t first, last; /* times of events; 0: none had one */
	uint64_t left; /* when another name took its place; 0: none did */
	struct named_host *parent; /* of the same machine; itself at the root */
	struct named_host *latest; /* of roots: what the machine is called last */
	struct host_identity *identity; /* of roots */
};

/* One name in one log, by records that stand there soundly. */
struct logged_name {
	struct named_host *host;
	struct name_log *log;
	uint64_t first_id, last_id;
	uint64_t first, last; /* times */
};

/* A file that events were read from. */
struct name_log {
	struct digest key;
	const char *path, *entry, *via;
	bool claimed;
	struct name_place *place;
	const char *channel;
	bool is_mixed; /* of several channels or numberings: several logs in one */
	bool has_gap;
	uint64_t gap; /* EventRecordID less the id of the record's header */
	GPtrArray *names; /* struct logged_name */
	struct name_log *next;
};

/* EventLog 6011: the System log says it outright. */
struct said_rename {
	struct name_log *log;
	const char *from, *to; /* folded */
	uint64_t time;
	struct said_rename *next;
};

struct host_names {
	struct hash_secret secret;
	struct arena arena;
	struct text_pool texts;
	uint64_t size; /* bytes of what is no text */
	GHashTable *logs; /* struct name_log, by its key */
	GHashTable *places; /* text -> struct name_place */
	GHashTable *by_name; /* folded -> struct host_name */
	GHashTable *spellings; /* as logged -> struct host_name */
	GHashTable *hosts; /* struct named_host, by name and place */
	GHashTable *strangers; /* folded -> struct host_identity: there was no room for them */
	GPtrArray *all; /* struct named_host */
	GPtrArray *identities; /* struct host_identity, with their names */
	GPtrArray *notes; /* char * */
	struct said_rename *said;
	struct name_log *first_log;
	struct name_log *log; /* of the last event */
	struct host_identity nameless;
};

/* Memory that is zero, and counted. */
void *host_names_alloc(struct host_names *names, size_t size);

/* By a name, or another text, and a place; for tables. */
struct digest named_host_key(struct host_names *names, const void *name,
			     const struct name_place *place);

/* The name in that place, or NULL. */
struct named_host *named_host_get(struct host_names *names, const struct host_name *name,
				  const struct name_place *place);

/* The root of the machine that it belongs to. */
struct named_host *named_host_find(struct named_host *host);
void named_host_join(struct named_host *a, struct named_host *b);

/* Joins the names of each place that its logs show to be of one machine, and notes what it did. */
void host_renames_join(struct host_names *names);

#endif
