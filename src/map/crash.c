/* SPDX-License-Identifier: Apache-2.0 */
#include "map/crash.h"

#include <signal.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static char *describe_cause(const struct death *death)
{
	if (death->timed_out)
		return g_strdup("took longer than --timeout allows");
	if (death->is_broken)
		return g_strdup("worker gave an answer that no worker gives");
	if (death->signal == SIGPROF)
		return g_strdup("worker computed for too long (signal SIGPROF)");
	if (death->status == WH_WORKER_NO_MEMORY)
		return g_strdup("worker ran out of memory");
	if (death->signal)
		return g_strdup_printf("worker died of signal %d (%s)", death->signal,
				       g_strsignal(death->signal));
	return g_strdup_printf("worker ended with status %d", death->status);
}

/* Bytes [from, to) of a pipe, as far as the desk still has them all. */
static bool copy_tail(const struct desk *desk, uint64_t from, uint64_t to, GByteArray *out)
{
	if (from > to || to - from > WH_DESK_TAIL)
		return false;
	while (from < to) {
		size_t place = from % WH_DESK_TAIL;
		size_t size = MIN(to - from, WH_DESK_TAIL - place);

		g_byte_array_append(out, desk->tail + place, (guint)size);
		from += size;
	}
	return true;
}

static bool resume_pipe(struct obituary *obituary, const struct desk *desk, uint64_t offset)
{
	struct resumption *resumption = &obituary->request.resumption;
	uint64_t read_from = resumption->active ? resumption->offset : 0;

	if (!desk->is_plain || !copy_tail(desk, offset, read_from + desk->read, obituary->rest))
		return false;
	resumption->rest = obituary->rest->len;
	resumption->kind = desk->kind;
	return true;
}

/* Behind the piece, the file or the entry that the worker was at. */
static const char *resume(struct obituary *obituary, const struct desk *desk)
{
	struct request *request = &obituary->request;
	uint64_t end = desk->offset + desk->size;
	bool at_chunk =
		desk->place == AT_CHUNK && desk->size <= WH_MAX_EVENT_LINE && end > desk->offset;

	if (request->is_pipe) {
		if (!at_chunk || !resume_pipe(obituary, desk, end))
			return NULL;
	} else if (desk->place == AT_NOTHING) {
		uint64_t last = request->first + request->count - 1;

		if (!request->is_range || desk->entry < request->first || desk->entry >= last)
			return NULL;
		request->first = desk->entry + 1;
		request->count = last - desk->entry;
		request->resumption.active = false;
		return "the entry is passed over";
	}
	request->resumption.active = true;
	request->resumption.file = desk->file;
	request->resumption.offset = at_chunk ? end : UINT64_MAX;
	return at_chunk ? "this piece is passed over" : "the rest of the file is passed over";
}

void obituary_write(struct obituary *obituary, const struct death *death,
		    const struct request *request, unsigned deaths)
{
	const struct desk *desk = death->desk;
	size_t name_length = strnlen(desk->name, WH_DESK_NAME);
	g_autofree char *cause = describe_cause(death);
	const char *loss = NULL;

	memset(obituary, 0, sizeof(*obituary));
	obituary->request = *request;
	obituary->rest = g_byte_array_new();
	if (!death->timed_out && deaths <= WH_MAX_WORKER_DEATHS)
		loss = resume(obituary, desk);
	obituary->go_on = loss != NULL;
	obituary->what = g_strconcat(cause, "; ", loss ? loss : "what follows is not read", NULL);
	obituary->name = name_length ? text_from_bytes(desk->name, name_length) : NULL;
	obituary->fault = (struct fault){
		.what = obituary->what,
		.entry = obituary->name,
		.offset = desk->offset,
		.has_offset = desk->place == AT_CHUNK,
	};
}

void obituary_release(struct obituary *obituary)
{
	g_byte_array_unref(obituary->rest);
	g_free(obituary->what);
	g_free(obituary->name);
}
