/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "event/filetime.h"
#include "report/evidence_line.h"
#include "report/subscription_line.h"
#include "report/table.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"
#include "evidence/link.h"

/* A subscription, and the script that made it, with the process that ran it. */
struct scene {
	GPtrArray *subscriptions;
	struct evidence_store *store;
	struct verdict verdict;
};

static struct event *new_event(const char *time, const char *provider, unsigned event_id)
{
	struct event *event = g_new0(struct event, 1);

	event_init(event);
	assert_true(filetime_parse(time, &event->time));
	event->host = "WS-17.example.test";
	event->provider = provider;
	event->event_id = event_id;
	event->has_event_id = true;
	event->source.path = "logs/more.evtx";
	return event;
}

/* Takes the event. */
static void add(struct scene *scene, struct event *event, struct verdict *verdict)
{
	struct evidence *evidence = evidence_from_event(event);

	if (verdict)
		evidence_take_matches(evidence, LEVEL_HIGH, verdict->matches,
				      (GDestroyNotify)g_ptr_array_unref);
	evidence_store_add(scene->store, evidence);
	event_release(event);
	g_free(event);
}

static void add_process(struct scene *scene)
{
	struct event *event = new_event("2024-05-06T07:00:00Z", "Microsoft-Windows-Sysmon", 1);

	event_add_field(event, "ProcessId", "500");
	event_add_field(event, "Image", "C:\\pwsh.exe");
	event_add_field(event, "CommandLine", "pwsh -x");
	event_add_field(event, "User", "WS-17\\cook");
	add(scene, event, NULL);
}

static void add_script(struct scene *scene, const char *time)
{
	struct event *event = new_event(time, "Microsoft-Windows-PowerShell", 4104);
	struct verdict verdict = sample_verdict();

	sample_add_match(&verdict, "A script", LEVEL_HIGH);
	event->process_id = 500;
	event->has_process_id = true;
	event_add_field(event, "ScriptBlockText", "__EventFilter\n'Tick' \033[m");
	add(scene, event, &verdict);
}

static struct scene scene_new(void)
{
	struct scene scene = {
		.subscriptions = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free),
		.store = evidence_store_new(),
		.verdict = sample_verdict(),
	};
	struct subscription *subscription =
		sample_subscription(sample_filter("Tick", NULL), sample_consumer("Tock", "a.exe"));

	sample_add_sighting(subscription, 0);
	g_ptr_array_add(scene.subscriptions, subscription);
	add_process(&scene);
	add_script(&scene, "2024-05-06T07:08:08Z");
	add_script(&scene, "2024-05-06T07:08:10Z");
	assert_true(link_evidence(scene.store, scene.subscriptions));
	return scene;
}

static void scene_release(struct scene *scene)
{
	g_ptr_array_unref(scene->subscriptions);
	evidence_store_free(scene->store);
	g_ptr_array_unref(scene->verdict.matches);
}

#define LINK(why)                                                                                  \
	"\"links\":[{\"namespace\":\"root\\\\subscription\",\"filter\":\"Tick\","                  \
	"\"consumer\":\"Tock\",\"class\":\"CommandLineEventConsumer\",\"why\":\"" why "\"}],"
#define SOURCE "\"source\":{\"path\":\"logs/more.evtx\",\"offset\":0,\"header_record_id\":0}"
#define PROCESS                                                                                    \
	"\"time\":\"2024-05-06T07:00:00.0000000Z\",\"process_id\":500,"                            \
	"\"image\":\"C:\\\\pwsh.exe\",\"command_line\":\"pwsh -x\",\"user\":\"WS-17\\\\cook\""

static void test_evidence_lines(void **state)
{
	struct scene scene = scene_new();
	g_autoptr(GPtrArray) list = evidence_store_report(scene.store);
	g_autoptr(GString) out = g_string_new(NULL);

	(void)state;
	for (guint i = 0; i < list->len; i++)
		evidence_line_append(list->pdata[i], out);
	assert_string_equal(
		out->str,
		"{\"kind\":\"evidence\",\"time\":\"2024-05-06T07:00:00.0000000Z\","
		"\"host\":\"WS-17.example.test\",\"provider\":\"Microsoft-Windows-Sysmon\","
		"\"event_id\":1,\"evidence\":\"process\"," LINK(
			"process 500, which the linked event 4104 names, 488 s "
			"later") "\"data\":{\"ProcessId\":\"500\",\"Image\":\"C:\\\\pwsh.exe\","
				 "\"CommandLine\":\"pwsh -x\",\"User\":\"WS-17\\\\cook\"}," SOURCE
				 "}\n"
				 "{\"kind\":\"evidence\",\"time\":\"2024-05-06T07:08:08.0000000Z\","
				 "\"host\":\"WS-17.example.test\",\"provider\":\"Microsoft-Windows-"
				 "PowerShell\","
				 "\"event_id\":4104,\"process_id\":500,\"evidence\":\"script\","
				 "\"count\":2,\"last\":\"2024-05-06T07:08:10.0000000Z\","
				 "\"process\":{" PROCESS "},\"level\":\"high\",\"matches\":["
				 "{\"title\":\"A script\",\"level\":\"high\",\"fields\":[]}]," LINK(
					 "names its filter Tick") "\"data\":{\"ScriptBlockText\":"
								  "\"__EventFilter\\n'Tick' "
								  "\\u001b[m\"}," SOURCE "}\n");
	scene_release(&scene);
}

