/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "cli/session.h"
#include "map/line_key.h"
#include "report/flat_line.h"

struct objects_run {
	/* Options. */
	gboolean every;
	gboolean inline_errors;
	gboolean keyed;
	gboolean flat;
	char *class_name;
	char *object_namespace;
	struct object_wants wants;

	struct session *session;
	GString *line;
	uint64_t objects;
};

static bool take_object(void *context, const struct wmi_object *object)
{
	struct objects_run *run = context;

	run->objects++;
	g_string_truncate(run->line, 0);
	if (run->session->keyed)
		line_key_append(object->host, run->line);
	wmi_object_write_line(object, run->line);
	if (run->session->flat)
		flat_line_make(run->line, 0);
	return output_write(&run->session->output, run->line->str, run->line->len);
}

static bool print_objects(struct session *session, void *context)
{
	struct objects_run *run = context;
	const struct reducer_takers takers = {.take_object = take_object, .context = run};

	run->session = session;
	run->line = g_string_new(NULL);
	session_read(session, &takers);
	g_string_free(run->line, TRUE);
	session_count(session, "objects_shown", run->objects);
	return run->objects > 0;
}

static bool check_options(struct session *session, void *context)
{
	struct objects_run *run = context;

	session->inline_errors = run->inline_errors;
	session->keyed = run->keyed;
	session->flat = run->flat;
	run->wants = (struct object_wants){.every = run->every,
					   .class_name = run->class_name,
					   .object_namespace = run->object_namespace};
	if (!run->every || !run->class_name)
		return true;
	diagnostics_error("--every leaves nothing to --class");
	return false;
}

int cmd_objects(int argc, char **argv)
{
	struct objects_run run = {0};
	const GOptionEntry entries[] = {
		{"every", 0, 0, G_OPTION_ARG_NONE, &run.every, "Instances of any class", NULL},
		{"class", 0, 0, G_OPTION_ARG_STRING, &run.class_name,
		 "Instead: instances of CLASS, and of classes that derive from it", "CLASS"},
		{"namespace", 0, 0, G_OPTION_ARG_STRING, &run.object_namespace,
		 "Only of this namespace, as root\\subscription", "NAME"},
		{"flat", 0, 0, G_OPTION_ARG_NONE, &run.flat,
		 "Lines for databases: what is no text or number is one text of JSON", NULL},
		{"inline-errors", 0, 0, G_OPTION_ARG_NONE, &run.inline_errors,
		 "Write read errors and the summary among the lines, for wmihunt hunt -", NULL},
		{"key", 0, 0, G_OPTION_ARG_NONE, &run.keyed,
		 "Write the host and a TAB before each line, to send lines to several runs by",
		 NULL},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - one line per object of a WMI repository",
		.summary = "Prints what makes up subscriptions in WMI repositories (OBJECTS.DATA, "
			   "INDEX.BTR,\nMAPPING*.MAP): filters, consumers, bindings, timers, "
			   "registrations of consumers,\nthose that live and those that were "
			   "deleted, as JSON lines.",
		.entries = entries,
		.one_format = true,
		.no_events = true,
		.objects = &run.wants,
		.check = check_options,
		.run = print_objects,
		.context = &run,
	};
	int status = session_run(&command, argc, argv);

	g_free(run.class_name);
	g_free(run.object_namespace);
	return status;
}
