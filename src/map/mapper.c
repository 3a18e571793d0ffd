/* SPDX-License-Identifier: Apache-2.0 */
#include "map/mapper.h"

#include <errno.h>
#include <string.h>

#include "event/event_pack.h"
#include "evtx/chunk.h"
#include "input/descriptor.h"
#include "input/volumes.h"
#include "map/export_part.h"
#include "map/file_format.h"
#include "map/mapper_state.h"
#include "map/protocol.h"
#include "map/unread.h"

/* Adds an answer after what there was to say before it. */
static void answer(struct mapper *mapper, uint32_t type, const void *data, size_t size)
{
	log_word_send(&mapper->log_word);
	answers_add(mapper->work->answers, type, data, size);
}

void mapper_add_fault(void *context, const struct fault *fault)
{
	struct mapper *mapper = context;
	g_autoptr(GByteArray) bytes = NULL;

	if (mapper->muted)
		return;
	mapper->logs.faults += MAX(fault->count, 1);
	/* Lines may report the faults of other files. */
	bytes = fault_encode(fault, fault->path && strcmp(fault->path, mapper->path) != 0);
	answer(mapper, ANSWER_FAULT, bytes->data, bytes->len);
}

static void report_at(struct mapper *mapper, const struct event_ref *place, enum fault_code code,
		      const char *what)
{
	struct fault fault = {.code = code,
			      .what = what,
			      .path = place->path,
			      .entry = place->entry,
			      .via = place->via,
			      .offset = place->offset,
			      .has_offset = true};

	mapper_add_fault(mapper, &fault);
}

void mapper_report(struct mapper *mapper, const struct reader *reader, enum fault_code code,
		   const char *what)
{
	const struct stream *stream = reader->stream;

	report_at(mapper,
		  &(struct event_ref){
			  .path = stream->path, .entry = stream->entry, .offset = reader->offset},
		  code, what);
}

static void answer_event(struct mapper *mapper, const struct event *event)
{
	bool is_own = !event->ref.via && g_strcmp0(event->ref.path, mapper->path) == 0;

	g_byte_array_set_size(mapper->packed, 0);
	event_pack(event, is_own, mapper->packed);
	if (mapper->packed->len > WH_MAX_EVENT_LINE)
		report_at(mapper, &event->ref, FAULT_LIMIT, "event is longer than an event can be");
	else
		answer(mapper, ANSWER_EVENT, mapper->packed->data, mapper->packed->len);
}

bool mapper_take_event(void *context, const struct event *event, enum event_fit fit)
{
	struct mapper *mapper = context;
	bool gave_up = false;

	if (fit == EVENT_UNWANTED || !map_settings_admit(mapper->settings, event, &gave_up)) {
		if (gave_up)
			report_at(mapper, &event->ref, FAULT_GAVE_UP,
				  "--host gives up on this event's host");
		return true;
	}
	if (fit == EVENT_IN_DOUBT)
		report_at(mapper, &event->ref, FAULT_GAVE_UP,
			  "--match gives up on this event's texts (see its limits)");
	else
		answer_event(mapper, event);
	return true;
}

static void answer_log(void *context, const char *line, size_t size)
{
	answer(context, ANSWER_LOG, line, size);
}

/* All answers of a chunk are kept before the next is begun, so that none dies with the next. */
void mapper_at_piece(void *context, uint64_t offset, size_t size)
{
	struct mapper *mapper = context;
	struct worker_status *status = mapper->status;

	if (size) {
		status->offset = offset;
		status->size = size;
		status->place = AT_CHUNK;
		return;
	}
	status->progress += status->size;
	answers_keep(mapper->work->answers);
	if (mapper->scan)
		status->tally.scan = mapper->scan->counts;
	status->place = AT_FILE;
}

/* Who waits at the other end of a pipe need not wait for what is to come through it. */
static void will_wait(void *context)
{
	answers_send(((const struct mapper *)context)->work->answers);
}

