/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/unpack.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "archive/entry_name.h"
#include "archive/gzip_stream.h"
#include "archive/held_stream.h"
#include "archive/libarchive_stream.h"
#include "archive/replay_stream.h"
#include "archive/sevenzip/plain.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"
#include "archive/zip_entry.h"

struct unpack_limits unpack_limits_default(void)
{
	return (struct unpack_limits){.ratio = 250,
				      .entry_size = 64ull << 30,
				      .total_size = 1ull << 40,
				      .entries = 1000000,
				      .depth = 8,
				      .name_length = 4096};
}

void unpack_tell(struct unpacker *unpacker, const struct stream *stream, const char *entry,
		 const char *what)
{
	struct fault fault = {.what = what, .path = stream->path, .entry = entry};

	fault_report(unpacker->calls->faults, &fault);
}

const char *unpack_get_password(void *context, unsigned index)
{
	struct unpacker *unpacker = context;
	const struct unpack_calls *calls = unpacker->calls;
	const char *password;

	if (index < unpacker->passwords->len)
		return unpacker->passwords->pdata[index];
	if (unpacker->asked || !calls->ask_password || index >= WH_MAX_PASSWORDS)
		return NULL;
	password = calls->ask_password(calls->context);
	unpacker->asked = password == NULL;
	if (password)
		g_ptr_array_add(unpacker->passwords, g_strdup(password));
	return password;
}

const char *unpack_describe_lock(const struct unpacker *unpacker)
{
	return unpacker->passwords->len > 0 ? "no password given opens the entry"
					    : "the entry is encrypted and no password was given";
}

char *unpack_get_name(struct unpacker *unpacker, const struct stream *archive, const char *bytes,
		      size_t size, bool is_utf8)
{
	g_autofree char *name = entry_name_decode(bytes, size, is_utf8);
	const char *problem = entry_name_find_problem(bytes, size);
	bool cut;
	char *shown = entry_name_join(archive->entry, name, unpacker->limits.name_length, &cut);

	if (cut)
		unpack_tell(unpacker, archive, shown,
			    "the entry's name is longer than --max-name-length allows");
	if (problem)
		unpack_tell(unpacker, archive, shown, problem);
	return shown;
}

struct feed *unpack_take_feed(struct unpacker *unpacker, struct layer *layer)
{
	GPtrArray *idle = unpacker->idle_feeds;
	struct feed *feed;

	if (idle->len > 0) {
		feed = g_ptr_array_steal_index_fast(idle, idle->len - 1);
		feed_restart(feed, layer);
	} else {
		feed = g_new(struct feed, 1);
		feed_init(feed, layer);
	}
	return feed;
}

void unpack_give_feed(struct unpacker *unpacker, struct feed *feed)
{
	g_ptr_array_add(unpacker->idle_feeds, feed);
}

static void free_feed(gpointer data)
{
	struct feed *feed = data;

	feed_release(feed);
	g_free(feed);
}

static void free_entry(gpointer data)
{
	zip_entry_free(data);
}

struct unpacker *unpacker_new(const struct unpack_calls *calls, const struct unpack_limits *limits,
			      const char *const *passwords)
{
	struct unpacker *unpacker = g_new0(struct unpacker, 1);

	unpacker->calls = calls;
	unpacker->limits = *limits;
	unpacker->passwords = g_ptr_array_new_with_free_func(g_free);
	for (; passwords && *passwords; passwords++)
		g_ptr_array_add(unpacker->passwords, g_strdup(*passwords));
	unpacker->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	unpacker->idle_feeds = g_ptr_array_new_with_free_func(free_feed);
	unpacker->idle_entries = g_ptr_array_new_with_free_func(free_entry);
	return unpacker;
}

void unpacker_free(struct unpacker *unpacker)
{
	if (unpacker->directory.items)
		zip_directory_release(&unpacker->directory);
	g_ptr_array_unref(unpacker->passwords);
	g_ptr_array_unref(unpacker->idle_feeds);
	g_ptr_array_unref(unpacker->idle_entries);
	if (unpacker->locale)
		freelocale(unpacker->locale);
	g_free(unpacker);
}

