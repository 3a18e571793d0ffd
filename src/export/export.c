/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export.h"

#include <string.h>

#include "base/limits.h"
#include "export/export_run.h"

/* A form of file. */
struct export_form {
	bool (*begins)(const char *text, size_t size);
	void (*read)(struct export_run *run);
	bool is_sure; /* by its begin alone */
	/* NULL where it has no borders. */
	bool (*has_parts)(struct export_run *run);
	size_t (*find_border)(const char *text, size_t size);
};

static const struct export_form forms[] = {
	{export_json_begins, export_json_read, false, export_json_has_parts,
	 export_json_find_border},
	{export_clixml_begins, export_clixml_read, false, NULL, NULL},
	{export_text_begins, export_text_read, true, export_text_has_parts,
	 export_text_find_border},
	{export_csv_begins, export_csv_read, true, NULL, NULL},
};

static void run_init(struct export_run *run)
{
	memset(run, 0, sizeof(*run));
	event_init(&run->event);
	arena_init(&run->arena);
	run->xml = event_xml_reader_new();
}

static void run_release(struct export_run *run)
{
	text_sieve_free(run->sieve);
	export_survey_free(run->survey);
	held_events_free(run->held);
	export_zones_free(run->zones);
	event_xml_reader_free(run->xml);
	event_release(&run->event);
	arena_release(&run->arena);
	text_source_release(&run->source);
}

/* Reads the head as if it were all. */
static bool holds_event(const struct export_form *form, const uint8_t *data, size_t size)
{
	struct export_run run;
	bool found;

	run_init(&run);
	text_source_init_head(&run.source, data, size);
	form->read(&run);
	found = run.found;
	run_release(&run);
	return found;
}

static const struct export_form *find_form(const uint8_t *data, size_t size)
{
	struct text_source source;
	const struct export_form *form = NULL;

	text_source_init_head(&source, data, size);
	for (size_t i = 0; !form && i < G_N_ELEMENTS(forms); i++) {
		if (forms[i].begins(text_source_at(&source), text_source_size(&source)) &&
		    (forms[i].is_sure || holds_event(&forms[i], data, size)))
			form = &forms[i];
	}
	text_source_release(&source);
	return form;
}

bool export_begins(const uint8_t *data, size_t size)
{
	return size > 0 && find_form(data, size) != NULL;
}

bool export_needs_more(const uint8_t *data, size_t size)
{
	struct text_source source;
	bool more;

	if (size == 0)
		return false;
	text_source_init_head(&source, data, MIN(size, WH_FILE_HEADER_SIZE));
	more = export_json_begins(text_source_at(&source), text_source_size(&source)) ||
	       (text_source_size(&source) > 0 && *text_source_at(&source) == '<');
	text_source_release(&source);
	return more;
}

enum export_rows export_find_rows(const uint8_t *data, size_t size)
{
	struct text_source source;
	enum export_rows rows = EXPORT_ROWS_CSV;

	text_source_init_head(&source, data, MIN(size, WH_FILE_HEADER_SIZE));
	if (export_json_begins(text_source_at(&source), text_source_size(&source)))
		rows = EXPORT_ROWS_JSON;
	else if (export_clixml_begins(text_source_at(&source), text_source_size(&source)))
		rows = EXPORT_ROWS_CLIXML;
	text_source_release(&source);
	return rows;
}

static void read_objects(struct export_run *run, enum export_rows rows,
			 const struct export_reading *reading)
{
	static void (*const reads[])(struct export_run * run) = {
		[EXPORT_ROWS_JSON] = export_json_read,
		[EXPORT_ROWS_CSV] = export_csv_read,
		[EXPORT_ROWS_CLIXML] = export_clixml_read,
	};

	run->reading = reading;
	reads[rows](run);
	run_release(run);
}

void export_read_objects(struct reader *reader, enum export_rows rows,
			 const struct export_reading *reading)
{
	struct export_run run;

	run_init(&run);
	text_source_init(&run.source, reader);
	read_objects(&run, rows, reading);
}

void export_look_at_objects(const uint8_t *data, size_t size, enum export_rows rows,
			    const struct export_reading *reading)
{
	struct export_run run;

	run_init(&run);
	text_source_init_head(&run.source, data, size);
	read_objects(&run, rows, reading);
}