void mapper_scan(struct mapper *mapper, struct reader *reader, bool in_log,
		 const struct scan_part *part)
{
	const struct map_settings *settings = mapper->settings;
	struct scan scan = {
		.selection = settings->selection,
		.use_sieve = settings->use_sieve,
		.recover = settings->recover,
		.quick = settings->quick && reader->offset == 0,
		.in_log = in_log,
		.part = part,
		.take = mapper_take_event,
		.at_chunk = mapper_at_piece,
		.take_log = settings->tells_logs ? log_teller_take : NULL,
		.log_context = &mapper->logs,
		.context = mapper,
		.faults = &mapper->faults,
		.counts = mapper->status->tally.scan,
	};

	if (!mapper->scanner)
		mapper->scanner = scanner_new(&settings->selection->plan, settings->decoder);
	mapper->scan = &scan;
	scanner_scan(mapper->scanner, &scan, reader);
	mapper->scan = NULL;
	mapper->status->tally.scan = scan.counts;
}

static void read_file(struct mapper *mapper, struct reader *reader, const struct format *format,
		      const struct file_head *head)
{
	mapper->status->format = format_number(format);
	mapper->status->place = AT_FILE;
	mapper->counts_as = READ;
	format->read(mapper, reader, head);
}

static void refuse(struct mapper *mapper, struct reader *reader, const struct file_head *head)
{
	struct unread refusal;

	if (file_head_is_no_line(head, reader))
		mapper->counts_as = READ;
	else if (head->no_events && head->named)
		mapper_report(mapper, reader, FAULT_UNKNOWN_FORMAT,
			      "neither a file of a WMI repository, nor MOF text, nor a list of "
			      "subscriptions that is known, nor an archive of them");
	else if (head->no_events)
		return;
	else if (unread_refuse(reader, head->data, head->size, head->named, &refusal))
		mapper_report(mapper, reader, refusal.code, refusal.what);
}

/* What is said of a file as a whole. `began`: where this worker began. */
static void end_file(struct mapper *mapper, const struct reader *reader, uint64_t began)
{
	struct tally *tally = &mapper->status->tally;

	if (reader->error) {
		g_autofree char *what =
			g_strconcat("cannot read: ", g_strerror(reader->error), NULL);

		mapper_report(mapper, reader, FAULT_UNREADABLE, what);
	}
	/* Of a part that begins it, more is read: up to the border. */
	tally->bytes += MAX(began, MIN(reader->offset, mapper->end)) - began;
	if (began > 0)
		return;
	log_teller_end_file(&mapper->logs, reader);
	tally->files += mapper->counts_as == READ;
	tally->skipped += mapper->counts_as == SKIPPED;
}

/* Files of a repository that a worker held for others when it died. */
static void report_lost(struct mapper *mapper, const struct reader *reader)
{
	const bool muted = mapper->muted;

	mapper->muted = false;
	mapper_report(mapper, reader, FAULT_WORKER,
		      "a worker died that may not have read this file of a repository");
	mapper->muted = muted;
}