/* A 7z's entries can be passed over only by unpacking them. */
static bool drain(struct meter *meter, struct feed *feed)
{
	const uint8_t *data;
	size_t got;

	while ((got = reader_peek(&feed->reader, WH_READER_SIZE, &data)) > 0)
		reader_skip(&feed->reader, got);
	return meter->stopped;
}

bool unpack_entry(struct unpacker *unpacker, struct unpack_entry *entry)
{
	struct meter meter;
	struct feed *feed;
	bool go_on;

	meter_init(&meter, entry->layer, &unpacker->limits, entry->budget);
	feed = unpack_take_feed(unpacker, &meter.layer);
	go_on = unpack_place(unpacker, &(struct location){.feed = feed,
							  .named = entry->named,
							  .packed = entry->packed,
							  .depth = entry->depth});
	entry->stopped = meter.stopped || (go_on && entry->drain && drain(&meter, feed));
	unpack_give_feed(unpacker, feed);
	return go_on;
}

struct stream *unpack_get_random(struct unpacker *unpacker, const struct location *place,
				 struct replay **replay)
{
	struct layer *layer = place->feed->layer;

	if (layer->stream.read_at)
		return &layer->stream;
	if (!layer->rewind)
		return NULL;
	*replay = replay_new(place->feed, unpacker->calls->faults);
	return replay_get_stream(*replay);
}

