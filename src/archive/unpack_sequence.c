/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "archive/held_stream.h"
#include "archive/libarchive_stream.h"
#include "archive/replay_stream.h"
#include "archive/sevenzip/plain.h"
#include "archive/unpack_parts.h"

/* An archive whose entries come one after another. */
struct sequence {
	struct unpacker *unpacker;
	struct libarchive *archive;
	const struct stream *stream; /* that has the archive's names */
	enum archive_kind kind;
	unsigned depth;
	bool ended; /* at a limit */
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
	struct layer layer = {.stream = *sequence->stream, .faults = calls->faults};
	g_autofree char *name = NULL;

	if (!budget_add_entry(&unpacker->budget, &layer)) {
		sequence->ended = true;
		return true;
	}
	if (entry->type == LIBARCHIVE_FOLDER || entry->type == LIBARCHIVE_DEVICE)
		return true;
	name = unpack_get_name(unpacker, sequence->stream, entry->name, strlen(entry->name),
			       sequence->kind != ARCHIVE_ZIP);
	if (sequence->depth == 0 && calls->at_entry)
		calls->at_entry(calls->context, unpacker->number++, name);
	if (entry->type == LIBARCHIVE_LINK) {
		unpack_report(unpacker, sequence->stream, name, FAULT_LINK,
			      "the entry is a link, which is not followed");
		return true;
	}
	return unpack_file(sequence, name);
}

/* Returns false when a visit said stop; *broken when the archive cannot be read on. */
static bool unpack_sequence(struct sequence *sequence, bool *broken)
{
	struct libarchive_entry entry;
	enum libarchive_step step;
	bool reported = false;

	while (!sequence->ended &&
	       (step = libarchive_next(sequence->archive, &entry)) != LIBARCHIVE_END) {
		const char *problem = libarchive_get_problem(sequence->archive);

		if (step == LIBARCHIVE_ENTRY) {
			if (!unpack_next(sequence, &entry))
				return false;
			continue;
		}
		if (problem && !reported)
			unpack_report(sequence->unpacker, sequence->stream, sequence->stream->entry,
				      FAULT_ARCHIVE_DAMAGED, problem);
		reported = true;
		if (step == LIBARCHIVE_BROKEN) {
			*broken = true;
			break;
		}
	}
	return true;
}

/* Moves on to the mark of a zip's entry. */
static bool find_zip_entry(struct feed *feed)
{
	const uint8_t *data, *found;
	size_t size;

	while ((size = reader_peek(&feed->reader, WH_READER_SIZE, &data)) >= 4) {
		found = memmem(data, size, "PK\3\4", 4);
		reader_skip(&feed->reader, found ? (size_t)(found - data) : size - 3);
		if (found)
			return true;
	}
	return false;
}

bool unpack_in_order(struct unpacker *unpacker, const struct content *content,
		     enum archive_kind kind)
{
	bool is_zip = kind == ARCHIVE_ZIP;
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
	bool go_on = true, broken = true;

	/* After damage a zip goes on with the next mark of an entry. */
	for (unsigned i = 0; i < WH_MAX_SALVAGE && go_on && broken && !sequence.ended; i++) {
		broken = false;
		if (is_zip && i > 0 && !find_zip_entry(content->feed))
			break;
		sequence.archive = libarchive_new(&source);
		go_on = unpack_sequence(&sequence, &broken);
		libarchive_free(sequence.archive);
		broken = broken && is_zip;
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
	bool broken = false, go_on = unpack_sequence(&sequence, &broken);

	libarchive_free(sequence.archive);
	return go_on;
}

static const char *ask_password(void *context)
{
	struct unpacker *unpacker = context;

	return unpack_get_password(unpacker, unpacker->passwords->len);
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
	switch (sevenzip_open_plain(stream, list, ask_password, unpacker, plain, &problem)) {
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

/* Its directory comes last, so what can be read only once is held. */
bool unpack_sevenzip(struct unpacker *unpacker, const struct content *content)
{
	struct replay *replay = NULL;
	struct stream *stream = unpack_get_random(unpacker, content, &replay);
	struct held_stream *held = stream ? NULL : held_stream_new(&content->feed->reader);
	struct stream *plain = NULL, *opened = NULL;
	bool go_on = true;

	if (held)
		stream = held_stream_get(held);
	if (stream)
		opened = open_sevenzip(unpacker, stream, &plain);
	else
		unpack_report(
			unpacker, &content->feed->layer->stream, content->feed->layer->stream.entry,
			FAULT_LIMIT,
			"a 7z archive from a pipe is too big to hold in memory; give its file");
	if (opened)
		go_on = unpack_plain_sevenzip(unpacker, opened, content->depth);
	sevenzip_plain_free(plain);
	held_stream_free(held);
	replay_free(replay);
	return go_on;
}
