/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_EXPORT_H
#define WH_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "event/event.h"
#include "evtx/scan.h"
#include "input/stream.h"

struct json_node;
struct arena;

/* How an export is read. */
struct export_reading {
	const struct event_selection *selection;
	bool use_sieve; /* false: parse each record and decide then */
	uint64_t end; /* of a part: from here on the next one begins at the first border; 0: none */
	/* Takes an event that is wanted, or in doubt, for the call. False stops. */
	bool (*take)(void *context, const struct event *event, enum event_fit fit);
	/* Told the record that is begun, and with size 0 that it is done. */
	void (*at_record)(void *context, uint64_t offset, size_t size);
	/* Told how many events wait for the zone of their times, when that may have changed; NULL:
	 * that is of no use. */
	void (*at_held)(void *context, unsigned count);
	void *context; /* of these */
	const struct fault_sink *faults;
	/*
	 * Instead of take(): takes each object of JSON or CliXml or row of CSV, for the call,
	 * whatever it is of; the arena is good for as long. False stops. NULL: events are asked
	 * for.
	 */
	bool (*take_object)(void *context, const struct json_node *object, uint64_t offset,
			    struct arena *arena);
	/* Takes what the export held, whatever was asked for of it, for the call. NULL: that is not
	 * asked for. */
	void (*take_log)(void *log_context, struct log_facts *facts);
	void *log_context;
};

/* True when a file that begins with these bytes is an export of events that is read. */
bool export_begins(const uint8_t *data, size_t size);

/* True when more than some KiB are needed to say so. */
bool export_needs_more(const uint8_t *data, size_t size);

/*
 * Reads events from where the reader stands to the end. A record that cannot be read is a fault,
 * and the rest goes on. Offsets count bytes of the text as UTF-8, to the record's begin. Returns
 * how many records there are.
 */
uint64_t export_read(struct reader *reader, const struct export_reading *reading);

/*
 * Parts of a large export are read by several readers, where its records begin at borders that can
 * be found from anywhere in it and none needs what others say: lines of UTF-8 that begin with an
 * object, event XML, of a tool that writes times of UTC. Each part begins at its first border.
 */
bool export_has_parts(const uint8_t *head, size_t size);

/* Reads such a part of an export, of which `head` is the begin, with export_read()'s results; the
 * reader stands one byte before the part (its offset is the file's), which ends at reading->end. */
uint64_t export_read_part(struct reader *reader, const uint8_t *head, size_t size,
			  const struct export_reading *reading);

/* What has rows: objects of JSON or CliXml (export/clixml.h says how these are nodes), or CSV. */
enum export_rows {
	EXPORT_ROWS_JSON,
	EXPORT_ROWS_CSV, /* whatever is none of the others */
	EXPORT_ROWS_CLIXML,
};

/* That of a file that begins with these bytes. */
enum export_rows export_find_rows(const uint8_t *data, size_t size);

/* Reads objects or rows with reading->take_object(), from where the reader stands to the end. */
void export_read_objects(struct reader *reader, enum export_rows rows,
			 const struct export_reading *reading);

/* Reads those that begin a file, of which these are the first bytes; the last may be cut off. Of
 * CSV a row without values comes first. */
void export_look_at_objects(const uint8_t *data, size_t size, enum export_rows rows,
			    const struct export_reading *reading);

#endif