/* Passes over what a worker had done before it died. False when that is all of the file. */
static bool go_to_resumption(struct mapper *mapper, struct reader *reader,
			     const struct file_head *head)
{
	const struct resumption *resumption = &mapper->request.resumption;
	const uint8_t *data;
	size_t size;

	if (resumption->active && mapper->files < resumption->file && head->in_repository)
		report_lost(mapper, reader);
	if (!resumption->active || mapper->files < resumption->file)
		return !resumption->active;
	if (mapper->files > resumption->file)
		return true;
	mapper->muted = false;
	if (resumption->offset == UINT64_MAX)
		return false;
	while (reader->offset < resumption->offset &&
	       (size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0)
		reader_skip(reader, MIN(size, resumption->offset - reader->offset));
	return true;
}

static bool visit(void *context, struct reader *reader, bool named)
{
	struct mapper *mapper = context;
	struct file_head head = {.named = named,
				 .recover = mapper->settings->recover,
				 .no_events = mapper->settings->no_events,
				 .reads_objects = mapper->objects != NULL,
				 .name = unread_get_name(reader),
				 .takes_lines = named || mapper->settings->trust_lines};
	const struct format *format;
	uint64_t began;

	log_teller_begin_file(&mapper->logs, mapper->path, false);
	file_head_look(&head, reader);
	if (mapper->objects)
		head.in_repository = object_reader_reach(mapper->objects, reader->stream);
	format = format_find(&head);
	mapper->status->file = mapper->files;
	mapper->status->is_plain = reader->stream->entry == NULL;
	g_strlcpy(mapper->status->name, reader->stream->entry ? reader->stream->entry : "",
		  WH_STATUS_NAME);
	if (go_to_resumption(mapper, reader, &head)) {
		began = reader->offset;
		mapper->counts_as = SKIPPED;
		mapper->end = UINT64_MAX;
		if (format)
			read_file(mapper, reader, format, &head);
		else if (!reader->error)
			refuse(mapper, reader, &head);
		end_file(mapper, reader, began);
	}
	mapper->files++;
	mapper->status->place = AT_NOTHING;
	answers_keep(mapper->work->answers);
	return true;
}

static void split(void *context, uint64_t first, uint64_t count, uint64_t packed)
{
	struct mapper *mapper = context;
	struct split parts = {first, count, packed, false};

	answers_add(mapper->work->answers, ANSWER_SPLIT, &parts, sizeof(parts));
}

static void at_entry(void *context, uint64_t number, const char *name)
{
	struct worker_status *status = ((struct mapper *)context)->status;

	status->entry = number;
	g_strlcpy(status->name, name ? name : "", WH_STATUS_NAME);
}

static const char *ask_password(void *context)
{
	struct mapper *mapper = context;
	g_autoptr(GBytes) reply = answers_ask(mapper->work->answers, ANSWER_PASSWORD, NULL, 0);
	gsize size;
	const char *text = g_bytes_get_data(reply, &size);

	if (size < 1 || text[0] != 1)
		return NULL;
	g_ptr_array_add(mapper->asked, g_strndup(text + 1, size - 1));
	return mapper->asked->pdata[mapper->asked->len - 1];
}

static void at_progress(void *context, uint64_t amount)
{
	((struct mapper *)context)->status->progress += amount;
}

static void at_spent(void *context, uint64_t bytes, uint64_t entries)
{
	struct mapper *mapper = context;
	struct spent spent = {bytes, entries, mapper->status->tally};

	if (mapper->scan)
		spent.tally.scan = mapper->scan->counts;
	answers_add(mapper->work->answers, ANSWER_SPENT, &spent, sizeof(spent));
}

/* Files of a repository are read together. */
static bool stays(void *context, const char *name, size_t length)
{
	const struct mapper *mapper = context;

	return mapper->objects && object_reader_is_name(name, length);
}

struct mapper *mapper_new(const struct map_settings *settings)
{
	struct mapper *mapper = g_new0(struct mapper, 1);

	mapper->settings = settings;
	mapper->faults = (struct fault_sink){mapper_add_fault, mapper};
	mapper->calls = (struct unpack_calls){
		.visit = visit,
		.split = split,
		.at_entry = at_entry,
		.stays = stays,
		.ask_password = ask_password,
		.progress = at_progress,
		.spent = at_spent,
		.context = mapper,
		.faults = &mapper->faults,
	};
	mapper->unpacker = unpacker_new(&mapper->calls, &settings->limits, settings->passwords);
	if (settings->objects)
		mapper->objects = object_reader_new(settings, &mapper->calls);
	mapper->packed = g_byte_array_new();
	log_word_sender_init(&mapper->log_word);
	log_teller_init(&mapper->logs, settings, answer_log, mapper);
	mapper->asked = g_ptr_array_new_with_free_func(g_free);
	return mapper;
}

/* A pipe is taken up where a worker left it: what that had read and not used comes first. */
static void resume_pipe(struct mapper *mapper, struct stream *stream)
{
	const struct resumption *resumption = &mapper->request.resumption;
	const struct format *format = format_of_number(resumption->format);
	struct reader reader;

	reader_init(&reader, stream);
	reader.offset = resumption->offset;
	mapper->end = UINT64_MAX;
	log_teller_begin_file(&mapper->logs, mapper->path, false);
	mapper->muted = false;
	read_file(mapper, &reader, format, &(struct file_head){.named = true});
	end_file(mapper, &reader, resumption->offset);
	reader_release(&reader);
}

static void read_log_part(struct mapper *mapper, struct descriptor *descriptor)
{
	const struct request *request = &mapper->request;
	const struct scan_part part = {.end = request->first + request->count,
				       .is_open = request->is_log_open,
				       .at_header = log_word_send_header,
				       .at_log_chunk = log_word_send_chunk,
				       .context = &mapper->log_word};
	struct reader reader;

	/* By its first bytes the next part's chunk is known to stand there. */
	descriptor->stream.size = MIN(request->size, part.end + WH_MAGIC_SIZE);
	descriptor->offset = request->first;
	reader_init(&reader, &descriptor->stream);
	reader.offset = request->first;
	mapper->counts_as = READ;
	mapper->end = UINT64_MAX;
	log_teller_begin_file(&mapper->logs, mapper->path, true);
	mapper_scan(mapper, &reader, reader.offset > 0, &part);
	end_file(mapper, &reader, request->first);
	reader_release(&reader);
	if (part.end == request->size)
		answer(mapper, ANSWER_LOG_END, NULL, 0);
	log_word_send(&mapper->log_word);
}

static void read_export_part(struct mapper *mapper, struct descriptor *descriptor)
{
	const struct request *request = &mapper->request;
	struct reader reader;

	/* What it begins with may be the byte before, of the part before. */
	descriptor->offset = request->first - 1;
	reader_init(&reader, &descriptor->stream);
	reader.offset = request->first - 1;
	mapper->counts_as = READ;
	mapper->end = request->first + request->count;
	mapper->status->is_plain = true;
	mapper->status->place = AT_FILE;
	log_teller_begin_file(&mapper->logs, mapper->path, true);
	export_part_read(mapper, &reader);
	end_file(mapper, &reader, request->first);
	reader_release(&reader);
	if (mapper->end == request->size)
		answer(mapper, ANSWER_LOG_END, NULL, 0);
}

void mapper_work(struct mapper *mapper, const struct work *work)
{
	struct request *request = &mapper->request;
	const uint8_t *at = work->request + sizeof(*request);
	struct descriptor descriptor;
	struct volumes volumes;
	struct stream *stream = &descriptor.stream;

	memcpy(request, work->request, sizeof(*request));
	g_free(mapper->path);
	mapper->path = g_strndup((const char *)at, request->path_length);
	mapper->work = work;
	mapper->log_word.answers = work->answers;
	if (mapper->objects)
		object_reader_begin(mapper->objects, work, mapper->path);
	mapper->status = work->status;
	mapper->files = 0;
	mapper->muted = request->resumption.active;
	memset(mapper->status, 0, offsetof(struct worker_status, tail));
	descriptor_init(&descriptor, work->fd, mapper->path);
	descriptor.read_count = &mapper->status->read;
	descriptor.bad.faults = &mapper->faults;
	descriptor.will_wait = will_wait;
	descriptor.context = mapper;
	if (request->is_pipe)
		descriptor_use_pipe(&descriptor, mapper->status->tail, WH_STATUS_TAIL);
	else
		descriptor_use_file(&descriptor, request->size);
	if (request->is_split) {
		volumes_init(&volumes, work->fds, work->fd_count, mapper->path);
		volumes.read_count = &mapper->status->read;
		volumes.bad.faults = &mapper->faults;
		stream = &volumes.stream;
	}
	if (request->is_pipe && request->resumption.active) {
		descriptor_put_back(&descriptor, at + request->path_length,
				    request->resumption.rest, request->resumption.offset);
		resume_pipe(mapper, &descriptor.stream);
	} else if (request->names && mapper->objects) {
		object_reader_read_folder(mapper->objects, (const char *)at + request->path_length,
					  request->names, mapper->unpacker, request->named);
	} else if (request->is_log_part) {
		read_log_part(mapper, &descriptor);
	} else if (request->is_export_part) {
		read_export_part(mapper, &descriptor);
	} else if (request->is_range) {
		unpack_range(mapper->unpacker, stream, request->archive, request->first,
			     request->count);
	} else {
		unpack_stream(mapper->unpacker, stream, request->named);
	}
	if (mapper->objects)
		object_reader_end(mapper->objects);
	g_byte_array_append(work->result, (const guint8 *)&mapper->status->tally,
			    sizeof(struct tally));
}
