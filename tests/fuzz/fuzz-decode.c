/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "event/event_json.h"
#include "evtx/chunk.h"
#include "evtx/decode.h"
#include "tests/fuzz/fuzz.h"

/* The bytes of a chunk. Template plans must give what reading token by token gives. */

static GString *decode(struct decoder *decoder, guint index)
{
	GString *out = g_string_new(NULL);
	char *reason = NULL;
	struct event event;

	event_init(&event);
	if (!decoder->decode(decoder, index, &event, &reason))
		g_string_append_printf(out, "%s\n", reason);
	event_append_json(&event, NULL, out);
	g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
	g_free(reason);
	event_release(&event);
	return out;
}

static void compare(struct decoder *planned, struct decoder *walked, guint index)
{
	GString *one = decode(planned, index);
	GString *other = decode(walked, index);

	g_assert_cmpstr(one->str, ==, other->str);
	g_string_free(one, TRUE);
	g_string_free(other, TRUE);
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct chunk chunk = {data, MIN(size, WH_CHUNK_SIZE), 0};
	struct decoder *planned = decoder_native_new(true);
	struct decoder *walked = decoder_native_new(false);
	GArray *records = g_array_new(FALSE, FALSE, sizeof(struct record));
	struct record_walk walk;
	struct record record;
	struct fault fault;

	record_walk_init(&walk, &chunk);
	while (record_walk_next(&walk, &record, &fault))
		g_array_append_val(records, record);
	planned->begin(planned, &chunk, records);
	walked->begin(walked, &chunk, records);
	for (guint i = 0; i < records->len; i++)
		compare(planned, walked, i);
	planned->free(planned);
	walked->free(walked);
	g_array_unref(records);
	return 0;
}
