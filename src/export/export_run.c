/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export_run.h"

#include <string.h>

#include "base/limits.h"

static void report_record(struct export_run *run, const char *what, uint64_t offset, uint64_t count)
{
	struct fault fault = {.code = FAULT_LINE_DAMAGED,
			      .what = what,
			      .path = run->source.reader->stream->path,
			      .entry = run->source.reader->stream->entry,
			      .offset = offset,
			      .has_offset = true,
			      .count = count};

	fault_report(run->reading->faults, &fault);
}

void export_run_report(struct export_run *run, const char *what)
{
	/* The head of a file has no name. */
	if (!run->reading || !run->source.reader)
		return;
	for (size_t i = 0; i < WH_EXPORT_CAUSES; i++) {
		if (!run->causes[i].what) {
			run->causes[i].what = what;
			break;
		}
		if (strcmp(run->causes[i].what, what) == 0) {
			run->causes[i].offset = run->offset;
			run->causes[i].count++;
			return;
		}
	}
	report_record(run, what, run->offset, 1);
}

void export_run_report_rest(struct export_run *run)
{
	for (size_t i = 0; i < WH_EXPORT_CAUSES; i++)
		if (run->causes[i].count > 0)
			report_record(run, run->causes[i].what, run->causes[i].offset,
				      run->causes[i].count);
}

static void report_event(struct export_run *run, const struct event_ref *ref, enum fault_code code,
			 const char *what)
{
	struct fault fault = {.code = code,
			      .what = what,
			      .path = ref->path,
			      .entry = ref->entry,
			      .offset = ref->offset,
			      .has_offset = true};

	fault_report(run->reading->faults, &fault);
}

/* What was passed over counts as progress, too. */
static void tell_passed(struct export_run *run)
{
	const struct export_reading *reading = run->reading;

	if (run->passed == 0)
		return;
	reading->at_record(reading->context, text_source_place(&run->source) - run->passed,
			   run->passed);
	reading->at_record(reading->context, 0, 0);
	run->passed = 0;
}

/* What a record proves may be the zone of those before it. */
static void release_held(struct export_run *run)
{
	if (held_events_count(run->held) == 0)
		return;
	if (!run->stopped)
		run->stopped = !held_events_release(run->held);
	if (run->reading->at_held)
		run->reading->at_held(run->reading->context, held_events_count(run->held));
}

/* Counts it by its text. True when it must be parsed, whatever the sieve says of it. */
static bool survey_text(struct export_run *run, const char *before_id,
			const struct text_names *names, size_t size)
{
	enum survey_look look = SURVEY_UNCLEAR;

	if (!run->survey)
		return false;
	if (before_id && names)
		look = export_survey_add_text(run->survey, names, before_id,
					      text_source_at(&run->source), size);
	run->is_counted = look != SURVEY_UNCLEAR;
	run->is_sample = look == SURVEY_WANTED;
	if (run->is_counted)
		release_held(run);
	return look != SURVEY_COUNTED;
}

bool export_run_begin(struct export_run *run, const char *before_id, const struct text_names *names,
		      size_t size)
{
	const struct export_reading *reading = run->reading;

	run->records++;
	run->offset = run->source.offset;
	if (!reading)
		return true;
	if (!survey_text(run, before_id, names, size) && run->sieve && before_id &&
	    !text_sieve_pass(run->sieve, before_id, text_source_at(&run->source), size)) {
		run->passed += size;
		if (run->passed >= WH_PROGRESS_STEP)
			tell_passed(run);
		return false;
	}
	tell_passed(run);
	reading->at_record(reading->context, text_source_place(&run->source), size);
	return true;
}

bool export_run_is_over(const struct export_run *run)
{
	return run->reading && run->reading->end && run->source.offset >= run->reading->end;
}

void export_run_end(struct export_run *run)
{
	if (run->held)
		release_held(run);
	arena_clear(&run->arena);
	if (run->reading)
		run->reading->at_record(run->reading->context, 0, 0);
}

static struct draft begin_draft(struct export_run *run)
{
	event_clear(&run->event);
	return (struct draft){.event = &run->event, .arena = &run->arena, .xml = run->xml};
}

/* A registration that says of nothing is lost without a word otherwise. */
static bool is_empty_registration(const struct event *event)
{
	return event->ref.event_id == 5861 && event->fields->len == 0 && event->provider &&
	       strcmp(event->provider, "Microsoft-Windows-WMI-Activity") == 0;
}

bool export_run_give(void *context, const struct event *event, enum event_fit fit)
{
	struct export_run *run = context;
	const struct export_reading *reading = run->reading;

	if (event->ref.local_time && !run->said_local) {
		run->said_local = true;
		report_event(run, &event->ref, FAULT_TIME_ZONE,
			     "times are local, of a zone that this export does not say: they are "
			     "read as UTC");
	}
	return reading->take(reading->context, event, fit);
}

static void give(struct export_run *run, enum event_fit fit)
{
	if (is_empty_registration(&run->event))
		report_event(run, &run->event.ref, FAULT_FIELDS_MISSING,
			     "this export holds neither the fields nor the message of an event "
			     "5861, which cannot be read");
	run->stopped = !held_events_add(run->held, &run->event, fit);
}

