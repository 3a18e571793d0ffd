/* SPDX-License-Identifier: Apache-2.0 */
#include "map/object_reader.h"

#include <string.h>
#include <unistd.h>

#include "archive/archive_kind.h"
#include "evtx/chunk.h"
#include "input/descriptor.h"
#include "input/repository_name.h"
#include "map/collection_notes.h"
#include "map/repository_set.h"
#include "snapshot/mof_objects.h"

struct object_reader {
	const struct map_settings *settings;
	const struct unpack_calls *calls;
	struct repository_calls object_calls;
	struct repository_set *set;
	struct collection_notes *notes;
	GByteArray *packed; /* the object at hand */
	const struct work *work; /* of the task at hand */
	const char *path;
};

/* An object has no time that is known. */
static bool is_of_asked_host(const struct object_reader *objects, const struct wmi_object *object)
{
	const GRegex *host = objects->settings->host;

	return !host ||
	       (object->host && g_regex_match_full(host, object->host, -1, 0, 0, NULL, NULL));
}

static void take_object(void *context, const struct wmi_object *object)
{
	struct object_reader *objects = context;
	bool is_own = !object->via && g_strcmp0(object->path, objects->path) == 0;
	struct fault fault = {.code = FAULT_LIMIT,
			      .what = "object is longer than an object can be",
			      .path = object->path,
			      .entry = object->entry,
			      .offset = object->offset,
			      .has_offset = true};

	if (!is_of_asked_host(objects, object))
		return;
	g_byte_array_set_size(objects->packed, 0);
	wmi_object_pack(object, is_own, objects->packed);
	if (objects->packed->len > WH_MAX_EVENT_LINE)
		fault_report(objects->calls->faults, &fault);
	else
		answers_add(objects->work->answers, ANSWER_OBJECT, objects->packed->data,
			    objects->packed->len);
}

struct object_reader *object_reader_new(const struct map_settings *settings,
					const struct unpack_calls *calls)
{
	struct object_reader *objects = g_new0(struct object_reader, 1);

	objects->settings = settings;
	objects->calls = calls;
	objects->object_calls = (struct repository_calls){.take = take_object,
							  .progress = calls->progress,
							  .take_context = objects,
							  .context = calls->context,
							  .faults = calls->faults};
	objects->set = repository_set_new(settings->objects, &objects->object_calls);
	objects->notes = collection_notes_new();
	objects->packed = g_byte_array_new();
	return objects;
}

void object_reader_begin(struct object_reader *objects, const struct work *work, const char *path)
{
	objects->work = work;
	objects->path = path;
}

void object_reader_end(struct object_reader *objects)
{
	repository_set_read(objects->set);
	collection_notes_give(objects->notes, NULL, objects->path, take_object, objects);
}

bool object_reader_reach(struct object_reader *objects, const struct stream *stream)
{
	const char *name = stream->entry ? stream->entry : stream->path;

	repository_set_reach(objects->set, stream->entry);
	collection_notes_give(objects->notes, stream->entry ? stream->entry : "", objects->path,
			      take_object, objects);
	return repository_set_is_name(name);
}

bool object_reader_is_name(const char *name, size_t length)
{
	g_autofree char *text = g_strndup(name, length);

	return repository_set_is_name(text) || collection_notes_is_name(text);
}

void object_reader_keep(struct object_reader *objects, struct reader *reader)
{
	repository_set_keep(objects->set, reader);
}

uint64_t object_reader_carve(struct object_reader *objects, struct reader *reader)
{
	return repository_carve(reader, objects->settings->objects, &objects->object_calls);
}

/* A collection may say whose it is later. */
static void take_wanted(void *context, const struct wmi_object *object)
{
	struct object_reader *objects = context;
	struct wmi_object completed = *object;

	if (!object_wants_match(objects->settings->objects, object) ||
	    collection_notes_hold(objects->notes, object))
		return;
	collection_notes_complete(objects->notes, &completed);
	take_object(objects, &completed);
}

uint64_t object_reader_read_told(struct object_reader *objects, struct reader *reader,
				 const struct file_head *head,
				 void (*at_piece)(void *context, uint64_t offset, size_t size))
{
	const struct snapshot_reading reading = {take_wanted, objects, at_piece,
						 objects->calls->context, objects->calls->faults};

	if (bid_note(head) != BID_NONE) {
		collection_notes_read(objects->notes, reader);
		return 0;
	}
	return bid_mof(head) != BID_NONE
		       ? mof_objects_read(reader, objects->settings->objects, &reading)
		       : snapshot_read(reader, &reading);
}

/* What a name says may be wrong; marks that are short may be those of records. */
static bool is_something_else(struct stream *stream)
{
	uint8_t head[WH_MAGIC_SIZE];
	enum archive_kind kind;

	if (stream_read_all_at(stream, head, sizeof(head), 0) != sizeof(head))
		return false;
	kind = archive_kind_tell(head, sizeof(head));
	return evtx_is_log(head, sizeof(head)) || kind == ARCHIVE_ZIP || kind == ARCHIVE_SEVENZIP;
}

/* The result of a collection comes first, and then what says whose it is. */
static void read_collection(struct object_reader *objects, struct descriptor *files, unsigned count,
			    struct unpacker *unpacker, bool named)
{
	for (unsigned i = 1; i < count; i++) {
		struct reader reader;

		reader_init(&reader, &files[i].stream);
		collection_notes_read(objects->notes, &reader);
		reader_release(&reader);
	}
	unpack_stream(unpacker, &files[0].stream, named);
}

static void read_repository(struct object_reader *objects, struct descriptor *files, unsigned count,
			    struct unpacker *unpacker, bool named)
{
	struct worker_status *status = objects->work->status;

	for (unsigned i = 0; i < count; i++) {
		if (is_something_else(&files[i].stream)) {
			unpack_stream(unpacker, &files[i].stream, named);
			continue;
		}
		repository_set_add(objects->set, &files[i].stream);
		status->tally.files++;
		status->tally.bytes += files[i].stream.size;
	}
	repository_set_read(objects->set);
}

void object_reader_read_folder(struct object_reader *objects, const char *names, size_t size,
			       struct unpacker *unpacker, bool named)
{
	const struct work *work = objects->work;
	struct worker_status *status = work->status;
	struct descriptor files[WH_MAX_REPOSITORY_FILES];
	unsigned most = MIN(work->fd_count, WH_MAX_REPOSITORY_FILES), count = 0;
	const char *end = names + size, *first = names;

	for (; count < most && names < end; count++, names += strlen(names) + 1) {
		off_t file_size = lseek(work->fds[count], 0, SEEK_END);

		descriptor_init(&files[count], work->fds[count], names);
		files[count].read_count = &status->read;
		files[count].bad.faults = objects->calls->faults;
		descriptor_use_file(&files[count], file_size > 0 ? (uint64_t)file_size : 0);
	}
	if (count > 0 && collection_notes_is_name(first))
		read_collection(objects, files, count, unpacker, named);
	else
		read_repository(objects, files, count, unpacker, named);
}

void object_reader_take_line(struct object_reader *objects, const struct wmi_object *object)
{
	if (object_wants_match(objects->settings->objects, object))
		take_object(objects, object);
}
