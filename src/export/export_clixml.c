/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/clixml.h"
#include "export/export_run.h"

/*
 * How it works. Objects are found by their tags, which stand nowhere else: in texts "<" is escaped.
 * A list that stands for itself, as Export-Clixml -InputObject writes, is entered. Another object
 * that begins a line as far in as this one did shows that the end of this one is missing.
 */

#define TAG_SIZE 5 /* "<Obj" and what ends the name */
#define MAX_INDENT 64 /* blanks before a tag */
#define LIST_HEAD 8192 /* bytes in which the list of an object that is one begins */
#define EVENT_TYPE "System.Diagnostics.Eventing.Reader.EventLogRecord</T>"
#define TRIED 5 /* objects that a file is known by */

struct clixml_frame {
	int indent; /* blanks before the object at hand, where it begins a line; else -1 */
	bool is_lost; /* an object had no end: only one that is as far in may be next */
	const char *problem; /* of what was passed over on the way, or NULL */
	uint64_t problem_offset; /* in the text */
	bool is_event; /* that is an event by its type */
};

static bool is_object_tag(const char *at, const char *end)
{
	return end - at >= TAG_SIZE && memcmp(at, "<Obj", 4) == 0 && strchr(" >/", at[4]) && at[4];
}

static int find_indent(const char *text, const char *tag)
{
	const char *at = tag;

	while (at > text && at[-1] == ' ' && tag - at < MAX_INDENT)
		at--;
	return at > text && at[-1] == '\n' ? (int)(tag - at) : -1;
}

static const char *find_tag(const struct clixml_frame *frame, const char *text, const char *end)
{
	const char *at = text;

	while ((at = memmem(at, (size_t)(end - at), "<Obj", 4))) {
		if (is_object_tag(at, end) &&
		    (!frame->is_lost || find_indent(text, at) == frame->indent))
			return at;
		at++;
	}
	return NULL;
}

/* At the tag that begins an object; false at the end. */
static bool seek(struct clixml_frame *frame, struct text_source *source)
{
	for (;;) {
		const char *text = text_source_at(source);
		size_t size = text_source_size(source);
		const char *tag = find_tag(frame, text, text + size);

		if (tag) {
			if (!frame->is_lost)
				frame->indent = find_indent(text, tag);
			frame->is_lost = false;
			text_source_skip(source, (size_t)(tag - text));
			return true;
		}
		/* A tag may be cut by the window's end. */
		text_source_skip(source, size > 2 * MAX_INDENT ? size - 2 * MAX_INDENT : 0);
		if (!text_source_fill(source))
			return false;
	}
}

/* What follows this element, of which `at` is the tag; NULL where it has no end. */
static const char *skip_element(const char *at, const char *end, const char *close)
{
	const char *found = memmem(at, (size_t)(end - at), close, strlen(close));

	return found ? found + strlen(close) : NULL;
}

static bool begins_with(const char *at, const char *end, const char *text)
{
	return (size_t)(end - at) >= strlen(text) && memcmp(at, text, strlen(text)) == 0;
}

/* Of objects: what is in its first entry after the key. */
static bool is_dictionary_of_objects(const char *at, const char *end)
{
	at = skip_element(at, end, "</S>");
	while (at && at < end && g_ascii_isspace(*at))
		at++;
	return at && is_object_tag(at, end);
}

/* Offset in a list that the object is; 0: it is none. */
static size_t find_list(const char *text, size_t size)
{
	static const char *const lists[] = {"<LST>", "<IE>", "<STK>", "<QUE>"};
	const char *end = text + size, *at = memchr(text, '>', size);

	at = at && at[-1] != '/' ? at + 1 : NULL;
	while (at && at < end) {
		if (g_ascii_isspace(*at))
			at++;
		else if (begins_with(at, end, "<TNRef"))
			at = skip_element(at, end, ">");
		else if (begins_with(at, end, "<TN"))
			at = skip_element(at, end, "</TN>");
		else if (begins_with(at, end, "<ToString>"))
			at = skip_element(at, end, "</ToString>");
		else
			break;
	}
	if (!at || at >= end)
		return 0;
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		if (begins_with(at, end, lists[i]))
			return (size_t)(at - text) + strlen(lists[i]);
	return begins_with(at, end, "<DCT>") && is_dictionary_of_objects(at, end)
		       ? (size_t)(at - text) + strlen("<DCT>")
		       : 0;
}

