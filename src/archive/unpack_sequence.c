/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "archive/held_stream.h"
#include "archive/libarchive_stream.h"
#include "archive/replay_stream.h"
#include "archive/sevenzip/plain.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"

/* An archive whose entries come one after another. */
struct sequence {
	struct unpacker *unpacker;
	struct libarchive *archive;
	const struct stream *stream; /* that has the archive's names */
	enum archive_kind kind;
	unsigned depth;
	bool ended; /* at a limit */
	bool damaged; /* reported, and no entry was found since */
};

static bool unpack_file(struct sequence *sequence, const char *name)
{
	struct unpacker *unpacker = sequence->unpacker;
	struct libarchive *archive = sequence->archive;
	struct unpack_entry entry = {
		.layer = libarchive_get_layer(archive, sequence->stream->path, name),
		.budget = &unpacker->budget,
		.depth = sequence->depth + 1,
		/* Its entries can be passed over only by unpacking them. */
		.drain = sequence->kind == ARCHIVE_SEVENZIP || sequence->kind == ARCHIVE_CAB ||
			 sequence->kind == ARCHIVE_RAR,
	};
	bool go_on = unpack_layer(unpacker, &entry);

	if (libarchive_get_damage(archive) && libarchive_is_locked(archive))
		unpack_report(unpacker, sequence->stream, name, FAULT_ENCRYPTED,
			      unpack_describe_lock(unpacker));
	sequence->ended = unpacker->budget.reported;
	if (entry.stopped && entry.drain && !sequence->ended) {
		unpack_report(unpacker, sequence->stream, sequence->stream->entry, FAULT_LIMIT,
			      "the entries after one that is too large are left out");
		sequence->ended = true;
	}
	return go_on;
}

static bool unpack_next(struct sequence *sequence, const struct libarchive_entry *entry)
{
	struct unpacker *unpacker = sequence->unpacker;
	const struct unpack_calls *calls = unpacker->calls;
	g_autofree char *name = NULL;
	const char *warning;

	if (!unpack_add_entry(unpacker, sequence->stream)) {
		sequence->ended = true;
		return true;
	}
	if (entry->type == LIBARCHIVE_FOLDER || entry->type == LIBARCHIVE_DEVICE)
		return true;
	name = unpack_get_name(unpacker, sequence->stream, entry->name, strlen(entry->name),
			       sequence->kind != ARCHIVE_ZIP);
	if (sequence->depth == 0 && calls->at_entry)
		calls->at_entry(calls->context, unpacker->number++, name);
	warning = libarchive_get_warning(sequence->archive);
	if (warning)
		unpack_report(unpacker, sequence->stream, name, FAULT_ARCHIVE_DAMAGED, warning);
	if (entry->type == LIBARCHIVE_LINK) {
		unpack_report(unpacker, sequence->stream, name, FAULT_LINK,
			      "the entry is a link, which is not followed");
		return true;
	}
	return unpack_file(sequence, name);
}

/* Returns false when a visit said stop. */
static bool unpack_sequence(struct sequence *sequence)
{
	struct libarchive_entry entry;
	enum libarchive_step step;

	while (!sequence->ended &&
	       (step = libarchive_next(sequence->archive, &entry)) != LIBARCHIVE_END) {
		const char *problem = libarchive_get_problem(sequence->archive);

		if (step == LIBARCHIVE_ENTRY) {
			sequence->damaged = false;
			if (!unpack_next(sequence, &entry))
				return false;
			continue;
		}
		if (problem && !sequence->damaged)
			unpack_report(sequence->unpacker, sequence->stream, sequence->stream->entry,
				      FAULT_ARCHIVE_DAMAGED, problem);
		sequence->damaged = true;
		if (step == LIBARCHIVE_BROKEN)
			break;
	}
	return true;
}

/* A cab says where it ends, which may be after all that its entries need. */
static uint64_t get_cab_end(struct feed *feed)
{
	const uint8_t *data;
	size_t size = reader_peek(&feed->reader, 12, &data);
	uint32_t end = 0;

	bytes_get_u32(data, size, 8, &end);
	return feed->reader.offset + end;
}

static void report_too_many(struct unpacker *unpacker, const struct stream *stream)
{
	unpack_report(unpacker, stream, stream->entry, FAULT_LIMIT,
		      "what follows so many ends, or places that are damaged, is left out");
}

static bool unpack_one(struct sequence *sequence, const struct libarchive_source *source)
{
	struct feed *feed = source->feed;
	uint64_t end = source->kind == ARCHIVE_CAB ? get_cab_end(feed) : 0;
	bool go_on;

	sequence->archive = libarchive_new(source);
	go_on = unpack_sequence(sequence);
	libarchive_free(sequence->archive);
	if (end > feed->reader.offset && !sequence->damaged)
		feed_skip(feed, end - feed->reader.offset);
	/* What is passed over then was said, or is what no end was found of. */
	if (source->kind == ARCHIVE_ZIP && !sequence->damaged)
		sequence->damaged = !unpack_skip_zip_directory(feed);
	return go_on;
}

/* After damage it goes on with the next mark or header; after its end with another archive. */
bool unpack_in_order(struct unpacker *unpacker, const struct content *content,
		     enum archive_kind kind)
{
	struct sequence sequence = {.unpacker = unpacker,
				    .stream = &content->feed->layer->stream,
				    .kind = kind,
				    .depth = content->depth};
	struct libarchive_source source = {.kind = kind,
					   .feed = content->feed,
					   .locale = unpacker->locale,
					   .next_password = unpack_get_password,
					   .context = unpacker,
					   .faults = unpacker->calls->faults};
	bool go_on = unpack_one(&sequence, &source);