/* An archive whose entries come one after another. */
struct sequence {
	struct unpacker *unpacker;
	struct libarchive *archive;
	const struct stream *stream; /* that has the archive's names */
	enum archive_kind kind;
	unsigned depth;
	bool is_part;
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
		.drain = sequence->kind == ARCHIVE_SEVENZIP,
	};
	bool go_on = unpack_entry(unpacker, &entry);

	if (libarchive_get_damage(archive) && libarchive_is_locked(archive))
		unpack_tell(unpacker, sequence->stream, name, unpack_describe_lock(unpacker));
	sequence->ended = unpacker->budget.told;
	if (entry.stopped && entry.drain && !sequence->ended) {
		unpack_tell(unpacker, sequence->stream, sequence->stream->entry,
			    "the entries behind one that is too large are left out");
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
		unpack_tell(unpacker, sequence->stream, name,
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
	bool told = false;

	while (!sequence->ended &&
	       (step = libarchive_next(sequence->archive, &entry)) != LIBARCHIVE_END) {
		const char *problem = libarchive_get_problem(sequence->archive);

		if (step == LIBARCHIVE_ENTRY) {
			if (!unpack_next(sequence, &entry))
				return false;
			continue;
		}
		if (sequence->is_part && libarchive_ended_early(sequence->archive))
			break;
		if (problem && !told)
			unpack_tell(sequence->unpacker, sequence->stream, sequence->stream->entry,
				    problem);
		told = true;
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

bool unpack_in_order(struct unpacker *unpacker, const struct in_order *in_order)
{
	bool is_zip = in_order->kind == ARCHIVE_ZIP;
	struct sequence sequence = {.unpacker = unpacker,
				    .stream = &in_order->feed->layer->stream,
				    .kind = in_order->kind,
				    .depth = in_order->depth,
				    .is_part = in_order->is_part};
	struct libarchive_source source = {.kind = in_order->kind,
					   .feed = in_order->feed,
					   .locale = unpacker->locale,
					   .next_password = unpack_get_password,
					   .context = unpacker,
					   .faults = unpacker->calls->faults};
	bool go_on = true, broken = true;

	/* Behind damage a zip goes on with the next mark of an entry. */
	for (unsigned i = 0; i < WH_MAX_SALVAGE && go_on && broken && !sequence.ended; i++) {
		broken = false;
		if (is_zip && i + in_order->is_part > 0 && !find_zip_entry(in_order->feed))
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

/* Opens what is encrypted. NULL with the problem told; *plain is the caller's to free. */
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
	default:
		unpack_tell(unpacker, stream, stream->entry, problem);
		return NULL;
	}
}

/* Its directory comes last, so what can be read only once is held. */
static bool unpack_sevenzip(struct unpacker *unpacker, const struct location *place)
{
	struct replay *replay = NULL;
	struct stream *stream = unpack_get_random(unpacker, place, &replay);
	struct held_stream *held = stream ? NULL : held_stream_new(&place->feed->reader);
	struct stream *plain = NULL, *opened = NULL;
	bool go_on = true;

	if (held)
		stream = held_stream_get(held);
	if (stream)
		opened = open_sevenzip(unpacker, stream, &plain);
	else
		unpack_tell(unpacker, &place->feed->layer->stream, place->feed->layer->stream.entry,
			    "a 7z archive from a pipe is too big to hold in memory; give its file");
	if (opened)
		go_on = unpack_plain_sevenzip(unpacker, opened, place->depth);
	sevenzip_plain_free(plain);
	held_stream_free(held);
	replay_free(replay);
	return go_on;
}

static bool unpack_compressed(struct unpacker *unpacker, const struct location *place,
			      enum archive_kind kind)
{
	struct libarchive_source source = {.kind = kind,
					   .feed = place->feed,
					   .locale = unpacker->locale,
					   .faults = unpacker->calls->faults};
	struct unpack_entry entry = {.budget = &unpacker->budget,
				     .named = place->named,
				     .packed = true,
				     .depth = place->depth + place->packed};
	bool go_on;

	if (kind == ARCHIVE_GZIP)
		entry.layer = gzip_layer_new(place->feed, unpacker->calls->faults);
	else
		entry.layer = libarchive_filter_new(&source);
	go_on = unpack_entry(unpacker, &entry);
	layer_free(entry.layer);
	return go_on;
}

static bool visit(struct unpacker *unpacker, const struct location *place)
{
	const struct unpack_calls *calls = unpacker->calls;

	/* The input itself is visited as the stream that the caller knows. */
	if (place->input)
		place->feed->reader.stream = place->input;
	return calls->visit(calls->context, &place->feed->reader, place->named);
}

/* A zip may stand behind a program that unpacks it. */
static bool unpack_or_visit(struct unpacker *unpacker, const struct location *place,
			    bool is_program)
{
	bool found = false, go_on = true;

	if (place->input && place->input->read_at && (place->named || is_program) &&
	    unpacker->limits.depth > 0)
		go_on = unpack_zip(unpacker, place, true, &found);
	return found ? go_on : visit(unpacker, place);
}

static bool unpack_archive(struct unpacker *unpacker, const struct location *place,
			   enum archive_kind kind)
{
	bool found;

	switch (kind) {
	case ARCHIVE_ZIP:
		return unpack_zip(unpacker, place, false, &found);
	case ARCHIVE_SEVENZIP:
		return unpack_sevenzip(unpacker, place);
	case ARCHIVE_TAR:
		return unpack_in_order(unpacker, &(struct in_order){.feed = place->feed,
								    .kind = kind,
								    .depth = place->depth});
	default:
		return unpack_compressed(unpacker, place, kind);
	}
}

bool unpack_place(struct unpacker *unpacker, const struct location *place)
{
	const struct stream *stream = &place->feed->layer->stream;
	const uint8_t *data;
	size_t size = reader_peek(&place->feed->reader, WH_ARCHIVE_HEAD, &data);
	enum archive_kind kind = archive_kind_tell(data, size);
	bool adds_depth = kind == ARCHIVE_ZIP || kind == ARCHIVE_SEVENZIP || kind == ARCHIVE_TAR;

	if (kind == ARCHIVE_NONE || kind == ARCHIVE_MAYBE_ZIP)
		return kind == ARCHIVE_NONE
			       ? visit(unpacker, place)
			       : unpack_or_visit(unpacker, place,
						 size > 1 && data[0] == 'M' && data[1] == 'Z');
	if (place->depth + (adds_depth || place->packed) > unpacker->limits.depth) {
		unpack_tell(unpacker, stream, stream->entry,
			    "archives are nested deeper than --max-depth allows");
		return true;
	}
	return unpack_archive(unpacker, place, kind);
}

bool unpack_stream(struct unpacker *unpacker, struct stream *stream, bool named)
{
	struct slice slice;
	struct feed *feed;
	bool go_on;

	unpacker->number = 0;
	slice_init_whole(&slice, stream, unpacker->calls->faults);
	feed = unpack_take_feed(unpacker, &slice.layer);
	unpacker->budget =
		(struct budget){unpacker->limits.total_size, unpacker->limits.entries, false};
	go_on = unpack_place(unpacker,
			     &(struct location){.feed = feed, .input = stream, .named = named});
	unpack_give_feed(unpacker, feed);
	return go_on;
}
