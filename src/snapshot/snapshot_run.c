/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_run.h"

#include <string.h>

#include "base/limits.h"
#include "export/export.h"
#include "snapshot/snapshot_cim.h"
#include "snapshot/snapshot_text.h"
#include "snapshot/snapshot_value.h"
#include "wmi/mof_text.h"

#define WH_MOST_GATHERED (16 << 20) /* bytes of objects that wait for others of their host */

void snapshot_run_begin(struct snapshot_run *run, const char *class_name)
{
	struct wmi_object *object = &run->draft.object;
	const char *host;

	object_draft_begin(&run->draft, class_name);
	object->object_namespace =
		object_namespace_split(run->object_namespace, &host, run->draft.arena);
	object->host = run->host ? run->host : host;
	object->host_from = object->host     ? HOST_FROM_CONTENT
			    : run->name.host ? HOST_FROM_FILE_NAME
					     : HOST_FROM_REPOSITORY;
	if (!object->host)
		object->host = run->name.host;
	object->tool =
		run->name.tool && run->form && run->form->tool_by_name ? run->name.tool : run->tool;
	object->lacks = run->lacks;
	object->has_collected = run->has_collected || run->name.has_time;
	object->collected = run->has_collected ? run->collected : run->name.time;
	object->state = run->state;
	object->found_in = FOUND_IN_SNAPSHOT;
	object->path = run->stream->path;
	object->entry = run->stream->entry;
	object->offset = run->offset;
}

/* Kansa and artemis take all quotes away. */
const char *snapshot_run_mend_path(struct snapshot_run *run, const char *text)
{
	const char *equals = strchr(text, '='), *parenthesis = strstr(text, " (");
	size_t length = strlen(text);
	g_autofree char *class_name = NULL, *name = NULL;

	if (!equals)
		return text;
	if (parenthesis && parenthesis < equals && g_str_has_prefix(equals, "= \"") &&
	    g_str_has_suffix(text, "\")")) {
		class_name = g_strndup(text, (size_t)(parenthesis - text));
		name = g_strndup(equals + 3, length - (size_t)(equals + 3 - text) - 2);
	} else if (g_str_has_prefix(MAX(text, equals - 5), ".Name=") && equals[1] != '"') {
		class_name = g_strndup(text, (size_t)(equals - 5 - text));
		name = g_strdup(equals + 1);
	} else {
		return text;
	}
	return object_path_make(class_name, "Name", name, run->draft.arena);
}

static bool is_reference(const char *name)
{
	return g_ascii_strcasecmp(name, "Filter") == 0 || g_ascii_strcasecmp(name, "Consumer") == 0;
}

static void add(struct snapshot_run *run, const char *name, enum value_reading reading,
		const struct cim_value *value)
{
	if (reading == VALUE_CUT)
		run->draft.object.partial = true;
	if (reading == VALUE_LOST)
		return;
	if (value->kind == CIM_TEXT && is_reference(name))
		object_draft_add_text(&run->draft, name, snapshot_run_mend_path(run, value->text));
	else
		object_draft_add(&run->draft, name, value);
}

void snapshot_run_add(struct snapshot_run *run, const char *name, const struct json_node *node)
{
	const char *path = node && node->kind == JSON_KIND_OBJECT && is_reference(name)
				   ? snapshot_cim_make_path(node, run->draft.arena)
				   : NULL;
	struct cim_value value;

	if (path)
		object_draft_add_text(&run->draft, name, snapshot_run_mend_path(run, path));
	else if (node)
		add(run, name, snapshot_value_from_node(name, node, run->draft.arena, &value),
		    &value);
}

void snapshot_run_add_text(struct snapshot_run *run, const char *name, const char *text)
{
	struct cim_value value;

	if (text)
		add(run, name, snapshot_value_from_text(name, text, run->draft.arena, &value),
		    &value);
}

static void give_gathered(struct snapshot_run *run)
{
	object_gather_give(run->gather, run->stream->path, run->stream->entry, run->reading->take,
			   run->reading->take_context);
}

void snapshot_run_give(struct snapshot_run *run)
{
	const struct wmi_object *object =
		object_draft_finish(&run->draft, &run->superclass, run->superclass != NULL);

	run->found++;
	if (!run->is_namespace_doubtful) {
		run->reading->take(run->reading->take_context, object);
		return;
	}
	if (!run->gather)
		run->gather = object_gather_new();
	object_gather_add(run->gather, object);
	if (object_gather_get_size(run->gather) > WH_MOST_GATHERED)
		give_gathered(run);
}

