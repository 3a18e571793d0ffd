/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evtx/decode_chunk.h"

#include "evtx/decode.h"
#include "tests/unit/cmocka_test.h"

int writer_begin(void **state)
{
	*state = writer_new();
	return 0;
}

int writer_finish(void **state)
{
	writer_free(*state);
	return 0;
}

static char *describe(const struct event *event)
{
	GString *text = g_string_new(event->provider ? event->provider : "-");

	g_string_append_printf(text, " %u", event->ref.event_id);
	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		g_string_append_printf(text, " %s=[%s]", field->name, field->value);
	}
	return g_string_free(text, FALSE);
}

/* What a record gives: the event as text, or "! " and the reason. */
char *decode_record(struct writer *to, guint index, bool use_plans)
{
	struct decoder *decoder = decoder_native_new(use_plans);
	g_autofree uint8_t *exact = g_memdup2(to->chunk->data, to->chunk->len);
	struct chunk chunk = {exact, to->chunk->len, 0};
	char *reason = NULL, *text;
	struct event event;

	event_init(&event);
	decoder->begin(decoder, &chunk, to->records);
	if (decoder->decode(decoder, index, &event, &reason))
		text = describe(&event);
	else
		text = g_strconcat("! ", reason, NULL);
	g_free(reason);
	event_release(&event);
	decoder->free(decoder);
	return text;
}

void check_record(struct writer *to, guint index, const char *expected)
{
	g_autofree char *planned = decode_record(to, index, true);
	g_autofree char *walked = decode_record(to, index, false);

	assert_string_equal(walked, expected);
	assert_string_equal(planned, expected);
}

void check(struct writer *to, const char *expected)
{
	check_record(to, to->records->len - 1, expected);
}

/* A fault; where it is depends on the bytes, what it is does not. */
void check_fault(struct writer *to, const char *problem)
{
	g_autofree char *planned = decode_record(to, to->records->len - 1, true);
	g_autofree char *walked = decode_record(to, to->records->len - 1, false);
	g_autofree char *expected = g_strconcat("! ", problem, " (at ", NULL);

	if (!g_str_has_prefix(walked, expected))
		assert_string_equal(walked, expected);
	assert_string_equal(planned, walked);
}
