/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_EXPORT_RUN_H
#define WH_EXPORT_EXPORT_RUN_H

#include "export/export.h"
#include "export/export_survey.h"
#include "export/held_events.h"
#include "export/spelling.h"
#include "export/text_record.h"
#include "export/text_sieve.h"
#include "export/text_source.h"

#define WH_EXPORT_CAUSES 32

/* The reading of one file, by whichever form it has. */
struct export_run {
	const struct export_reading *reading; /* NULL: only to find out whether it is an export */
	struct text_source source;
	struct text_sieve *sieve; /* NULL: every record is parsed */
	struct export_zones *zones; /* as the next two, NULL where no events are asked for */
	struct held_events *held;
	struct export_survey *survey;
	bool is_counted; /* the record at hand is, by its text */
	bool is_sample; /* its fields are needed */
	enum event_format format; /* of the first event */
	const struct spelling *spelling; /* of the last object, or NULL */
	struct event event;
	struct arena arena; /* of the record at hand */
	struct event_xml_reader *xml;
	uint64_t offset; /* of the record at hand */
	uint64_t records;
	uint64_t passed; /* bytes that were passed over since at_record() was told anything */
	bool found; /* an event was */
	bool stopped;
	bool said_local; /* that times are local */
	struct {
		const char *what; /* a literal */
		uint64_t offset; /* of the last one */
		uint64_t count; /* that are not reported yet */
	} causes[WH_EXPORT_CAUSES]; /* of records that cannot be read */
};

/* The forms of files. */
bool export_json_begins(const char *text, size_t size);
void export_json_read(struct export_run *run);
bool export_text_begins(const char *text, size_t size);
void export_text_read(struct export_run *run);
bool export_csv_begins(const char *text, size_t size);
void export_csv_read(struct export_run *run);
bool export_clixml_begins(const char *text, size_t size);
void export_clixml_read(struct export_run *run);

/* Of the head of a file: do its records begin at borders (export_has_parts())? */
bool export_json_has_parts(struct export_run *run);
bool export_text_has_parts(struct export_run *run);

/* The first border after the first byte; `size` when there is none. All but the last WH_BORDER_SIZE
 * bytes need not be looked at again then. */
#define WH_BORDER_SIZE 512
size_t export_json_find_border(const char *text, size_t size);
size_t export_text_find_border(const char *text, size_t size);

/* Is the record at the source's place, which begins at a border, of the next part? */
bool export_run_is_over(const struct export_run *run);

/* Told before the record at the source's place is read: true when it is to be, false when it was
 * passed over. The caller then calls export_run_end() once it is read. `before_id` and `names`: as
 * struct spelling has them. */
bool export_run_begin(struct export_run *run, const char *before_id, const struct text_names *names,
		      size_t size);
void export_run_end(struct export_run *run);

/* Gives an event on whose time is as good as it can be; `context` is the run. False stops. */
bool export_run_give(void *context, const struct event *event, enum event_fit fit);

/* Reports a record that cannot be read; `what` is a literal. The first of a cause is a fault at
 * once, the others are one at the end of the file. */
void export_run_report(struct export_run *run, const char *what);
void export_run_report_rest(struct export_run *run);

/* Reads what an object holds: an event, or what wraps some. */
void export_run_take_object(struct export_run *run, const struct json_node *object);

/* Reads a record that is text. */
void export_run_take_text(struct export_run *run, enum text_record record, const char *text,
			  size_t size, enum event_format format);

#endif
