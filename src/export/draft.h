/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_DRAFT_H
#define WH_EXPORT_DRAFT_H

#include "event/event.h"
#include "event/event_xml.h"
#include "export/export_time.h"
#include "export/json_tree.h"

/*
 * An event that is put together of what an export says, piece by piece and in any order. Texts
 * that are given are borrowed for as long as the event is used, and NULL where there is none.
 */
struct draft {
	struct event *event; /* clear at first */
	struct arena *arena; /* outlives the event: for texts that are made */
	struct event_xml_reader *xml; /* for what is XML */
	const char *message; /* the rendered text, or NULL */
	bool has_time;
	uint64_t local; /* what a clock of the host showed at the event's time, in UTC; 0: not said
			 */
};

void draft_set_text(struct draft *draft, enum event_slot slot, const char *text);

/* A number, of System, in decimal digits. */
void draft_set_number(struct draft *draft, enum event_slot slot, const char *text);

/* The first time that can be read is the event's. */
void draft_set_time(struct draft *draft, const char *text);
void draft_set_export_time(struct draft *draft, const struct export_time *time);

/* A field; one beyond the bounds is left out. */
void draft_add_field(struct draft *draft, const char *name, const char *value);

/* A number of decimal digits as Windows logs hexadecimal ones; the text itself where it is none. */
const char *draft_make_hex(struct draft *draft, const char *text);

/*
 * Adds what an element of the event holds, as the spellings of JSON that keep elements have it:
 * attributes under "#attributes" or as "@Name", text as "#text", a list for elements of one name;
 * EventData with its named Data as members, or as {"@Name","#text"}.
 */
void draft_add_event_data(struct draft *draft, const struct json_node *node);
void draft_add_user_data(struct draft *draft, const struct json_node *node);

/* Fields of an object whose members are fields; `wrapper`, when given, is UserData's element. */
void draft_add_fields(struct draft *draft, const struct json_node *node, const char *wrapper);

/* Of an event whose SystemTime python-evtx wrote, with a blank after the date (NULL is fine):
 * numbers have no zeros before, and truth values no capitals. */
void draft_restore_python(struct draft *draft, const char *time);

/* What all spellings need at last: names that the channel says, fields that only the rendered
 * text has, braces of GUIDs. */
void draft_finish(struct draft *draft);

/* May an event be of that provider whose text does not name it, even in its channel's name? */
bool draft_may_add_provider(const char *provider);

#endif
