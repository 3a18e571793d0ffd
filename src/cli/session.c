/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/prompt.h"
#include "cli/rule_messages.h"
#include "cli/session_options.h"
#include "map/run_lines.h"
#include "run/process.h"
#include "run/sandbox.h"

static bool load_rules(struct session *session)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	bool ok =
		rule_options_load(&session->rule_options, session->rules, session->notes, messages);

	for (char **path = session->baseline_paths; path && *path; path++)
		ok &= baseline_add_path(session->baseline, *path, messages);
	if (ok)
		baseline_add_notes(session->baseline, session->notes);
	else
		rule_messages_print_errors(messages);
	g_ptr_array_unref(messages);
	return ok;
}

static bool write_output(void *context, const char *text, size_t length)
{
	return output_write(context, text, length);
}

static void open_report(struct session *session)
{
	struct report_options *options = &session->report_options;
	const struct report_sink sink = {write_output, &session->output};

	options->bom = session->bom;
	options->keyed = session->keyed;
	options->flat = session->flat;
	options->rules = session->rules;
	report_init(&session->report, session->format, options, &sink);
	report_files_begin(&session->report_files, &session->report, PROCESS_OUTPUT + 1,
			   session->output.progress);
}

/* What is read must not be written to. */
static bool check_output(const struct session *session, GError **error)
{
	char *const list[] = {session->read_options.files_from, NULL};
	char *const passwords[] = {session->read_options.password_file, NULL};
	char *const *const inputs[] = {session->job.paths, session->rule_options.paths,
				       session->baseline_paths, list, passwords};

	for (guint i = 0; i < G_N_ELEMENTS(inputs); i++)
		if (!output_check_inputs(session->output_path, inputs[i], error) ||
		    !report_files_check_inputs(&session->report_files, inputs[i], error))
			return false;
	return true;
}

static bool open_files(struct session *session, GError **error)
{
	if (!output_open(&session->output, session->output_path, error))
		return false;
	if (report_files_open(&session->report_files, error))
		return true;
	output_close(&session->output, OUTPUT_NOTHING, NULL);
	return false;
}

/* The format, and how what it prints fits the output. */
static bool choose_format(struct session *session, GError **error)
{
	const char *lines_for =
		session->flat && !session->lines_for ? "--flat" : session->lines_for;

	session->format = session->format_name ? report_format_find(session->format_name)
					       : report_format_default(session->output.is_terminal);
	if (!report_format_fits(session->format, &session->output, "--format", error) ||
	    !table_options_check_zone(&session->table_options, session->format,
				      report_files_show_zones(&session->report_files), error))
		return false;
	if (session->flat && session->keyed)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--key and --flat: flat lines are not read again");
	else if (lines_for && !session->command->one_format && !session->format->is_lines)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "%s: needs --format jsonl", lines_for);
	else if (session->report_options.full && !session->format->has_full &&
		 !report_files_have_full(&session->report_files))
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--full: is for tables, nothing else cuts what it explains");
	else
		return table_options_apply(&session->table_options, session->format,
					   &session->output, &session->report_options, error);
	return false;
}

static bool open_all(struct session *session, GError **error)
{
	if (!check_output(session, error) || !open_files(session, error))
		return false;
	if (choose_format(session, error))
		return true;
	output_close(&session->output, OUTPUT_NOTHING, NULL);
	report_files_close(&session->report_files, OUTPUT_NOTHING, &session->diagnostics);
	return false;
}

static bool open_output(struct session *session)
{
	g_autoptr(GError) error = NULL;

	if (!open_all(session, &error)) {
		diagnostics_error("%s", error->message);
		return false;
	}
	session->diagnostics.quiet = session->quiet;
	session->diagnostics.rules = session->command->takes_baseline ? session->rules : NULL;
	session->diagnostics.recovers = session->job.settings.recover;
	session->diagnostics.json = !session->format->for_people && !diagnostics_is_terminal();
	rule_options_say_left_out(session->rules, &session->diagnostics);
	for (guint i = 0; i < session->notes->len; i++)
		diagnostics_note(&session->diagnostics, session->notes->pdata[i]);
	return true;
}