/* The fields of what is given count, too: a rule may ask for one that is rare. */
static void survey_event(struct export_run *run, uint64_t local, enum event_fit fit)
{
	bool is_sample = run->is_sample;

	if (!run->is_counted)
		is_sample = export_survey_add_event(run->survey, &run->event, local);
	if (is_sample || fit != EVENT_UNWANTED)
		export_survey_add_fields(run->survey, &run->event);
}

static void finish_draft(struct export_run *run, struct draft *draft, enum event_format format)
{
	struct event_ref *ref = &run->event.ref;
	enum event_fit fit;

	if (!ref->has_event_id)
		return;
	if (!run->found)
		run->format = format;
	run->found = true;
	if (!run->reading || run->stopped)
		return;
	draft_finish(draft);
	ref->path = run->source.reader->stream->path;
	ref->entry = run->source.reader->stream->entry;
	ref->offset = run->offset;
	ref->format = format;
	fit = run->reading->selection->plan.everything
		      ? EVENT_WANTED
		      : event_selection_test(run->reading->selection, &run->event, false);
	survey_event(run, draft->local, fit);
	if (fit != EVENT_UNWANTED)
		give(run, fit);
}

void export_run_take_text(struct export_run *run, enum text_record record, const char *text,
			  size_t size, enum event_format format)
{
	struct draft draft = begin_draft(run);
	g_autofree char *reason = NULL;

	if (record == TEXT_RECORD_CLASSIC) {
		text_record_read_classic(&draft, text, size);
		format = EVENT_FORMAT_SPLUNK;
	} else if (!text_record_read_xml(&draft, text, size, &reason)) {
		export_run_report(run, "an event whose XML is broken");
		return;
	}
	finish_draft(run, &draft, format);
}

/* An event that stands as text in an object: XML, Splunk's classic form, or JSON once more. */
static void take_raw(struct export_run *run, const char *raw)
{
	const char *text = raw + strspn(raw, " \t\r\n");
	enum text_record record = text_record_begins(text, strlen(text));
	const struct json_node *object;

	if (record != TEXT_RECORD_NONE)
		export_run_take_text(run, record, text, strlen(text), EVENT_FORMAT_SPLUNK);
	else if ((object = json_tree_parse(text, &run->arena)) && spelling_find(object))
		export_run_take_object(run, object);
	else
		export_run_report(run,
				  "a record whose raw text is no event in a form that is read");
}

static bool take_list(struct export_run *run, const struct json_node *list)
{
	if (!list || list->kind != JSON_KIND_ARRAY)
		return false;
	for (list = list->first; list; list = list->next)
		if (list->kind == JSON_KIND_OBJECT)
			export_run_take_object(run, list);
	return true;
}

/* What search engines wrap events in. Recursive, as deep as JSON may be. */
static bool take_wrapped(struct export_run *run, const struct json_node *object)
{
	static const char *const objects[] = {"_source", "result", "document", "fields"};
	static const char *const lists[] = {"hits",   "results", "Results", "value",	"events",
					    "Events", "records", "Records", "documents"};
	static const char *const texts[] = {"_raw", "xml_string"};
	const struct json_node *hits = json_tree_get(object, "hits");

	if (hits && hits->kind == JSON_KIND_OBJECT)
		return take_list(run, json_tree_get(hits, "hits"));
	for (size_t i = 0; i < G_N_ELEMENTS(objects); i++) {
		const struct json_node *inner = json_tree_get(object, objects[i]);

		if (inner && inner->kind == JSON_KIND_OBJECT) {
			export_run_take_object(run, inner);
			return true;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		if (take_list(run, json_tree_get(object, lists[i])))
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *raw = json_tree_text(object, texts[i]);

		if (raw) {
			take_raw(run, raw);
			return true;
		}
	}
	return false;
}

/* Elastic's names with dots; Kibana may say which part of an answer they are of. */
static bool is_folded(const struct json_node *object)
{
	return json_tree_get(object, "winlog.channel") ||
	       json_tree_get(object, "_source.winlog.channel") ||
	       json_tree_get(object, "winlog.provider_name");
}

/* Lines between events that say nothing of one: of dissect, of a bulk import, and Splunk's last. */
static bool is_no_event(const struct json_node *object)
{
	const char *type = json_tree_text(object, "_type");

	return g_strcmp0(type, "recorddescriptor") == 0 || json_tree_get(object, "lastrow") ||
	       (object->first && !object->first->next &&
		(json_tree_get(object, "index") || json_tree_get(object, "create")));
}

void export_run_take_object(struct export_run *run, const struct json_node *object)
{
	const struct spelling *spelling = run->spelling;
	struct draft draft;

	if (run->reading && run->reading->take_object) {
		run->stopped = !run->reading->take_object(run->reading->context, object,
							  run->offset, &run->arena);
		return;
	}
	if (is_folded(object))
		object = json_tree_unfold(object, &run->arena);
	if (!spelling || !spelling->fits(object))
		spelling = spelling_find(object);
	if (spelling) {
		run->spelling = spelling;
		draft = begin_draft(run);
		spelling->read(&draft, object);
		finish_draft(run, &draft, spelling->format);
	} else if (!take_wrapped(run, object) && !is_no_event(object)) {
		export_run_report(run, "an object that is no event in a form that is read");
	}
}
