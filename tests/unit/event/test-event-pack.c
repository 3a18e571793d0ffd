/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/event_json.h"
#include "event/event_pack.h"
#include "tests/unit/cmocka_test.h"

static void fill(struct event *event)
{
	event_init(event);
	event_set(event, EVENT_PROVIDER, NULL, "Microsoft-Windows-Sysmon");
	event_set(event, EVENT_ID, NULL, "21");
	event_set(event, EVENT_TIME, NULL, "2024-03-01T10:20:30.1234567Z");
	event_set(event, EVENT_RECORD_ID, NULL, "18446744073709551615");
	event_set(event, EVENT_CHANNEL, NULL, "C");
	event_set(event, EVENT_HOST, NULL, "H\xc3\xb6st");
	event_set(event, EVENT_PROCESS_ID, NULL, "0");
	event_add_field(event, "A", "1");
	event_add_field(event, "", "x");
	event_add_field(event, "B", "");
	event_add_field(event, "A", "2");
	event_add_field(event, "", "y");
	event->partial = true;
	event->ref.path = "logs/a.evtx";
	event->ref.entry = "inner/b.evtx";
	event->ref.offset = 4096;
	event->ref.header_record_id = 7;
	event->ref.recovered = true;
}

static char *to_json(const struct event *event)
{
	GString *line = g_string_new(NULL);

	event_append_json(event, NULL, line);
	return g_string_free(line, FALSE);
}

/* What JSON keeps comes through, and what JSON folds is folded. */
static void test_it_keeps_what_json_keeps(void **state)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *before = NULL, *after = NULL, *reason = NULL;
	struct event event, unpacked, read;

	(void)state;
	fill(&event);
	event_init(&unpacked);
	event_init(&read);
	event_pack(&event, false, bytes);
	assert_true(event_unpack(&unpacked, bytes->data, bytes->len, "other"));
	before = to_json(&event);
	after = to_json(&unpacked);
	assert_string_equal(after, before);
	assert_true(event_from_json(&read, before, strlen(before), &reason));
	assert_int_equal(read.fields->len, unpacked.fields->len);
	for (guint i = 0; i < read.fields->len; i++) {
		assert_string_equal(g_array_index(read.fields, struct event_field, i).name,
				    g_array_index(unpacked.fields, struct event_field, i).name);
		assert_string_equal(g_array_index(read.fields, struct event_field, i).value,
				    g_array_index(unpacked.fields, struct event_field, i).value);
	}
	event_release(&event);
	event_release(&unpacked);
	event_release(&read);
}

static void test_the_path_of_the_input_is_not_sent(void **state)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct event event, unpacked;

	(void)state;
	fill(&event);
	event_init(&unpacked);
	event_pack(&event, true, bytes);
	assert_null(memmem(bytes->data, bytes->len, "a.evtx", 6));
	assert_true(event_unpack(&unpacked, bytes->data, bytes->len, "given"));
	assert_string_equal(unpacked.ref.path, "given");
	event_release(&event);
	event_release(&unpacked);
}

static void test_copies_have_one_identity(void **state)
{
	g_autoptr(GByteArray) first = g_byte_array_new();
	g_autoptr(GByteArray) second = g_byte_array_new();
	struct packed_identity a, b;
	struct event event;

	(void)state;
	fill(&event);
	event_pack(&event, true, first);
	event.ref.path = "elsewhere";
	event.ref.entry = NULL;
	event.ref.offset = 1;
	event.ref.hidden = true;
	event_pack(&event, false, second);
	assert_true(packed_identity_get(first->data, first->len, &a));
	assert_true(packed_identity_get(second->data, second->len, &b));
	assert_int_equal(a.size, b.size);
	assert_memory_equal(a.data, b.data, a.size);
	assert_true(a.is_own && !a.marked && !b.is_own && b.marked);
	event_release(&event);
}

/* One byte of a text is another: a zero, or one that is not UTF-8. */
static void test_texts_are_whole_utf8(void **state)
{
	static const char text[] = "abcdefghijklmnopqrstuvwxyz";
	static const uint8_t bad[] = {0, 0x80, 0xC3, 0xFF};
	struct event event, unpacked;

	(void)state;
	event_init(&event);
	event_init(&unpacked);
	for (size_t length = 1; length < sizeof(text); length++) {
		g_autofree char *value = g_strndup(text, length);
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		uint8_t *place;

		event_clear(&event);
		event_add_field(&event, "Name", value);
		event_pack(&event, true, bytes);
		assert_true(event_unpack(&unpacked, bytes->data, bytes->len, "p"));
		place = memmem(bytes->data, bytes->len, value, length + 1);
		assert_non_null(place);
		for (size_t at = 0; at < length; at++)
			for (size_t i = 0; i < sizeof(bad); i++) {
				place[at] = bad[i];
				assert_false(event_unpack(&unpacked, bytes->data, bytes->len, "p"));
				place[at] = (uint8_t)text[at];
			}
	}
	event_release(&event);
	event_release(&unpacked);
}

/* Every cut and every changed byte is refused or gives an event of sound texts. */
static void test_it_trusts_nothing(void **state)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct packed_identity identity;
	struct event event, unpacked;

	(void)state;
	fill(&event);
	event_init(&unpacked);
	event_pack(&event, false, bytes);
	for (guint size = 0; size < bytes->len; size++) {
		g_autofree uint8_t *cut = g_memdup2(bytes->data, size);

		assert_false(event_unpack(&unpacked, cut, size, "p"));
		assert_int_equal(unpacked.fields->len, 0);
		if (packed_identity_get(cut, size, &identity))
			assert_true(identity.size <= size);
	}
	for (guint at = 0; at < bytes->len; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			g_autofree char *line = NULL;

			bytes->data[at] ^= (guint8)(1 << bit);
			if (event_unpack(&unpacked, bytes->data, bytes->len, "p")) {
				line = to_json(&unpacked);
				assert_true(g_utf8_validate(line, -1, NULL));
			}
			bytes->data[at] ^= (guint8)(1 << bit);
		}
	}
	event_release(&event);
	event_release(&unpacked);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_keeps_what_json_keeps),
		cmocka_unit_test(test_the_path_of_the_input_is_not_sent),
		cmocka_unit_test(test_copies_have_one_identity),
		cmocka_unit_test(test_texts_are_whole_utf8),
		cmocka_unit_test(test_it_trusts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