static bool take_event(void *context, const char *path, const uint8_t *event, size_t size)
{
	return reducer_take(((const struct session *)context)->reducer, path, event, size);
}

static bool take_object(void *context, const char *path, const uint8_t *object, size_t size)
{
	return reducer_take_object(((const struct session *)context)->reducer, path, object, size);
}

static bool take_log(void *context, const char *path, const uint8_t *log, size_t size)
{
	return reducer_take_log(((const struct session *)context)->reducer, path, log, size);
}

static bool may_take(void *context)
{
	return reducer_may_take(((const struct session *)context)->reducer);
}

static unsigned get_descriptors(void *context, struct pollfd *fds)
{
	return reducer_get_descriptors(((const struct session *)context)->reducer, fds);
}

static bool polled(void *context, const struct pollfd *fds, unsigned count)
{
	return count == 0 || reducer_polled(((const struct session *)context)->reducer, fds);
}

/* A read error that stands between the events, or the summary after them. */
static bool add_line(void *context, const char *line, size_t length)
{
	reducer_add_line(context, line, length);
	return true;
}

static void note(void *context, const char *message)
{
	struct session *session = context;

	diagnostics_note(&session->diagnostics, message);
}

static void show_progress(void *context, const struct progress_counts *counts, bool asked)
{
	struct session *session = context;

	diagnostics_progress(&session->diagnostics, counts, asked);
}

static char *ask_password(void *context, const char *path)
{
	struct session *session = context;

	diagnostics_hide_progress(&session->diagnostics);
	return diagnostics_is_terminal() ? prompt_password(path) : NULL;
}

static void note_interrupted(struct session *session)
{
	session->diagnostics.partial = true;
	diagnostics_note(&session->diagnostics,
			 "interrupted: what was found until then follows, and is partial");
}

static void run_job(struct session *session)
{
	enum map_end end = map_job_run(&session->job);

	diagnostics_hide_progress(&session->diagnostics);
	session->failed = end != MAP_ENDED;
	if (end == MAP_INTERRUPTED)
		note_interrupted(session);
}

static void map_inputs(struct session *session)
{
	struct event_query of_rules = {.rules = session->rules};
	struct event_query *query = session->command->query;
	struct map_job *job = &session->job;
	struct event_selection selection;

	event_query_select(query ? query : &of_rules, &selection);
	job->settings.selection = &selection;
	job->settings.objects = session->command->objects;
	job->settings.no_events = session->command->no_events;
	job->settings.tells_logs = !query || event_query_wants_logs(query);
	job->take = take_event;
	job->take_object = take_object;
	job->take_log = take_log;
	job->may_take = may_take;
	job->get_descriptors = get_descriptors;
	job->polled = polled;
	job->note = note;
	job->show = show_progress;
	job->ask_password = ask_password;
	job->count_first = diagnostics_is_terminal() && !session->quiet;
	job->context = session;
	job->faults = &session->faults;
	job->signals = &session->signals;
	run_job(session);
	sieve_plan_release(&selection.plan);
}

void session_read(struct session *session, const struct reducer_takers *takers)
{
	reducer_link_read(session->link, takers);
}

void session_read_lines(struct session *session, const struct line_taker *taker)
{
	line_inputs_read(&session->lines, PROCESS_OUTPUT + 1, session->link, taker,
			 &session->faults);
}

void session_count(struct session *session, const char *name, uint64_t count)
{
	reducer_link_count(session->link, name, count);
}

static void take_count(void *context, const char *name, uint64_t count)
{
	struct session *session = context;
	const struct summary_count one = {g_strdup(name), count};

	g_array_append_val(session->counts, one);
}

