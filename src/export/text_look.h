/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_TEXT_LOOK_H
#define WH_EXPORT_TEXT_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export/export_time.h"
#include "export/name_search.h"

#define WH_LOOK_TIMES 4
#define WH_LOOK_VALUE 300 /* bytes of a value, with its NUL */

/*
 * What stands before values in the text of a record, so that where and when it was logged is known
 * before it is parsed: the name of a member in quotes; a tag, with its bracket; or a text that ends
 * in "=", before what is quoted or the rest of the line. NULL where there is none.
 */
struct text_names {
	const char *host;
	const char *channel;
	const char *record_id; /* it may be missing in the text, as any but the first of `times` */
	const char *times[WH_LOOK_TIMES]; /* "": what the text begins with */
	/* Makes a time of their values, of which all but the first may be NULL. NULL: the first is
	 * read by export_time_read(). */
	bool (*read_time)(const char *const values[WH_LOOK_TIMES], struct export_time *out);
};

/* What records before this one taught. Zeros at first. */
struct text_hints {
	/* How far from an event's id each of them stood last, as it mostly does again. */
	ptrdiff_t host, channel, record_id, times[WH_LOOK_TIMES];
	const struct text_names *names; /* that were given last */
	bool is_search; /* all of them are in quotes */
	struct name_search search;
};

/* What was found, as UTF-8. */
struct text_look {
	char host[WH_LOOK_VALUE];
	char channel[WH_LOOK_VALUE];
	uint32_t event_id;
	uint64_t record_id;
	bool has_record_id;
	bool has_command_line; /* a field of that name that is not empty, or the same in a message
				*/
	char time[WH_LOOK_VALUE]; /* the first of `times`, where it is read by itself; else "" */
	struct export_time read; /* the time otherwise */
};

/*
 * False when the text does not say it all, or not in one way: then only who parses the record
 * knows. `before_id`: what stands before the event's id, as struct spelling has it.
 */
bool text_look(const struct text_names *names, struct text_hints *hints, const char *before_id,
	       const char *text, size_t size, struct text_look *out);

#endif