	for (unsigned starts = 1; go_on && !sequence.ended &&
				  unpack_find_next(unpacker, content->feed, kind, sequence.damaged);
	     starts++) {
		if (starts == WH_MAX_SALVAGE) {
			report_too_many(unpacker, sequence.stream);
			break;
		}
		go_on = unpack_one(&sequence, &source);
	}
	return go_on;
}

static bool unpack_plain_sevenzip(struct unpacker *unpacker, struct stream *stream, unsigned depth)
{
	struct libarchive_source source = {.kind = ARCHIVE_SEVENZIP,
					   .stream = stream,
					   .locale = unpacker->locale,
					   .faults = unpacker->calls->faults};
	struct sequence sequence = {.unpacker = unpacker,
				    .archive = libarchive_new(&source),
				    .stream = stream,
				    .kind = ARCHIVE_SEVENZIP,
				    .depth = depth};
	bool go_on = unpack_sequence(&sequence);

	libarchive_free(sequence.archive);
	return go_on;
}

static const char *ask_password(void *context)
{
	struct unpacker *unpacker = context;

	return unpack_get_password(unpacker, unpacker->passwords->len);
}

static void try_password(void *context)
{
	unpack_progress(((const struct unpacker *)context)->calls, WH_PROGRESS_STEP);
}

/* Opens what is encrypted. NULL with the problem reported; *plain is the caller's to free. */
static struct stream *open_sevenzip(struct unpacker *unpacker, struct stream *stream,
				    struct stream **plain)
{
	GPtrArray *passwords = unpacker->passwords;
	g_autofree const char **list = g_new0(const char *, passwords->len + 1);
	const char *problem = NULL;

	for (guint i = 0; i < passwords->len; i++)
		list[i] = passwords->pdata[i];
	switch (sevenzip_open_plain(stream, list, ask_password, try_password, unpacker, plain,
				    &problem)) {
	case SEVENZIP_PLAIN:
		return stream;
	case SEVENZIP_OPENED:
		return *plain;
	case SEVENZIP_DAMAGED:
		unpack_report(unpacker, stream, stream->entry, FAULT_ARCHIVE_DAMAGED, problem);
		return NULL;
	default:
		unpack_report(unpacker, stream, stream->entry, FAULT_ENCRYPTED, problem);
		return NULL;
	}
}

/* Moves *position on to the next 7z in the stream, over what is reported unless it is padding. */
static bool find_sevenzip(struct unpacker *unpacker, struct stream *stream, uint64_t *position)
{
	struct slice slice;
	struct feed *feed;
	bool found;

	slice_init(&slice, stream, *position, stream->size, unpacker->calls->faults);
	feed = unpack_take_feed(unpacker, &slice.layer);
	/* Counted from the start of the stream, for what is reported. */
	feed->reader.offset = *position;
	found = unpack_find_next(unpacker, feed, ARCHIVE_SEVENZIP, false);
	*position = feed->reader.offset;
	unpack_give_feed(unpacker, feed);
	return found;
}

static bool unpack_one_sevenzip(struct unpacker *unpacker, struct stream *stream, unsigned depth)
{
	struct stream *plain = NULL, *opened = open_sevenzip(unpacker, stream, &plain);
	bool go_on = true;

	if (opened)
		go_on = unpack_plain_sevenzip(unpacker, opened, depth);
	sevenzip_plain_free(plain);
	return go_on;
}

/* One 7z after another: of each its start says where it ends. */
static bool unpack_sevenzips(struct unpacker *unpacker, struct stream *stream, unsigned depth)
{
	uint64_t end = unpack_get_sevenzip_end(stream), position = 0;
	bool go_on = unpack_one_sevenzip(unpacker, stream, depth);

	for (unsigned starts = 1;
	     go_on && !unpacker->budget.reported && end < stream->size - position; starts++) {
		struct slice slice;

		position += end;
		if (!find_sevenzip(unpacker, stream, &position))
			break;
		if (starts == WH_MAX_SALVAGE) {
			report_too_many(unpacker, stream);
			break;
		}
		slice_init(&slice, stream, position, stream->size, unpacker->calls->faults);
		end = unpack_get_sevenzip_end(&slice.layer.stream);
		go_on = unpack_one_sevenzip(unpacker, &slice.layer.stream, depth);
	}
	return go_on;
}

/* Its directory comes last, so what can be read only once is held. */
bool unpack_sevenzip(struct unpacker *unpacker, const struct content *content)
{
	struct replay *replay = NULL;
	struct stream *stream = unpack_get_random(unpacker, content, &replay);
	struct held_stream *held = stream ? NULL : held_stream_new(&content->feed->reader);
	bool go_on = true;

	if (held)
		stream = held_stream_get(held);
	if (stream)
		go_on = unpack_sevenzips(unpacker, stream, content->depth);
	else
		unpack_report(
			unpacker, &content->feed->layer->stream, content->feed->layer->stream.entry,
			FAULT_LIMIT,
			"a 7z archive from a pipe is too big to hold in memory; give its file");
	held_stream_free(held);
	replay_free(replay);
	return go_on;
}