static void test_timeline(void **state)
{
	struct scene scene = scene_new();
	g_autoptr(GString) out = g_string_new(NULL);
	const char *timeline;

	(void)state;
	subscription_line_append(scene.subscriptions->pdata[0], &scene.verdict, out);
	timeline = strstr(out->str, "\"timeline\":");
	assert_non_null(timeline);
	assert_string_equal(
		timeline,
		"\"timeline\":["
		"{\"time\":\"2024-05-06T07:00:00.0000000Z\",\"what\":\"process\",\"event_id\":1,"
		"\"user\":\"WS-17\\\\cook\",\"process\":\"C:\\\\pwsh.exe\",\"process_id\":500,"
		"\"detail\":\"pwsh -x\","
		"\"why\":\"process 500, which the linked event 4104 names, 488 s later\"," SOURCE
		"},"
		"{\"time\":\"2024-05-06T07:08:08.0000000Z\",\"last\":\"2024-05-06T07:08:10."
		"0000000Z\",\"count\":2,\"what\":\"script\",\"event_id\":4104,"
		"\"process\":\"C:\\\\pwsh.exe\",\"process_id\":500,"
		"\"detail\":\"__EventFilter\\n'Tick' \\u001b[m\","
		"\"why\":\"names its filter Tick\"," SOURCE "},"
		"{\"time\":\"2024-05-06T07:08:09.1234567Z\",\"what\":\"registered\","
		"\"event_id\":5861,\"channel\":\"Microsoft-Windows-WMI-Activity/Operational\","
		"\"record_id\":40,\"source\":{\"path\":\"logs/wmi.evtx\",\"offset\":4608,"
		"\"header_record_id\":7}}],\"matches\":[]}\n");
	scene_release(&scene);
}

/* clang-format off */
static const char explained_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)      FILTER → CONSUMER  RULE      WHAT IT RUNS\n"
	"low    WS-17.example.test  2024-05-06 07:08:09  Tick → Tock        A timer   a.exe\n"
	"    2024-05-06 07:00:00  process       event 1  by WS-17\\cook  C:\\pwsh.exe (500)  [process 500, which the linked event 4104 names, 488 s later]  pwsh -x\n"
	"    2024-05-06 07:08:08  script        event 4104  2 times, last 2024-05-06 07:08:10  C:\\pwsh.exe (500)  [names its filter Tick]  __EventFilter 'Tick' \\u001b[m\n"
	"    2024-05-06 07:08:09  registered    event 5861\n"
	"    next: Read the script. Then ask.\n"
	"info   WS-17.example.test  2024-05-06 07:08:10  Lone → ?           A filter  -\n"
	"    2024-05-06 07:08:09  registered    event 5861  2 times, last 2024-05-06 07:08:10\n";
/* clang-format on */

static char *print_scene(unsigned width)
{
	const struct table_options options = {.width = width};
	struct table *table = table_new_subscriptions(&options);
	struct subscription *lone = sample_subscription(sample_filter("Lone", NULL), NULL);
	struct verdict verdict = sample_verdict();
	struct scene scene = scene_new();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	sample_add_sighting(lone, 0);
	sample_add_sighting(lone, 1);
	sample_add_match(&verdict, "A filter", LEVEL_INFORMATIONAL);
	table_add_subscription(table, lone, &verdict);
	table_explain(table, lone, NULL);
	sample_add_match(&scene.verdict, "A timer", LEVEL_LOW);
	table_add_subscription(table, scene.subscriptions->pdata[0], &scene.verdict);
	table_explain(table, scene.subscriptions->pdata[0], "Read the\n script. Then ask.\n");
	assert_true(table_print(table, out));
	fclose(out);
	table_free(table);
	subscription_free(lone);
	g_ptr_array_unref(verdict.matches);
	scene_release(&scene);
	return text;
}

static void test_explained(void **state)
{
	char *text = print_scene(0);

	(void)state;
	assert_string_equal(text, explained_table);
	free(text);
}

/* On a terminal no line is wider than that. */
static void test_explained_width(void **state)
{
	char *text = print_scene(80);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	(void)state;
	assert_int_equal(g_strv_length(lines), 9);
	for (char **line = lines; *line; line++)
		assert_true(g_utf8_strlen(*line, -1) <= 80);
	free(text);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evidence_lines),
		cmocka_unit_test(test_timeline),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_explained_width),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
