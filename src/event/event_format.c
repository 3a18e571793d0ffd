/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_format.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char *const formats[] = {
	[EVENT_FORMAT_LOG] = NULL,
	[EVENT_FORMAT_EVTX_DUMP] = "evtx_dump",
	[EVENT_FORMAT_XML] = "xml",
	[EVENT_FORMAT_NXLOG] = "nxlog",
	[EVENT_FORMAT_BEATS] = "winlogbeat",
	[EVENT_FORMAT_EVTX2ES] = "evtx2es",
	[EVENT_FORMAT_VELOCIRAPTOR] = "velociraptor",
	[EVENT_FORMAT_EVTXECMD] = "evtxecmd",
	[EVENT_FORMAT_GET_WINEVENT] = "get-winevent",
	[EVENT_FORMAT_OTRF] = "otrf",
	[EVENT_FORMAT_SPLUNK] = "splunk",
	[EVENT_FORMAT_WAZUH] = "wazuh",
	[EVENT_FORMAT_DEFENDER] = "defender",
	[EVENT_FORMAT_SENTINEL] = "sentinel",
	[EVENT_FORMAT_DISSECT] = "dissect",
	[EVENT_FORMAT_HAYABUSA] = "hayabusa",
	[EVENT_FORMAT_EVENT_VIEWER] = "event-viewer",
	[EVENT_FORMAT_OTHER] = "other",
};
static_assert(sizeof(formats) / sizeof(formats[0]) == EVENT_FORMATS, "a name for each format");

static const struct {
	const char *name;
	uint64_t ticks;
} precisions[] = {
	[TIME_EXACT] = {NULL, 1},
	[TIME_MICROSECONDS] = {"us", 10},
	[TIME_MILLISECONDS] = {"ms", 10000},
	[TIME_SECONDS] = {"s", 10000000},
};
static_assert(sizeof(precisions) / sizeof(precisions[0]) == TIME_PRECISIONS, "a row for each");

const char *event_format_name(unsigned format)
{
	return formats[format < EVENT_FORMATS ? format : EVENT_FORMAT_OTHER];
}

enum event_format event_format_parse(const char *name)
{
	for (unsigned i = EVENT_FORMAT_LOG + 1; i < EVENT_FORMATS; i++)
		if (strcmp(formats[i], name) == 0)
			return i;
	return EVENT_FORMAT_OTHER;
}

const char *time_precision_name(unsigned precision)
{
	return precision < TIME_PRECISIONS ? precisions[precision].name : NULL;
}

bool time_precision_parse(const char *name, enum time_precision *out)
{
	for (unsigned i = TIME_EXACT + 1; i < TIME_PRECISIONS; i++) {
		if (strcmp(precisions[i].name, name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

uint64_t time_precision_ticks(unsigned precision)
{
	return precisions[precision < TIME_PRECISIONS ? precision : TIME_EXACT].ticks;
}
