/* SPDX-License-Identifier: Apache-2.0 */
#include "map/file_format.h"

#include "evtx/chunk.h"
#include "map/event_lines.h"
#include "map/export_part.h"
#include "map/mapper_state.h"
#include "map/run_lines.h"
#include "map/unread.h"

static bool take_line_event(void *context, const struct event *event)
{
	const struct mapper *mapper = context;

	return mapper_take_event(context, event,
				 event_selection_test(mapper->settings->selection, event, false));
}

static void read_log(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	(void)head;
	mapper_scan(mapper, reader, reader->offset > 0, NULL);
}

/* True when there are any. */
static bool scan_for_chunks(struct mapper *mapper, struct reader *reader)
{
	uint64_t before = mapper->status->tally.scan.chunks;

	mapper_scan(mapper, reader, false, NULL);
	return mapper->status->tally.scan.chunks > before;
}

/* Any file may hold chunks, but one that is named like a log has to. */
static void read_chunks(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	bool is_log = evtx_is_log(head->data, head->size) || file_head_is_no_line(head, reader);

	if (scan_for_chunks(mapper, reader) || is_log)
		return;
	mapper->counts_as = SKIPPED;
	if (unread_is_log_name(unread_get_name(reader)))
		mapper_report(mapper, reader, FAULT_UNKNOWN_FORMAT,
			      "named like an event log, and none: it holds no chunk of one");
}

static void read_repository(struct mapper *mapper, struct reader *reader,
			    const struct file_head *head)
{
	(void)head;
	object_reader_keep(mapper->objects, reader);
}

static void read_objects(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	uint64_t found = object_reader_carve(mapper->objects, reader);

	mapper->counts_as = found > 0 || head->named ? READ : SKIPPED;
}

static bool take_line_object(void *context, const struct wmi_object *object)
{
	object_reader_take_line(((struct mapper *)context)->objects, object);
	return true;
}

static void read_lines(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	struct tally *tally = &mapper->status->tally;
	g_autofree char *via = event_lines_cite(reader->stream);
	struct run_lines run = {.via = via,
				.claimed = !head->named,
				.take_log = log_teller_take_line,
				.log_context = &mapper->logs};
	const struct line_calls calls = {
		.take = mapper->settings->no_events ? NULL : take_line_event,
		.take_object = mapper->settings->objects ? take_line_object : NULL,
		.at_line = mapper_at_piece};

	tally->lines += event_lines_read(reader, &mapper->faults, &calls, mapper, &run);
	tally_add(tally, &run.tally);
	if (run.opened > run.closed)
		mapper_report(
			mapper, reader, FAULT_INTERRUPTED,
			"the lines end before their summary: the run that wrote them did not");
	/* What the lines were read from is counted instead. */
	if (run.closed > 0)
		mapper->counts_as = COUNTED_BEFORE;
}

static void read_export(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	(void)head;
	export_part_read_first(mapper, reader);
}

/* What texts and tools say of objects. Windows keeps binary MOFs of its own in AutoRecover. */
static void read_told(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	bool is_binary = bid_binary_mof(head) != BID_NONE;
	uint64_t found =
		is_binary ? 0
			  : object_reader_read_told(mapper->objects, reader, head, mapper_at_piece);

	mapper->status->tally.binary_mofs += is_binary;
	mapper->counts_as = found > 0 || head->named ? READ : SKIPPED;
}

/* A disk image may hold chunks as they are, though nobody can say that they are all of it. */
static void read_unread(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	struct fault fault = {.code = head->unread.code,
			      .what = head->unread.what,
			      .path = reader->stream->path,
			      .entry = reader->stream->entry};

	mapper_add_fault(mapper, &fault);
	mapper->counts_as = SKIPPED;
	if (head->recover && head->no_events)
		read_objects(mapper, reader, head);
	else if (head->recover && scan_for_chunks(mapper, reader))
		mapper->counts_as = READ;
}

/* A new kind of file is a row here; its reader stands in a file of its own. */
static const struct format formats[] = {
	{bid_unread, read_unread}, {bid_log, read_log},		{bid_chunks, read_chunks},
	{bid_lines, read_lines},   {bid_export, read_export},	{bid_repository, read_repository},
	{bid_mof, read_told},	   {bid_binary_mof, read_told}, {bid_snapshot, read_told},
	{bid_note, read_told},	   {bid_objects, read_objects}, /* the last */
};

const struct format *format_find(const struct file_head *head)
{
	const struct format *found = NULL;
	enum bid highest = BID_NONE;

	for (size_t i = 0; i < G_N_ELEMENTS(formats) && highest < BID_CERTAIN; i++) {
		enum bid bid = formats[i].bid(head);

		if (bid <= highest)
			continue;
		highest = bid;
		found = &formats[i];
	}
	return found;
}

uint32_t format_number(const struct format *format)
{
	return (uint32_t)(format - formats);
}

const struct format *format_of_number(uint32_t number)
{
	return &formats[MIN(number, G_N_ELEMENTS(formats) - 1)];
}