void snapshot_run_give_binding(struct snapshot_run *run, const char *filter, const char *consumer)
{
	if (!filter || !consumer)
		return;
	snapshot_run_begin(run, "__FilterToConsumerBinding");
	object_draft_add_text(&run->draft, "Consumer", consumer);
	object_draft_add_text(&run->draft, "Filter", filter);
	snapshot_run_give(run);
}

static bool has(const struct json_node *node, const char *name)
{
	for (node = node->first; node; node = node->next)
		if (g_ascii_strcasecmp(node->name, name) == 0)
			return true;
	return false;
}

const char *snapshot_class_of(const struct json_node *properties)
{
	static const struct {
		const char *names[2]; /* the second may be NULL */
		const char *class_name;
	} signs[] = {
		{{"Filter", "Consumer"}, "__FilterToConsumerBinding"},
		{{"CommandLineTemplate", NULL}, "CommandLineEventConsumer"},
		{{"ExecutablePath", NULL}, "CommandLineEventConsumer"},
		{{"ScriptText", NULL}, "ActiveScriptEventConsumer"},
		{{"ScriptingEngine", NULL}, "ActiveScriptEventConsumer"},
		{{"InsertionStringTemplates", NULL}, "NTEventLogEventConsumer"},
		{{"SMTPServer", "ToLine"}, "SMTPEventConsumer"},
		{{"Filename", "Text"}, "LogFileEventConsumer"},
		{{"Query", "QueryLanguage"}, "__EventFilter"},
		{{"IntervalBetweenEvents", "TimerId"}, "__IntervalTimerInstruction"},
		{{"EventDateTime", "TimerId"}, "__AbsoluteTimerInstruction"},
	};

	if (properties->kind != JSON_KIND_OBJECT)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
		if (has(properties, signs[i].names[0]) &&
		    (!signs[i].names[1] || has(properties, signs[i].names[1])))
			return signs[i].class_name;
	return NULL;
}

const char *snapshot_text(const struct json_node *row, const char *name)
{
	const struct json_node *node = json_tree_get(row, name);

	return node && node->text && *node->text ? node->text : NULL;
}

static void run_init(struct snapshot_run *run, struct reader *reader,
		     const struct snapshot_reading *reading)
{
	*run = (struct snapshot_run){.reading = reading, .stream = reader->stream};
	snapshot_name_read(reader->stream->path, reader->stream->entry, &run->name);
	object_draft_init(&run->draft, NULL);
}

static void run_release(struct snapshot_run *run)
{
	if (run->gather) {
		give_gathered(run);
		object_gather_free(run->gather);
	}
	object_draft_release(&run->draft);
	snapshot_name_release(&run->name);
}

static void begin_row(struct snapshot_run *run, const struct snapshot_form *form, uint64_t offset,
		      struct arena *arena)
{
	run->form = form;
	run->draft.arena = arena;
	run->offset = offset;
	run->tool = form->tool;
	run->lacks = form->lacks;
	run->host = run->object_namespace = NULL;
	run->has_collected = false;
	run->state = OBJECT_LIVE;
	run->is_namespace_doubtful = false;
}

void snapshot_run_report(const struct snapshot_run *run, const char *what)
{
	const struct fault fault = {.code = FAULT_LINE_DAMAGED,
				    .what = what,
				    .path = run->stream->path,
				    .entry = run->stream->entry,
				    .offset = run->offset,
				    .has_offset = true};

	fault_report(run->reading->faults, &fault);
}

static bool take_row(void *context, const struct json_node *row, uint64_t offset,
		     struct arena *arena)
{
	struct snapshot_run *run = context;
	const struct snapshot_form *form = run->form;

	if (!form || !form->fits(row))
		form = snapshot_form_find(row);
	if (form) {
		begin_row(run, form, offset, arena);
		form->read(run, row);
	} else if (run->form && !run->form->is_mixed) {
		run->offset = offset;
		snapshot_run_report(run, "a row that is not of the form of those before it");
	}
	return true;
}

