/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/support/wmi_events.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/join.h"
#include "wmi/mof.h"
#include "wmi/object_mof.h"
#include "wmi/stored_objects.h"

/* What logs and a repository say, together. Times are small numbers; objects stand beside the log
 * of tests/support/wmi_events.h unless they say otherwise. */

struct scene {
	GPtrArray *events; /* struct event */
	GPtrArray *lines; /* char*: object lines */
	GArray *sessions; /* uint64_t, one for each */
	const char *host; /* of the objects that are added, or NULL */
	const char *path;
};

static void scene_init(struct scene *scene)
{
	scene->events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	scene->lines = g_ptr_array_new_with_free_func(g_free);
	scene->sessions = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	scene->host = TEST_HOST;
	scene->path = "/triage/Repository/OBJECTS.DATA";
}

static void scene_release(struct scene *scene)
{
	g_ptr_array_unref(scene->events);
	g_ptr_array_unref(scene->lines);
	g_array_unref(scene->sessions);
}

static void add_object(struct scene *scene, const char *state, uint64_t session, const char *class,
		       const char *parent, const char *properties)
{
	const char *found = strcmp(state, "live") == 0	    ? "current map"
			    : strcmp(state, "unknown") == 0 ? "carved"
							    : "free page";
	char *host = scene->host ? g_strdup_printf("\"host\":\"%s\",", scene->host) : g_strdup("");

	g_ptr_array_add(
		scene->lines,
		g_strdup_printf("{\"kind\":\"object\",%s\"namespace\":\"ROOT\\\\subscription\","
				"\"class\":\"%s\",\"derivation\":[\"%s\",\"__SystemClass\"],"
				"\"properties\":{%s},\"state\":\"%s\",\"found_in\":\"%s\","
				"\"source\":{\"path\":\"%s\",\"offset\":%u}}",
				host, class, parent, properties, state, found, scene->path,
				scene->lines->len * 100));
	g_array_append_val(scene->sessions, session);
	g_free(host);
}

static void add_filter(struct scene *scene, const char *state, uint64_t session, const char *name,
		       const char *query)
{
	g_autofree char *text = g_strdup_printf(
		"\"Name\":\"%s\",\"EventNamespace\":\"root\\\\cimv2\",\"Query\":\"%s\"", name,
		query);

	add_object(scene, state, session, "__EventFilter", "__IndicationRelated", text);
}

static void add_consumer(struct scene *scene, const char *state, uint64_t session, const char *name,
			 const char *command)
{
	g_autofree char *text =
		g_strdup_printf("\"Name\":\"%s\",\"CommandLineTemplate\":\"%s\"", name, command);

	add_object(scene, state, session, "CommandLineEventConsumer", "__EventConsumer", text);
}

static void add_binding(struct scene *scene, const char *state, uint64_t session,
			const char *filter, const char *consumer)
{
	g_autofree char *text =
		g_strdup_printf("\"Filter\":\"__EventFilter.Name=\\\"%s\\\"\","
				"\"Consumer\":\"CommandLineEventConsumer.Name=\\\"%s\\\"\"",
				filter, consumer);

	add_object(scene, state, session, "__FilterToConsumerBinding", "__IndicationRelated", text);
}

static void add_whole(struct scene *scene, const char *state, uint64_t session)
{
	add_filter(scene, state, session, "F", "SELECT 1");
	add_consumer(scene, state, session, "C", "run.exe");
	add_binding(scene, state, session, "F", "C");
}

static void append_line(GString *out, const struct subscription *one)
{
	const struct stored *stored = one->stored;
	const struct mof_property *first = one->consumer ? one->consumer->properties : NULL;
	const char *name;

	g_string_append_printf(out, "%s %s(%s) -> %s(%s) %s, %u seen, ",
			       one->host ? one->host : "-", one->filter ? one->filter->name : "-",
			       one->filter && one->filter->query ? one->filter->query : "",
			       one->consumer ? one->consumer->name : "-",
			       first ? first->value->text : "", wmi_state_name(one->state),
			       one->events->len);
	g_string_append(out, stored ? stored_presence_name(stored->presence) : "not given");
	for (unsigned i = 0; stored && (name = stored_conflict_name(i)); i++)
		if (stored->conflicts & 1u << i)
			g_string_append_printf(out, ", %s", name);
	if (stored && stored->host_source == HOST_OF_COLLECTION)
		g_string_append(out, ", host by its logs");
	g_string_append_c(out, '\n');
}

static void give_object(const struct scene *scene, guint index, struct stored_objects *stored)
{
	const char *line = scene->lines->pdata[index], *reason = NULL;
	uint64_t session = g_array_index(scene->sessions, uint64_t, index);
	struct wmi_object object;
	struct arena arena;

	arena_init(&arena);
	if (!wmi_object_read_line(&object, line, strlen(line), &arena, &reason))
		fail_msg("%s: %s", reason, line);
	object.has_session = session != 0;
	object.session = session;
	stored_objects_add(stored, &object);
	arena_release(&arena);
}

