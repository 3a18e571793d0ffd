/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/aligned.h"
#include "event/event_json.h"
#include "event/event_pack.h"
#include "map/crash.h"
#include "map/protocol.h"
#include "repository/wmi_object.h"
#include "run/frame.h"
#include "tests/fuzz/fuzz.h"

static void take_event(const struct frame *frame)
{
	struct packed_identity identity;
	struct event event;
	GString *line;

	event_init(&event);
	if (event_unpack(&event, frame->data, frame->size, "input")) {
		/* What is taken has a sound head, and gives a line of text. */
		g_assert_true(packed_identity_get(frame->data, frame->size, &identity));
		line = g_string_new(NULL);
		event_append_json(&event, NULL, line);
		g_assert_true(g_utf8_validate(line->str, (gssize)line->len, NULL));
		g_assert_true(strchr(line->str, '\n') == line->str + line->len - 1);
		g_string_free(line, TRUE);
	}
	event_release(&event);
}

static void take_object(const struct frame *frame)
{
	struct wmi_object object;
	struct arena arena;
	GString *line;

	arena_init(&arena);
	if (wmi_object_unpack(&object, frame->data, frame->size, "input", &arena, NULL)) {
		line = g_string_new(NULL);
		wmi_object_write_line(&object, line);
		g_assert_true(g_utf8_validate(line->str, (gssize)line->len, NULL));
		g_assert_true(strchr(line->str, '\n') == line->str + line->len - 1);
		g_string_free(line, TRUE);
	}
	arena_release(&arena);
}

static void take_fault(const struct frame *frame)
{
	struct fault fault;
	g_autoptr(GByteArray) bytes = NULL;

	if (fault_decode(frame->data, frame->size, &fault))
		bytes = fault_encode(&fault, true);
}

/* A status of whatever a worker left, as far as the bytes go. */
static void take_status(const uint8_t *data, size_t size)
{
	g_autofree struct worker_status *status = aligned_new(sizeof(*status));
	struct request request = {.path_length = 1};
	const struct crash crash = {.status = status};
	struct crash_report report;

	memset(status, 0, sizeof(*status));
	memcpy(status, data, MIN(size, sizeof(*status)));
	request.is_pipe = size % 2;
	request.is_range = size % 3 == 0;
	crash_report_write(&report, &crash, &request, 1);
	g_assert_true(g_utf8_validate(report.what, -1, NULL));
	crash_report_release(&report);
}

/* The bytes that a worker which was taken over sends to the parent, and what it leaves. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) arrived = g_byte_array_new();
	struct frame frame;
	bool broken = false;
	size_t at = 0;

	g_byte_array_append(arrived, data, (guint)size);
	while (frame_take(arrived, &at, &frame, &broken)) {
		if (frame.type == ANSWER_EVENT)
			take_event(&frame);
		else if (frame.type == ANSWER_OBJECT)
			take_object(&frame);
		else if (frame.type == ANSWER_FAULT)
			take_fault(&frame);
	}
	take_status(data, size);
	return 0;
}