static bool enter_list(struct text_source *source)
{
	size_t at;

	while (text_source_size(source) < LIST_HEAD && text_source_fill(source))
		;
	at = find_list(text_source_at(source), MIN(text_source_size(source), LIST_HEAD));
	text_source_skip(source, at);
	return at > 0;
}

/* Where a search for the end of an object stands. */
struct object_search {
	size_t at;
	unsigned depth;
	bool cut; /* another begins there */
};

/* True when the search is over; search->at is then after the end, or where it was cut off. */
static bool search_end(const struct clixml_frame *frame, struct object_search *search,
		       const char *text, size_t size)
{
	const char *at = text + search->at, *end = text + size, *close;

	while ((at = memchr(at, '<', (size_t)(end - at)))) {
		search->at = (size_t)(at - text);
		if (end - at < 6)
			return false;
		if (memcmp(at, "</Obj>", 6) == 0 && --search->depth == 0) {
			search->at += 6;
			return true;
		}
		if (!is_object_tag(at++, end))
			continue;
		close = memchr(at, '>', (size_t)(end - at));
		if (!close)
			return false;
		search->cut = search->depth > 0 && frame->indent >= 0 &&
			      find_indent(text, at - 1) == frame->indent;
		if (search->cut)
			return true;
		search->depth += close[-1] != '/';
		if (search->depth == 0) {
			search->at = (size_t)(close + 1 - text);
			return true;
		}
	}
	search->at = size;
	return false;
}

/* False when the object has no end. */
static bool find_end(struct clixml_frame *frame, struct text_source *source, size_t *size)
{
	struct object_search search = {0};
	bool over;

	do
		over = search_end(frame, &search, text_source_at(source), text_source_size(source));
	while (!over && text_source_fill(source));
	*size = search.at;
	if (over && !search.cut)
		return true;
	frame->problem = search.cut || source->ended
				 ? "an object that has no end"
				 : "an object that is longer than an event can be";
	frame->problem_offset = source->offset;
	frame->is_event = memmem(text_source_at(source), MIN(text_source_size(source), LIST_HEAD),
				 EVENT_TYPE, strlen(EVENT_TYPE)) != NULL;
	frame->is_lost = frame->indent >= 0;
	/* The blanks before the next stay. */
	if (search.cut)
		*size -= (size_t)frame->indent + 1;
	else
		*size = text_source_size(source);
	text_source_skip(source, *size);
	return false;
}

static bool next_object(struct clixml_frame *frame, struct text_source *source, size_t *size)
{
	frame->problem = NULL;
	while (seek(frame, source)) {
		if (enter_list(source))
			continue;
		if (find_end(frame, source, size))
			return true;
	}
	return false;
}

/* What stands before event ids; NULL where texts hold an escape that may hide what is sought. */
static const char *before_id(const struct export_run *run, size_t size)
{
	bool is_event = run->spelling == &spelling_get_winevent;

	if (!is_event || memmem(text_source_at(&run->source), size, "_x005F_", 7))
		return NULL;
	return " N=\"Id\">";
}

static void read_object(struct export_run *run, struct clixml *clixml, size_t size)
{
	const char *problem;
	const struct json_node *object =
		clixml_read(clixml, text_source_at(&run->source), size, &run->arena, &problem);

	if (!object)
		export_run_report(run, problem);
	else if (object->kind == JSON_KIND_OBJECT)
		export_run_take_object(run, object);
}

bool export_clixml_begins(const char *text, size_t size)
{
	return clixml_begins(text, size);
}

static const struct text_names text_names = {
	.host = " N=\"MachineName\">",
	.channel = " N=\"LogName\">",
	.record_id = " N=\"RecordId\">",
	.times = {" N=\"TimeCreated\">"},
};

void export_clixml_read(struct export_run *run)
{
	struct clixml_frame frame = {.indent = -1};
	struct clixml *clixml = clixml_new();
	unsigned tried = 0;
	size_t size;

	while (!run->stopped && (run->reading || tried++ < TRIED)) {
		bool any = next_object(&frame, &run->source, &size);

		if (frame.problem) {
			/* The head of a file may end in its first object. */
			run->found |= frame.is_event;
			run->offset = frame.problem_offset;
			export_run_report(run, frame.problem);
		}
		if (!any)
			break;
		if (export_run_begin(run, before_id(run, size), &text_names, size)) {
			read_object(run, clixml, size);
			text_source_skip(&run->source, size);
			export_run_end(run);
		} else {
			text_source_skip(&run->source, size);
		}
	}
	clixml_free(clixml);
}
