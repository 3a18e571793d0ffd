/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/chimera.h"

#include "evtx/decode.h"

#define RECORDS_ASKED 16

enum answer { NOT_KNOWN, AGREE, DIFFER };

struct chimera_test {
	struct decoder *decoder; /* of its own: that of the scan is in use; NULL until needed */
	struct event event;
	enum answer of_log; /* of the chunk that was asked last */
	enum answer of_chunk;
	bool asked;
};

struct chimera_test *chimera_test_new(void)
{
	struct chimera_test *test = g_new0(struct chimera_test, 1);

	event_init(&test->event);
	return test;
}

void chimera_test_free(struct chimera_test *test)
{
	if (test->decoder)
		test->decoder->free(test->decoder);
	event_release(&test->event);
	g_free(test);
}

void chimera_test_forget(struct chimera_test *test)
{
	test->of_log = NOT_KNOWN;
	chimera_test_begin(test);
}

void chimera_test_begin(struct chimera_test *test)
{
	test->of_chunk = NOT_KNOWN;
	test->asked = false;
}

/* Records that the chunk's header does not count are doubtful themselves. */
static enum answer ask(struct chimera_test *test, const struct chunk *chunk, const GArray *records)
{
	guint step = records->len / RECORDS_ASKED + 1;
	unsigned agree = 0, differ = 0;

	if (!test->decoder)
		test->decoder = decoder_native_new(false);
	test->decoder->begin(test->decoder, chunk, records);
	for (guint i = 0; i < records->len; i += step) {
		const struct record *record = &g_array_index(records, struct record, i);
		char *reason = NULL;

		event_clear(&test->event);
		if (record->uncounted ||
		    !test->decoder->decode(test->decoder, i, &test->event, &reason) ||
		    !test->event.ref.has_record_id)
			g_free(reason);
		else if (test->event.ref.record_id == record->id)
			agree++;
		else
			differ++;
	}
	if (agree == differ)
		return NOT_KNOWN;
	return agree > differ ? AGREE : DIFFER;
}

bool chimera_test_is_one(struct chimera_test *test, const struct chunk *chunk, const GArray *live,
			 const GArray *others)
{
	if (!test->asked) {
		test->asked = true;
		test->of_chunk = ask(test, chunk, live);
		if (test->of_chunk != NOT_KNOWN)
			test->of_log = test->of_chunk;
		else if (test->of_log != NOT_KNOWN)
			test->of_chunk = test->of_log;
		else
			test->of_chunk = ask(test, chunk, others);
	}
	return test->of_chunk == AGREE;
}