static void clear_count(gpointer data)
{
	g_free((char *)((struct summary_count *)data)->name);
}

/*
 * Read errors are told, and go to reports that have them: those of the parent are sent there; those
 * that the reducer's process finds, which reach the parent too, are taken at once.
 */
static void take_fault(void *context, const struct fault *fault)
{
	struct session *session = context;

	fault_report(&session->told, fault);
	if (!report_files_take_faults(&session->report_files))
		return;
	if (session->link)
		report_files_add_fault(&session->report_files, fault);
	else if (session->reducer)
		reducer_add_fault(session->reducer, fault);
	else
		g_ptr_array_add(session->early, fault_encode(fault, true));
}

static void add_early_faults(struct session *session)
{
	for (guint i = 0; i < session->early->len; i++) {
		const GByteArray *bytes = session->early->pdata[i];
		struct fault fault;

		if (fault_decode(bytes->data, bytes->len, &fault))
			report_files_add_fault(&session->report_files, &fault);
	}
}

static void add_fault(void *context, const struct fault *fault)
{
	report_files_add_fault(&((struct session *)context)->report_files, fault);
}

static void end_files(void *context)
{
	report_files_end(&((struct session *)context)->report_files);
}

/* The command, in the reducer's process. */
static bool run_command(void *context, struct reducer_link *link, bool *failed)
{
	struct session *session = context;
	const struct session_command *command = session->command;
	bool found;

	session->link = session->diagnostics.link = link;
	session->output.progress = reducer_link_get_progress(link);
	if (session->output.path)
		session->output.fd = PROCESS_OUTPUT;
	open_report(session);
	add_early_faults(session);
	found = command->run(session, command->context);
	report_release(&session->report);
	*failed = session->failed;
	return found;
}

static void write_line(void *context, const char *line, size_t length)
{
	struct session *session = context;

	/* It is about no host. */
	g_autofree char *keyed =
		session->keyed ? g_strdup_printf("\t%.*s", (int)length, line) : NULL;

	output_write(&session->output, keyed ? keyed : line, length + session->keyed);
}

static int flush_output(void *context)
{
	struct session *session = context;

	output_flush(&session->output);
	report_files_flush(&session->report_files);
	return session->output.error;
}

/* Machine code of the rules' regexes. */
static void prepare_rules(void *context)
{
	rule_set_prepare_all(((struct session *)context)->rules);
}

static bool start_reducer(struct session *session)
{
	bool judges = session->diagnostics.rules != NULL;
	const struct reducer_work work = {.prepare = judges ? prepare_rules : NULL,
					  .run = run_command,
					  .take_fault = add_fault,
					  .end = end_files,
					  .write_line = write_line,
					  .flush = flush_output,
					  .context = session,
					  .output = session->output.fd,
					  .more = session->report_files.descriptors,
					  .sandbox = session->job.sandbox,
					  .keep_duplicates = session->read_options.keep_duplicates};
	const struct reducer_calls calls = {
		.faults = &session->told, .note = note, .count = take_count, .context = session};

	session->reducer = reducer_new(&work, &calls, &session->signals);
	if (!session->reducer) {
		diagnostics_error("cannot start: %s", g_strerror(errno));
		return false;
	}
	if (session->inline_errors) {
		session->diagnostics.write = add_line;
		session->diagnostics.context = session->reducer;
		reducer_add_line(session->reducer, WH_RUN_LINE_BEGIN,
				 sizeof(WH_RUN_LINE_BEGIN) - 1);
	}
	return true;
}

/* A run that could read nothing, or failed, does not take the place of an earlier one. */
static enum output_end judge_output(const struct session *session)
{
	if (session->diagnostics.partial)
		return OUTPUT_PARTIAL;
	return session->failed || session->job.tally.files == 0 ? OUTPUT_NOTHING : OUTPUT_WHOLE;
}

