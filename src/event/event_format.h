/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_FORMAT_H
#define WH_EVENT_EVENT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

/* What an event was read from: a log, or what a tool exported from one. */
enum event_format {
	EVENT_FORMAT_LOG,
	EVENT_FORMAT_EVTX_DUMP,
	EVENT_FORMAT_XML,
	EVENT_FORMAT_NXLOG,
	EVENT_FORMAT_BEATS,
	EVENT_FORMAT_EVTX2ES,
	EVENT_FORMAT_VELOCIRAPTOR,
	EVENT_FORMAT_EVTXECMD,
	EVENT_FORMAT_GET_WINEVENT,
	EVENT_FORMAT_OTRF,
	EVENT_FORMAT_SPLUNK,
	EVENT_FORMAT_WAZUH,
	EVENT_FORMAT_DEFENDER,
	EVENT_FORMAT_SENTINEL,
	EVENT_FORMAT_DISSECT,
	EVENT_FORMAT_HAYABUSA,
	EVENT_FORMAT_EVENT_VIEWER,
	EVENT_FORMAT_OTHER, /* what a line of a later version names */
	EVENT_FORMATS
};

/* How exact a time is. */
enum time_precision {
	TIME_EXACT, /* as the log has it: 100 ns */
	TIME_MICROSECONDS,
	TIME_MILLISECONDS,
	TIME_SECONDS,
	TIME_PRECISIONS
};

/* The name in output; NULL for a log. `format` is one of the enumeration, or OTHER is taken. */
const char *event_format_name(unsigned format);

/* EVENT_FORMAT_OTHER for a name of none. */
enum event_format event_format_parse(const char *name);

/* "us", "ms", "s"; NULL for what is exact and for what is none of the enumeration. */
const char *time_precision_name(unsigned precision);

/* False, with *out untouched, for a name of none. */
bool time_precision_parse(const char *name, enum time_precision *out);

/* In units of 100 ns, 1 at least. */
uint64_t time_precision_ticks(unsigned precision);

#endif