static char *play(const struct scene *scene, bool backwards)
{
	struct joiner *joiner = joiner_new(WH_FINDINGS_MEMORY);
	struct host_names *names = host_names_new();
	struct stored_objects *stored = stored_objects_new();
	GString *out = g_string_new(NULL);
	GPtrArray *subscriptions;

	for (guint i = 0; i < scene->events->len; i++) {
		struct event *event =
			scene->events->pdata[backwards ? scene->events->len - 1 - i : i];
		struct wmi_fact *fact = wmi_fact_from_event(event);

		host_names_add(names, event);
		stored_objects_note_event(stored, event);
		if (fact)
			joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
	}
	for (guint i = 0; i < scene->lines->len; i++)
		give_object(scene, backwards ? scene->lines->len - 1 - i : i, stored);
	host_names_settle(names);
	subscriptions = joiner_take(joiner, names);
	stored_objects_join(stored, names, subscriptions);
	for (guint i = 0; i < subscriptions->len; i++)
		append_line(out, subscriptions->pdata[i]);
	g_ptr_array_unref(subscriptions);
	stored_objects_free(stored);
	host_names_free(names);
	joiner_free(joiner);
	return g_string_free(out, FALSE);
}

/* Plays in two orders, and releases the scene. */
static void check(struct scene *scene, const char *expected)
{
	g_autofree char *one = play(scene, false);
	g_autofree char *other = play(scene, true);

	assert_string_equal(one, expected);
	assert_string_equal(other, expected);
	scene_release(scene);
}

static void test_present(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	/* White space and case are not what logs keep. */
	g_ptr_array_add(scene.events, new_whole_event(50, "f", "select  1", "c", "RUN.exe", ""));
	add_whole(&scene, "live", 40);
	check(&scene, TEST_HOST " f(select  1) -> c(RUN.exe) active, 1 seen, present\n");
}

static void test_absent(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_filter(&scene, "live", 40, "Other", "SELECT 2");
	check(&scene, TEST_HOST
	      " F(SELECT 1) -> C(run.exe) active, 1 seen, absent, removed since\n" TEST_HOST
	      " Other(SELECT 2) -> -() unbound, 0 seen, present\n");
	/* What is carved does not say what is not there. */
	scene_init(&scene);
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_filter(&scene, "unknown", 40, "Other", "SELECT 2");
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 1 seen, not given\n" TEST_HOST
				" Other(SELECT 2) -> -() unbound, 0 seen, unknown\n");
	/* Nor does a repository of an earlier time and of another collection contradict. */
	scene_init(&scene);
	scene.path = "/else/where/and/far/OBJECTS.DATA";
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_filter(&scene, "live", 40, "Other", "SELECT 2");
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 1 seen, absent\n" TEST_HOST
				" Other(SELECT 2) -> -() unbound, 0 seen, present\n");
}

static void test_deleted(void **state)
{
	struct scene scene;

	(void)state;
	/* The filter is gone: the binding alone does nothing. */
	scene_init(&scene);
	add_filter(&scene, "deleted", 40, "F", "SELECT 1");
	add_consumer(&scene, "live", 40, "C", "run.exe");
	add_binding(&scene, "live", 40, "F", "C");
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) deleted, 0 seen, deleted\n");
	/* What Windows set aside is what was. */
	scene_init(&scene);
	add_filter(&scene, "live", 40, "Other", "SELECT 2");
	scene.path = "/triage/Repository.001/OBJECTS.DATA";
	add_whole(&scene, "live", 60);
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) deleted, 0 seen, deleted\n" TEST_HOST
				" Other(SELECT 2) -> -() unbound, 0 seen, present\n");
}

static void test_versions(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	add_whole(&scene, "live", 40);
	add_consumer(&scene, "earlier", 30, "C", "before.exe");
	add_consumer(&scene, "earlier", 30, "C", "before.exe"); /* in two places */
	g_ptr_array_add(scene.events, new_whole_event(35, "F", "SELECT 1", "C", "before.exe", ""));
	check(&scene, TEST_HOST
	      " F(SELECT 1) -> C(before.exe) active, 1 seen, deleted, removed since\n" TEST_HOST
	      " F(SELECT 1) -> C(run.exe) active, 0 seen, present\n");
	scene_init(&scene);
	add_whole(&scene, "live", 40);
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "other.exe", ""));
	check(&scene, TEST_HOST
	      " F(SELECT 1) -> C(other.exe) active, 1 seen, absent, replaced since\n" TEST_HOST
	      " F(SELECT 1) -> C(run.exe) active, 0 seen, present, replaced since\n");
}