static void close_output(struct session *session)
{
	g_autoptr(GError) error = NULL;
	enum output_end end = judge_output(session);
	g_autofree char *message = NULL;

	if (!output_close(&session->output, end, &error)) {
		diagnostics_error("%s", error->message);
		session->failed = true;
	}
	if (!report_files_close(&session->report_files, end, &session->diagnostics))
		session->failed = true;
	if (!session->output.replaces || (end != OUTPUT_PARTIAL && !error))
		return;
	message = g_strdup_printf("%s stays as it was, what was found is in %s.partial",
				  session->output_path, session->output_path);
	diagnostics_note(&session->diagnostics, message);
}

/* Reads all, has it joined and printed, and says what there is to say. True when something was
 * found. */
static bool run(struct session *session)
{
	struct reducer_end end;

	if (!start_reducer(session)) {
		session->failed = true;
		return false;
	}
	if (!session->command->reads_lines)
		map_inputs(session);
	else if (!reducer_wait(session->reducer))
		note_interrupted(session);
	session->job.tally.duplicates += reducer_finish(session->reducer);
	session->diagnostics.partial |= session->failed;
	diagnostics_summary(&session->diagnostics, &session->job.tally,
			    (const struct summary_count *)(void *)session->counts->data);
	reducer_close(session->reducer, &end);
	session->output.error = end.error;
	session->failed |= end.failed;
	if (end.problem) {
		session->diagnostics.partial = true;
		diagnostics_error("%s", end.problem);
	}
	g_free(end.problem);
	reducer_free(session->reducer);
	return end.found;
}

static int run_session(struct session *session)
{
	bool found;

	if (session->command->reads_lines)
		line_inputs_open(&session->lines, session->job.paths,
				 session->report_files.descriptors, &session->job.tally,
				 &session->faults);
	signals_catch(&session->signals);
	found = run(session);
	close_output(session);
	signals_release(&session->signals);
	process_wait_for_dropped();
	if (session->diagnostics.faults || session->failed)
		return EXIT_FAULT;
	return found || session->exit_zero ? EXIT_MATCHED : EXIT_NOTHING;
}

static void session_init(struct session *session)
{
	*session = (struct session){0};
	diagnostics_init(&session->diagnostics);
	session->told = diagnostics_fault_sink(&session->diagnostics);
	session->faults = (struct fault_sink){take_fault, session};
	session->early = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
	session->rules = rule_set_new();
	session->baseline = baseline_new();
	session->notes = g_ptr_array_new_with_free_func(g_free);
	session->counts = g_array_new(TRUE, TRUE, sizeof(struct summary_count));
	g_array_set_clear_func(session->counts, clear_count);
}

static void session_release(struct session *session)
{
	g_array_unref(session->counts);
	g_ptr_array_unref(session->early);
	g_ptr_array_unref(session->notes);
	baseline_free(session->baseline);
	/* The process ends: what thousands of rules hold is given back faster all at once. */
	if (sandbox_is_sanitized())
		rule_set_free(session->rules);
	read_options_release(&session->read_options);
	rule_options_release(&session->rule_options);
	g_strfreev(session->baseline_paths);
	line_inputs_release(&session->lines);
	report_files_release(&session->report_files);
	table_options_release(&session->table_options);
	g_free(session->format_name);
	g_free(session->format_help);
	g_free(session->output_path);
	g_free(session->since_text);
	g_free(session->until_text);
	g_free(session->host_pattern);
	g_clear_pointer(&session->hosts, g_regex_unref);
	g_clear_pointer(&session->job.settings.host, g_regex_unref);
}

int session_run(const struct session_command *command, int argc, char **argv)
{
	struct session session;
	int status = EXIT_FAULT;

	session_init(&session);
	session.command = command;
	session.rule_options.no_default_rules = command->no_events;
	if (session_options_parse(&session, command, argc, argv) && load_rules(&session) &&
	    open_output(&session))
		status = run_session(&session);
	session_release(&session);
	return status;
}
