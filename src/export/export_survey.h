/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_EXPORT_SURVEY_H
#define WH_EXPORT_EXPORT_SURVEY_H

#include "evtx/log_facts.h"
#include "export/export_zone.h"
#include "export/text_look.h"

/*
 * What an export holds, whatever was asked for of it: which hosts and channels, from when to when,
 * and which fields each kind of event has there. Records are counted by their text where that says
 * enough, and as events where they are parsed anyway, so that what is passed over counts, too.
 */
struct export_survey;

/* Borrows the zones, to which it adds what records prove. */
struct export_survey *export_survey_new(struct export_zones *zones);
void export_survey_free(struct export_survey *survey); /* NULL is fine */

enum survey_look {
	SURVEY_UNCLEAR, /* the record must be parsed and given to export_survey_add_event() */
	SURVEY_COUNTED,
	SURVEY_WANTED, /* it is counted, and is one of the first of its kind: its fields are needed
			*/
};

/* Counts a record by its text. */
enum survey_look export_survey_add_text(struct export_survey *survey,
					const struct text_names *names, const char *before_id,
					const char *text, size_t size);

/* Counts an event; true when its fields are needed. `local`: as struct draft has it. */
bool export_survey_add_event(struct export_survey *survey, const struct event *event,
			     uint64_t local);

/* Notes the event's kind and fields. */
void export_survey_add_fields(struct export_survey *survey, const struct event *event);

/* What was met by now; borrowed. The caller fills in what records do not say. */
struct log_facts *export_survey_facts(struct export_survey *survey);

#endif
