/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_LOG_SOURCE_H
#define WH_SIGMA_LOG_SOURCE_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"
#include "sigma/lint.h"
#include "sigma/yaml.h"

/* What a field must be for an event to belong to a feed. */
struct log_where {
	char *folded; /* its name */
	GPtrArray *values; /* char *, one of them, in any case */
};

/* Events of a log source that one provider logs, or one channel holds. */
struct log_feed {
	char *provider; /* NULL: any */
	char *channel; /* NULL: any */
	bool is_of_hidden; /* only records that were hidden inside of others */
	GArray *event_ids; /* guint32; empty: any */
	GArray *where; /* struct log_where */
	GHashTable *names; /* folded as logged → as Sigma has it; NULL: all are the same */
	GHashTable *logged; /* event id → GPtrArray of names as logged, as far as known; or NULL */
	GHashTable *fields; /* event id → set of folded names, of those asked for */
	GPtrArray *usual_channels; /* char *; NULL: not known */
	bool complete; /* the provider has no other event ids than those of `logged` */
};

/* What a rule is matched against. */
struct log_source {
	char *name; /* "category 'process_creation'", for messages */
	bool is_subscription; /* not events but what wmihunt makes of them */
	bool is_foreign; /* of another product than Windows */
	GPtrArray *feeds; /* struct log_feed; empty: nothing that is read */
	GHashTable *fields; /* a subscription's: set of folded names; "x.*" is any below x */
};

/* All that rules may name, by category and service. */
struct log_sources;

/* Of the table inside the program (hunts/logsources.yml); an error in it is a bug. */
struct log_sources *log_sources_new(void);
void log_sources_free(struct log_sources *sources);

/* The source of that category and service (either NULL), or NULL. Borrowed. */
const struct log_source *log_sources_get(const struct log_sources *sources, const char *category,
					 const char *service);

/* True for a document that is a table and no rule. */
bool log_sources_are_in(const struct yaml_node *document);

/* Adds a table. A source that is there already becomes what the table says, for rules that are
 * loaded from then on; feeds it had stay where they are borrowed. Errors go to `lint`. */
void log_sources_add(struct log_sources *sources, const struct yaml_node *document,
		     struct lint *lint);

/*
 * Reads the logsource of a rule or filter. One that is not in the table is a warning, and a
 * source without feeds. NULL, with an error in `lint`, when it cannot be read. Borrowed; the
 * same source is the same pointer.
 */
const struct log_source *log_source_load(struct log_sources *sources,
					 const struct yaml_node *document, struct lint *lint);

/* True when something that is read feeds the source. */
bool log_source_is_read(const struct log_source *source);

/* Does the event come from there? `where` is left to the caller. */
bool log_feed_has_event(const struct log_feed *feed, const struct event *event);

/* The names of the feed's fields in an event of that id, or NULL when they are not known. */
const GHashTable *log_feed_get_fields(const struct log_feed *feed, guint32 event_id);

/* True for the names of what every event has (folded). */
bool log_field_is_common(const char *folded);

/* True when it is known that no event of the source has a field of that name (folded). */
bool log_source_lacks_field(const struct log_source *source, const char *folded);

/* Complains of a field (folded name) that nothing of the source ever has. */
void log_source_check_field(const struct log_source *source, const char *folded,
			    const struct place *place, struct lint *lint);

/* Warns of an EventID that is never read from the source. */
void log_source_check_event_id(const struct log_source *source, const struct yaml_node *value,
			       struct lint *lint);

#endif
