/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/unpack_parts.h"

#include "archive/entry_name.h"
#include "archive/replay_stream.h"
#include "base/limits.h"

void unpack_report(struct unpacker *unpacker, const struct stream *stream, const char *entry,
		   enum fault_code code, const char *what)
{
	struct fault fault = {.code = code, .what = what, .path = stream->path, .entry = entry};

	fault_report(unpacker->calls->faults, &fault);
}

const char *unpack_get_password(void *context, unsigned index)
{
	struct unpacker *unpacker = context;
	const struct unpack_calls *calls = unpacker->calls;
	const char *password;

	unpack_progress(calls, WH_PROGRESS_STEP);
	if (index < unpacker->passwords->len)
		return unpacker->passwords->pdata[index];
	if (unpacker->asked || !calls->ask_password)
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
		unpack_report(unpacker, archive, shown, FAULT_LIMIT,
			      "the entry's name is longer than --max-name-length allows");
	if (problem)
		unpack_report(unpacker, archive, shown, FAULT_ENTRY_NAME, problem);
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

/* What is left of a layer. True when a limit ended it. */
static bool drain(struct meter *meter, struct feed *feed)
{
	const uint8_t *data;
	size_t got;

	while ((got = reader_peek(&feed->reader, WH_READER_SIZE, &data)) > 0)
		reader_skip(&feed->reader, got);
	return meter->stopped;
}

bool unpack_layer(struct unpacker *unpacker, struct unpack_entry *entry)
{
	struct meter meter;
	struct feed *feed;
	bool go_on;

	meter_init(&meter, entry->layer, &unpacker->limits, entry->budget, &unpacker->spending);
	feed = unpack_take_feed(unpacker, &meter.layer);
	go_on = unpacker->unpack(unpacker, &(struct content){.feed = feed,
							     .named = entry->named,
							     .packed = entry->packed,
							     .depth = entry->depth});
	entry->stopped = meter.stopped || (go_on && entry->drain && drain(&meter, feed));
	unpack_give_feed(unpacker, feed);
	spending_tell(&unpacker->spending);
	return go_on;
}

bool unpack_add_entry(struct unpacker *unpacker, const struct stream *archive)
{
	struct layer layer = {.stream = *archive, .faults = unpacker->calls->faults};

	if (!budget_add_entry(&unpacker->budget, &layer))
		return false;
	unpacker->spending.entries++;
	return true;
}

struct stream *unpack_get_random(struct unpacker *unpacker, const struct content *content,
				 struct replay **replay)
{
	struct layer *layer = content->feed->layer;

	if (layer->stream.read_at)
		return &layer->stream;
	if (!layer->rewind)
		return NULL;
	*replay = replay_new(content->feed, unpacker->calls->faults);
	return replay_get_stream(*replay);
}
