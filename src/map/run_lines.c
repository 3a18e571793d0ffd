/* SPDX-License-Identifier: Apache-2.0 */
#include "map/run_lines.h"

#include <jansson.h>
#include <string.h>

#include "base/json.h"

static uint64_t get_uint(const json_t *line, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(line, key));

	return value > 0 ? (uint64_t)value : 0;
}

static const char *get_text(const json_t *line, const char *key)
{
	return json_string_value(json_object_get(line, key));
}

static bool read_fault(const json_t *line, const char *via, const struct fault_sink *faults)
{
	const char *code = get_text(line, "code");
	struct fault fault = {
		.what = get_text(line, "reason"),
		.path = get_text(line, "path"),
		.entry = get_text(line, "entry"),
		.via = via ? via : get_text(line, "via"),
		.offset = get_uint(line, "offset"),
		.has_offset = json_object_get(line, "offset") != NULL,
		.need = get_uint(line, "need"),
		.have = get_uint(line, "have"),
		.count = get_uint(line, "count"),
	};

	if (!fault.what)
		return false;
	if (code)
		fault_code_parse(code, &fault.code);
	fault_report(faults, &fault);
	return true;
}

static void read_summary(const json_t *line, struct run_lines *run, const struct fault_sink *faults)
{
	const struct tally tally = {
		.files = get_uint(line, "files"),
		.skipped = get_uint(line, "skipped_files"),
		.bytes = get_uint(line, "bytes"),
		.lines = get_uint(line, "event_lines"),
		.duplicates = get_uint(line, "duplicates"),
		.binary_mofs = get_uint(line, "binary_mof_files"),
		.scan = {
			.chunks = get_uint(line, "chunks"),
			.records = get_uint(line, "records_seen"),
			.decoded_native = get_uint(line, "by_native"),
			.decoded_libevtx = get_uint(line, "by_libevtx"),
			.undecoded = get_uint(line, "records_undecoded"),
			.recovered = get_uint(line, "recovered"),
			.unrecovered = get_uint(line, "unrecovered"),
			.skipped_by_channel = get_uint(line, "skipped_by_channel"),
		}};
	const struct fault fault = {.code = FAULT_INTERRUPTED,
				    .what = "the run that wrote these lines did not read all"};

	run->closed++;
	tally_add(&run->tally, &tally);
	if (json_is_true(json_object_get(line, "partial")))
		fault_report(faults, &fault);
}

bool run_line_read(const char *line, size_t length, struct run_lines *run,
		   const struct fault_sink *faults)
{
	GString *changed = json_stand_in_line(line, length);
	json_t *root = json_loadb(changed ? changed->str : line, changed ? changed->len : length,
				  JSON_REJECT_DUPLICATES, NULL);
	const char *kind = root ? get_text(root, "kind") : NULL;
	bool known = true;

	if (!kind)
		known = false;
	else if (strcmp(kind, "begin") == 0)
		run->opened++;
	else if (strcmp(kind, "fault") == 0)
		known = read_fault(root, run->via, faults);
	else if (strcmp(kind, "summary") == 0)
		read_summary(root, run, faults);
	else
		known = strcmp(kind, "note") == 0;
	if (changed)
		g_string_free(changed, TRUE);
	json_decref(root);
	return known;
}