/* The first rows of a file. */
struct snapshot_look {
	unsigned rows;
	bool found;
};

#define WH_ROWS_TRIED 5

static bool look_at_row(void *context, const struct json_node *row, uint64_t offset,
			struct arena *arena)
{
	struct snapshot_look *look = context;

	(void)offset, (void)arena;
	look->found = snapshot_form_find(row) != NULL;
	return !look->found && ++look->rows < WH_ROWS_TRIED;
}

static void at_nothing(void *context, uint64_t offset, size_t size)
{
	(void)context, (void)offset, (void)size;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

static bool has_rows(const uint8_t *data, size_t size, enum export_rows rows)
{
	const struct fault_sink faults = {ignore_fault, NULL};
	struct snapshot_look look = {0};
	const struct export_reading reading = {.at_record = at_nothing,
					       .context = &look,
					       .faults = &faults,
					       .take_object = look_at_row};

	export_look_at_objects(data,
			       rows == EXPORT_ROWS_CSV ? MIN(size, WH_FILE_HEADER_SIZE) : size,
			       rows, &reading);
	return look.found;
}

/* Whether the whole is one. */
static bool is_text_form(const uint8_t *data, size_t size)
{
	size_t length = MIN(size, WH_FILE_HEADER_SIZE) & ~(size_t)1;
	g_autofree char *head = mof_text_from_bytes(data, length);

	return snapshot_text_begins(head);
}

bool snapshot_begins(const uint8_t *data, size_t size)
{
	/* Text only, which may be of 16 bits a character. */
	enum export_rows rows;
	bool is_wide = size >= 4 && (data[0] >= 0xFE || (!data[1] && !data[3]));

	if (size < 16 || (!is_wide && memchr(data, 0, MIN(size, 256))))
		return false;
	rows = export_find_rows(data, size);
	return (rows == EXPORT_ROWS_CSV && is_text_form(data, size)) || has_rows(data, size, rows);
}

static void at_record(void *context, uint64_t offset, size_t size)
{
	const struct snapshot_run *run = context;

	run->reading->at_piece(run->reading->context, offset, size);
}

/* Text that has no rows is read as a whole. */
static void read_text(struct snapshot_run *run, struct reader *reader)
{
	g_autoptr(GByteArray) bytes = snapshot_read_bytes(reader, run->reading);
	g_autofree char *text = NULL;
	struct arena arena;

	if (!bytes)
		return;
	text = mof_text_from_bytes(bytes->data, bytes->len);
	arena_init(&arena);
	run->draft.arena = &arena;
	run->reading->at_piece(run->reading->context, 0, bytes->len);
	snapshot_text_read(run, text);
	run->reading->at_piece(run->reading->context, 0, 0);
	arena_release(&arena);
}

GByteArray *snapshot_read_bytes(struct reader *reader, const struct snapshot_reading *reading)
{
	GByteArray *bytes = g_byte_array_new();
	const struct fault fault = {.code = FAULT_LIMIT,
				    .what = "a text that is larger than is read",
				    .path = reader->stream->path,
				    .entry = reader->stream->entry};
	const uint8_t *data;
	size_t size;

	while ((size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		reading->at_piece(reading->context, reader->offset, size);
		if (bytes->len <= WH_MAX_OBJECT_TEXT)
			g_byte_array_append(bytes, data, (guint)size);
		reader_skip(reader, size);
		reading->at_piece(reading->context, 0, 0);
	}
	if (bytes->len <= WH_MAX_OBJECT_TEXT)
		return bytes;
	fault_report(reading->faults, &fault);
	g_byte_array_unref(bytes);
	return NULL;
}

uint64_t snapshot_read(struct reader *reader, const struct snapshot_reading *reading)
{
	const uint8_t *data;
	size_t size = reader_peek(reader, WH_FILE_HEADER_SIZE, &data);
	enum export_rows kind = export_find_rows(data, size);
	bool is_text = kind == EXPORT_ROWS_CSV && is_text_form(data, size);
	struct snapshot_run run;
	const struct export_reading rows = {.at_record = at_record,
					    .context = &run,
					    .faults = reading->faults,
					    .take_object = take_row};

	run_init(&run, reader, reading);
	if (is_text)
		read_text(&run, reader);
	else
		export_read_objects(reader, kind, &rows);
	run_release(&run);
	return run.found;
}