/* Sysmon that saw no binding; the repository has it. */
static void test_lone_parts(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	g_ptr_array_add(scene.events, new_filter_event(45, "Created", "F", "SELECT 1"));
	g_ptr_array_add(scene.events, new_consumer_event(46, "Created", "C", "run.exe"));
	add_whole(&scene, "live", 40);
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 2 seen, present\n");
	scene_init(&scene);
	g_ptr_array_add(scene.events, new_filter_event(45, "Created", "F", "SELECT 1"));
	add_whole(&scene, "deleted", 40);
	add_filter(&scene, "live", 40, "Other", "SELECT 2");
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) deleted, 1 seen, deleted, "
				"deletion not logged\n" TEST_HOST
				" Other(SELECT 2) -> -() unbound, 0 seen, present\n");
}

static void test_never_logged(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	g_ptr_array_add(scene.events, new_whole_event(30, "G", "SELECT 2", "D", "d.exe", ""));
	g_ptr_array_add(scene.events, new_whole_event(60, "G", "SELECT 2", "D", "d.exe", ""));
	for (guint i = 0; i < scene.events->len; i++)
		((struct event *)scene.events->pdata[i])->ref.channel =
			"Microsoft-Windows-WMI-Activity/Operational";
	add_whole(&scene, "live", 40);
	check(&scene,
	      TEST_HOST " G(SELECT 2) -> D(d.exe) active, 2 seen, absent, removed since\n" TEST_HOST
			" F(SELECT 1) -> C(run.exe) active, 0 seen, present, never logged\n");
}

static void test_hosts(void **state)
{
	struct scene scene;

	(void)state;
	/* Any case, and no name at all. */
	scene_init(&scene);
	scene.host = "orchard-11.corp.example";
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_whole(&scene, "live", 40);
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 1 seen, present\n");
	scene_init(&scene);
	scene.host = NULL;
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_whole(&scene, "live", 40);
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 1 seen, present, "
				"host by its logs\n");
	scene_init(&scene);
	scene.host = "ORCHARD-12";
	g_ptr_array_add(scene.events, new_whole_event(50, "F", "SELECT 1", "C", "run.exe", ""));
	add_whole(&scene, "live", 40);
	check(&scene, TEST_HOST " F(SELECT 1) -> C(run.exe) active, 1 seen, not given\n"
				"ORCHARD-12 F(SELECT 1) -> C(run.exe) active, 0 seen, present\n");
}

/* References that lead nowhere, to themselves, or are none. */
static void test_hostile(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	add_binding(&scene, "live", 40, "Nowhere", "Nothing");
	add_object(&scene, "live", 40, "__FilterToConsumerBinding", "__IndicationRelated", "");
	add_object(&scene, "live", 40, "__FilterToConsumerBinding", "__IndicationRelated",
		   "\"Filter\":7,\"Consumer\":\"\\\"=\"");
	add_object(&scene, "live", 40, "__Win32Provider", "__Provider", "\"CLSID\":null");
	add_object(&scene, "live", 40, "__EventConsumerProviderRegistration",
		   "__ProviderRegistration", "\"ConsumerClassNames\":[null,7,\"X\"]");
	check(&scene, TEST_HOST " -() -> -() active, 0 seen, present\n" TEST_HOST
				" Nowhere() -> Nothing() active, 0 seen, present\n");
}

/* As 5861 has it, but for texts that the class holds for all of its consumers. */
static void test_properties(void **state)
{
	static const char line[] =
		"{\"kind\":\"object\",\"class\":\"Runner\",\"derivation\":[\"__EventConsumer\"],"
		"\"properties\":{\"Name\":\"N\",\"Z\":[1,\"a\"],\"a\":null,\"Template\":\"x.exe\","
		"\"Timeout\":0,\"Inner\":{\"class\":\"I\",\"p\":true}},"
		"\"defaulted\":[\"Template\",\"Timeout\"]}";
	const struct mof_property *property;
	struct wmi_object object;
	struct arena arena;
	const char *reason;

	(void)state;
	arena_init(&arena);
	assert_true(wmi_object_read_line(&object, line, strlen(line), &arena, &reason));
	property = mof_from_object(&object, &arena);
	assert_string_equal(property->name, "Inner");
	assert_string_equal(property->value->instance->class_name, "I");
	assert_string_equal(property->value->instance->properties->value->text, "true");
	property = property->next;
	assert_string_equal(property->name, "Name");
	property = property->next;
	assert_string_equal(property->name, "Template");
	assert_string_equal(property->value->text, "x.exe");
	property = property->next;
	assert_string_equal(property->name, "Z");
	assert_int_equal(property->value->type, MOF_ARRAY);
	assert_string_equal(property->value->elements->text, "1");
	assert_int_equal(property->value->elements->next->type, MOF_STRING);
	assert_null(property->next);
	arena_release(&arena);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_present),	   cmocka_unit_test(test_absent),
		cmocka_unit_test(test_deleted),	   cmocka_unit_test(test_versions),
		cmocka_unit_test(test_lone_parts), cmocka_unit_test(test_never_logged),
		cmocka_unit_test(test_hosts),	   cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
