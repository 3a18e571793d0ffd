/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/log_channel.h"

#include <string.h>

/* Decodes record `index`; false when its channel is not *channel, which the first one sets. */
static bool has_channel(struct decoder *decoder, guint index, struct event *event, char **channel)
{
	char *reason = NULL;

	event_clear(event);
	if (!decoder->decode(decoder, index, event, &reason)) {
		g_free(reason);
		return false;
	}
	if (!event->ref.channel)
		return false;
	if (!*channel)
		*channel = g_strdup(event->ref.channel);
	return strcmp(*channel, event->ref.channel) == 0;
}

static bool walk_whole(const struct chunk *chunk, GArray *records)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;

	record_walk_init(&walk, chunk);
	while (record_walk_next(&walk, &record, &fault)) {
		if (fault.what)
			return false;
		g_array_append_val(records, record);
	}
	return !fault.what;
}

char *log_channel_get(struct decoder *decoder, const struct chunk *chunk)
{
	static const struct chunk nothing;
	g_autoptr(GArray) records = g_array_new(FALSE, FALSE, sizeof(struct record));
	char *channel = NULL;
	struct event event;
	bool same;

	event_init(&event);
	same = walk_whole(chunk, records);
	decoder->begin(decoder, chunk, records);
	for (guint i = 0; same && i < records->len; i++)
		same = has_channel(decoder, i, &event, &channel);
	decoder->begin(decoder, &nothing, NULL);
	event_release(&event);
	if (!same)
		g_clear_pointer(&channel, g_free);
	return channel;
}
