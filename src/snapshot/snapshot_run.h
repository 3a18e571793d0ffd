/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_RUN_H
#define WH_SNAPSHOT_SNAPSHOT_RUN_H

#include "export/json_tree.h"
#include "snapshot/object_draft.h"
#include "snapshot/object_gather.h"
#include "snapshot/snapshot.h"
#include "snapshot/snapshot_name.h"

/* The reading of one file. */
struct snapshot_run {
	const struct snapshot_reading *reading;
	const struct stream *stream;
	const struct snapshot_form *form; /* of the last row, or NULL */
	struct snapshot_name name; /* what the file's name says */
	struct object_gather *gather; /* NULL until a form needs it */
	struct object_draft draft; /* of the object at hand */
	uint64_t offset; /* of the row at hand */
	uint64_t found;

	/* Of the row at hand, for its objects. */
	const char *tool;
	const char *lacks;
	const char *host; /* NULL: the name's */
	const char *object_namespace; /* as the tool spells it; or NULL */
	bool has_collected;
	uint64_t collected;
	enum object_state state;
	const char *superclass; /* of a class that is not Windows's own; or NULL */
	bool is_own_class; /* it is such a one: all properties are its own */
	bool is_namespace_doubtful; /* it counts only where no other row differs */
};

/* How a tool spells objects as rows: objects of JSON, or rows of CSV. */
struct snapshot_form {
	const char *tool;
	const char *lacks; /* what it never says; or NULL */
	/* Whether it is one of its rows, by the names of members: values may be empty. */
	bool (*fits)(const struct json_node *row);
	void (*read)(struct snapshot_run *run, const struct json_node *row);
	bool is_mixed; /* rows of other things come with them */
	bool tool_by_name; /* the file's name may say which tool it was */
};

/* A new form is a row of the table in snapshot_form.c. */
extern const struct snapshot_form form_velociraptor;
extern const struct snapshot_form form_osquery_log;
extern const struct snapshot_form form_osquery;
extern const struct snapshot_form form_elastic_osquery;
extern const struct snapshot_form form_autoruns;
extern const struct snapshot_form form_persistence_sniper;
extern const struct snapshot_form form_wmi_parser;
extern const struct snapshot_form form_dissect;
extern const struct snapshot_form form_artemis;
extern const struct snapshot_form form_cimsweep;
extern const struct snapshot_form form_wmi_object;
extern const struct snapshot_form form_cim;
extern const struct snapshot_form form_properties;

/* That of a row; NULL: none. */
const struct snapshot_form *snapshot_form_find(const struct json_node *row);

/* Begins an object of that class. */
void snapshot_run_begin(struct snapshot_run *run, const char *class_name);

/* Adds a property, if there is a node; of rows of text what it says: numbers, truth values, bytes
 * of a CreatorSID. One whose end is cut off makes the object partial. */
void snapshot_run_add(struct snapshot_run *run, const char *name, const struct json_node *node);
void snapshot_run_add_text(struct snapshot_run *run, const char *name, const char *text);

/* A path as WMI spells it of `CLASS (Name = "x")`, which Get-CimInstance writes, and of
 * CLASS.Name=x without quotes; any other as it is. In the arena or borrowed. */
const char *snapshot_run_mend_path(struct snapshot_run *run, const char *text);

/* The object is complete. */
void snapshot_run_give(struct snapshot_run *run);

/* Gives a binding of such paths; one may be NULL, then nothing is given. */
void snapshot_run_give_binding(struct snapshot_run *run, const char *filter, const char *consumer);

/* Gives a row of Get-WmiObject, if it makes up subscriptions. */
void snapshot_run_give_wmi_object(struct snapshot_run *run, const struct json_node *row);

/* Gives an entry of Autoruns, if it is of WMI. Texts may be NULL. */
void snapshot_run_give_autorun(struct snapshot_run *run, const char *location, const char *category,
			       const char *entry, const char *launch, const char *image,
			       const char *description);

#define WH_AUTORUNS_LACK "class, namespace, filter, query, binding, CreatorSID"

/* What carvers of OBJECTS.DATA find; texts may be NULL. */
struct carved_binding {
	const char *name; /* of the consumer, or CONSUMER-FILTER */
	const char *type; /* its class */
	const char *arguments;
	const char *other;
	const char *engine; /* of a script */
	const char *script; /* how it begins */
	const char *filter; /* its name */
	const char *query;
};

#define WH_CARVERS_LACK "namespace, CreatorSID, whether it lives, names with signs"

void snapshot_run_give_carved(struct snapshot_run *run, const struct carved_binding *binding);

/* The class of an object with such properties: of a filter, a binding, or a consumer of Windows's
 * own; NULL: it is of none. */
const char *snapshot_class_of(const struct json_node *properties);

/* The text of a member; NULL where there is none, or nothing in it. */
const char *snapshot_text(const struct json_node *row, const char *name);

/* Reports what cannot be read at the offset at hand. */
void snapshot_run_report(const struct snapshot_run *run, const char *what);

#endif
