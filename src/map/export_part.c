/* SPDX-License-Identifier: Apache-2.0 */
#include "map/export_part.h"

#include "base/limits.h"
#include "export/export.h"
#include "map/mapper_state.h"

static void at_held(void *context, unsigned count)
{
	((struct mapper *)context)->status->held = count;
}

static struct export_reading make_reading(struct mapper *mapper)
{
	const struct map_settings *settings = mapper->settings;

	return (struct export_reading){.selection = settings->selection,
				       .use_sieve = settings->use_sieve,
				       .take = mapper_take_event,
				       .at_record = mapper_at_piece,
				       .at_held = at_held,
				       .context = mapper,
				       .faults = &mapper->faults,
				       .take_log = settings->tells_logs ? log_teller_take : NULL,
				       .log_context = &mapper->logs};
}

/* The file's begin, as a whole reader looks at it. The caller frees it. */
static uint8_t *read_head(const struct reader *reader, size_t *size)
{
	uint8_t *head = g_malloc(WH_READER_SIZE);
	ssize_t got = stream_read_all_at(reader->stream, head, WH_READER_SIZE, 0);

	*size = got > 0 ? (size_t)got : 0;
	return head;
}

static bool has_parts(const struct mapper *mapper, const struct reader *reader)
{
	const struct request *request = &mapper->request;
	const struct stream *stream = reader->stream;
	g_autofree uint8_t *head = NULL;
	size_t size;

	/* The input itself, of one piece. */
	if (request->is_pipe || request->is_split || request->names || stream->entry ||
	    !stream->read_at || stream->size != request->size ||
	    request->size < 2 * (uint64_t)WH_EXPORT_PART)
		return false;
	head = read_head(reader, &size);
	return export_has_parts(head, size);
}

void export_part_read_first(struct mapper *mapper, struct reader *reader)
{
	struct export_reading reading = make_reading(mapper);
	uint64_t size = mapper->request.size;
	uint64_t part = MAX(WH_EXPORT_PART, size / WH_MAX_EXPORT_PARTS + 1);

	if (has_parts(mapper, reader)) {
		mapper->end = reading.end = part;
		mapper->logs.is_part = true;
		for (uint64_t first = part; first < size; first += part) {
			uint64_t count = MIN(part, size - first);
			const struct split split = {first, count, count, true};

			answers_add(mapper->work->answers, ANSWER_SPLIT, &split, sizeof(split));
		}
	}
	mapper->status->tally.scan.records += export_read(reader, &reading);
}

void export_part_read(struct mapper *mapper, struct reader *reader)
{
	struct export_reading reading = make_reading(mapper);
	size_t size;
	g_autofree uint8_t *head = read_head(reader, &size);

	reading.end = mapper->end;
	mapper->status->tally.scan.records += export_read_part(reader, head, size, &reading);
}