/* `began`: where the reader stood at first. */
static void tell_log(struct export_run *run, uint64_t began)
{
	struct log_facts *facts;

	if (!run->reading->take_log || !run->found)
		return;
	facts = export_survey_facts(run->survey);
	facts->format = run->format;
	facts->ref.path = run->source.reader->stream->path;
	facts->ref.entry = run->source.reader->stream->entry;
	facts->is_partial = run->stopped || began > 0;
	run->reading->take_log(run->reading->log_context, facts);
}

static void run_begin(struct export_run *run, const struct export_reading *reading)
{
	run->reading = reading;
	if (reading->use_sieve)
		run->sieve = text_sieve_new(&reading->selection->plan);
	run->zones = export_zones_new();
	run->held = held_events_new(run->zones, &(struct held_taker){export_run_give, run});
	run->survey = export_survey_new(run->zones);
}

/* Returns how many records there were. */
static uint64_t run_end(struct export_run *run, uint64_t began)
{
	const struct export_reading *reading = run->reading;
	uint64_t records = run->records;

	if (!run->stopped)
		run->stopped = !held_events_end(run->held);
	if (reading->at_held)
		reading->at_held(reading->context, 0);
	export_run_report_rest(run);
	tell_log(run, began);
	run_release(run);
	return records;
}

uint64_t export_read(struct reader *reader, const struct export_reading *reading)
{
	const uint8_t *data;
	size_t size = reader_peek(reader, WH_READER_SIZE, &data);
	const struct export_form *form = size ? find_form(data, size) : NULL;
	uint64_t began = reader->offset;
	struct export_run run;

	if (!form)
		return 0;
	run_init(&run);
	text_source_init(&run.source, reader);
	run_begin(&run, reading);
	form->read(&run);
	return run_end(&run, began);
}

/* Times of others are local, and may have to be told from times of other records. */
static bool writes_utc(const struct spelling *spelling)
{
	static const struct spelling *const spellings[] = {
		&spelling_evtx_dump,	&spelling_beats,    &spelling_old_beats, &spelling_evtx2es,
		&spelling_velociraptor, &spelling_evtxecmd, &spelling_wazuh,	 &spelling_dissect,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++)
		if (spelling == spellings[i])
			return true;
	return false;
}

/* The spelling of a head's objects; NULL for what has none. */
static const struct spelling *read_spelling(const struct export_form *form, const uint8_t *head,
					    size_t size)
{
	const struct spelling *spelling;
	struct export_run run;

	run_init(&run);
	text_source_init_head(&run.source, head, size);
	form->read(&run);
	spelling = run.spelling;
	run_release(&run);
	return spelling;
}

bool export_has_parts(const uint8_t *head, size_t size)
{
	const struct export_form *form = find_form(head, size);
	const struct spelling *spelling;
	struct export_run run;
	bool has_parts;

	if (!form || !form->has_parts)
		return false;
	run_init(&run);
	text_source_init_head(&run.source, head, size);
	has_parts = run.source.width == TEXT_NARROW && form->has_parts(&run);
	run_release(&run);
	spelling = has_parts ? read_spelling(form, head, size) : NULL;
	return has_parts && (form->read == export_text_read || writes_utc(spelling));
}

/* Moves the source to the part's first border; false when the part has none. */
static bool find_border(const struct export_form *form, struct text_source *source, uint64_t end)
{
	while (source->offset < end) {
		size_t size = text_source_size(source);
		size_t border = form->find_border(text_source_at(source), size);

		if (border < size) {
			text_source_skip(source, border);
			return source->offset < end;
		}
		text_source_skip(source, size - MIN(size, WH_BORDER_SIZE));
		if (!text_source_fill(source))
			return false;
	}
	return false;
}

uint64_t export_read_part(struct reader *reader, const uint8_t *head, size_t size,
			  const struct export_reading *reading)
{
	const struct export_form *form = find_form(head, size);
	struct export_run run;

	if (!form || !form->find_border)
		return 0;
	run_init(&run);
	run.spelling = read_spelling(form, head, size);
	text_source_init_inside(&run.source, reader);
	run_begin(&run, reading);
	if (find_border(form, &run.source, reading->end))
		form->read(&run);
	return run_end(&run, 0);
}
