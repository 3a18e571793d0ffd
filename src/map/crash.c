/* SPDX-License-Identifier: Apache-2.0 */
#include "map/crash.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static char *describe_cause(const struct crash *crash)
{
	if (crash->late == POOL_TIMED_OUT)
		return g_strdup("took longer than --timeout allows");
	if (crash->late == POOL_STUCK)
		return g_strdup_printf("worker made no progress for %d s", WH_STANDSTILL);
	if (crash->is_broken)
		return g_strdup("worker gave an answer that no worker gives");
	if (crash->exit_status == WH_WORKER_NO_MEMORY)
		return g_strdup("worker ran out of memory");
	if (crash->signal)
		return g_strdup_printf("worker died of signal %d (%s)", crash->signal,
				       g_strsignal(crash->signal));
	return g_strdup_printf("worker ended with status %d", crash->exit_status);
}

/* Bytes [from, to) of a pipe, as far as the status still has them all. */
static bool copy_tail(const struct worker_status *status, uint64_t from, uint64_t to,
		      GByteArray *out)
{
	if (from > to || to - from > WH_STATUS_TAIL)
		return false;
	while (from < to) {
		size_t place = from % WH_STATUS_TAIL;
		size_t size = MIN(to - from, WH_STATUS_TAIL - place);

		g_byte_array_append(out, status->tail + place, (guint)size);
		from += size;
	}
	return true;
}

static bool resume_pipe(struct crash_report *report, const struct worker_status *status,
			uint64_t offset)
{
	struct resumption *resumption = &report->request.resumption;
	uint64_t read_from = resumption->active ? resumption->offset : 0;

	if (!status->is_plain || !copy_tail(status, offset, read_from + status->read, report->rest))
		return false;
	resumption->rest = report->rest->len;
	resumption->format = status->format;
	return true;
}

/* After the chunk that ends at `at`; 0: nobody knows where it was. */
static const char *resume_part(struct request *request, uint64_t at)
{
	uint64_t end = request->first + request->count;

	if (at <= request->first)
		return NULL;
	request->first = MIN(at, end);
	request->count = end - request->first;
	return "this piece is left out";
}

/* After the piece, the file or the entry that the worker was at. */
static const char *resume(struct crash_report *report, const struct worker_status *status)
{
	struct request *request = &report->request;
	uint64_t end = status->offset + status->size;
	bool at_chunk = status->place == AT_CHUNK && status->size <= WH_MAX_EVENT_LINE &&
			end > status->offset;

	if (request_is_part(request))
		return resume_part(request, at_chunk ? end : 0);
	if (request->is_pipe) {
		if (!at_chunk || !resume_pipe(report, status, end))
			return NULL;
	} else if (status->place == AT_NOTHING) {
		uint64_t last = request->first + request->count - 1;

		if (!request->is_range || status->entry < request->first || status->entry >= last)
			return NULL;
		request->first = status->entry + 1;
		request->count = last - status->entry;
		request->resumption.active = false;
		return "the entry is left out";
	}
	request->resumption.active = true;
	request->resumption.file = status->file;
	request->resumption.offset = at_chunk ? end : UINT64_MAX;
	return at_chunk ? "this piece is left out" : "the rest of the file is left out";
}

void crash_report_write(struct crash_report *report, const struct crash *crash,
			const struct request *request, unsigned crashes)
{
	const struct worker_status *status = crash->status;
	size_t name_length = strnlen(status->name, WH_STATUS_NAME);
	g_autofree char *cause = describe_cause(crash);
	g_autofree char *held = NULL;
	const char *loss = NULL, *what_follows;

	memset(report, 0, sizeof(*report));
	report->request = *request;
	report->rest = g_byte_array_new();
	if (crash->late != POOL_TIMED_OUT && crashes <= WH_MAX_WORKER_DEATHS)
		loss = resume(report, status);
	report->go_on = loss != NULL;
	what_follows = request->is_log_part	 ? "the rest of this part of the log is not read"
		       : request->is_export_part ? "the rest of this part of the file is not read"
						 : "what follows is not read";
	held = status->held
		       ? g_strdup_printf("; with %u events before it, which waited for the zone "
					 "of their times",
					 status->held)
		       : NULL;
	report->what = g_strconcat(cause, "; ", loss ? loss : what_follows, held, NULL);
	report->name = name_length ? text_from_bytes(status->name, name_length) : NULL;
	report->fault = (struct fault){
		.code = FAULT_WORKER,
		.what = report->what,
		.entry = report->name,
		.offset = status->offset,
		.has_offset = status->place == AT_CHUNK,
	};
}

void crash_report_release(struct crash_report *report)
{
	g_byte_array_unref(report->rest);
	g_free(report->what);
	g_free(report->name);
}
