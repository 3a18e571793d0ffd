/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_EVENT_JSON_REFERENCE_H
#define WH_TESTS_EVENT_JSON_REFERENCE_H

#include "event/event.h"

/*
 * Reads a line with event_from_json() and, by another way, with jansson, and compares what came
 * out. NULL when both say the same, or where the two may differ: numbers past what jansson reads,
 * nesting past WH_MAX_JSON_DEPTH, a NUL, repeated keys in members that nobody reads. Else what
 * differs, a literal.
 */
const char *event_json_compare(const char *line, size_t length);

#endif
