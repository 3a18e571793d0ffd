/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/wmi_events.h"
#include "wmi/fact.h"
#include "wmi/mof.h"
#include "wmi/payload.h"

#define ACTIVITY "Microsoft-Windows-WMI-Activity"
#define SYSMON "Microsoft-Windows-Sysmon"
#define ALL_PARTS (WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING)

/* An event of these fields (name, value, …), and what it tells; the event is freed. */
static struct wmi_fact *read_fields(const char *provider, unsigned event_id,
				    const char *const *fields)
{
	struct event *event = new_event(1, 1, provider, event_id);
	struct wmi_fact *fact;

	for (; *fields; fields += 2)
		event_add_field(event, fields[0], fields[1]);
	fact = wmi_fact_from_event(event);
	free_event(event);
	return fact;
}

#define READ(provider, event_id, ...)                                                              \
	read_fields(provider, event_id, (const char *const[]){__VA_ARGS__, NULL})

static guint count_properties(const struct wmi_fact *fact)
{
	guint count = 0;

	for (const struct mof_property *one = fact->consumer->properties; one; one = one->next)
		count++;
	return count;
}

static const struct mof_property *property(const struct wmi_fact *fact, guint index)
{
	const struct mof_property *property = fact->consumer->properties;

	while (property && index-- > 0)
		property = property->next;
	assert_non_null(property);
	return property;
}

static void check_property(const struct wmi_fact *fact, guint index, const char *name,
			   const char *text)
{
	assert_string_equal(property(fact, index)->name, name);
	assert_string_equal(property(fact, index)->value->text, text);
}

static void test_wanted(void **state)
{
	static const struct {
		const char *provider;
		unsigned event_id;
		bool wanted;
	} cases[] = {
		{ACTIVITY, 5861, true},	     {"microsoft-windows-wmi-activity", 5861, false},
		{ACTIVITY, 5860, false},     {ACTIVITY, 19, false},
		{SYSMON, 19, true},	     {SYSMON, 20, true},
		{SYSMON, 21, true},	     {SYSMON, 22, false},
		{SYSMON, 5861, false},	     {SYSMON, 0, false},
		{"Other", 5861, false},	     {NULL, 5861, false},
		{ACTIVITY "2", 5861, false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct event *event = new_event(1, 1, cases[i].provider, cases[i].event_id);

		event_add_field(event, "ESS", "x");
		assert_int_equal(wmi_event_is_wanted(event), cases[i].wanted);
		if (!cases[i].wanted)
			assert_null(wmi_fact_from_event(event));
		event->ref.has_event_id = false;
		assert_false(wmi_event_is_wanted(event));
		free_event(event);
	}
}

static void test_registered(void **state)
{
	struct event *event =
		new_whole_event(7, "Gate", "SELECT * FROM X", "Bell", "ring.exe \"1\"",
				"\tKillTimeout = 45;\n\tExecutablePath = NULL;\n");
	struct wmi_fact *fact = wmi_fact_from_event(event);

	(void)state;
	assert_int_equal(fact->operation, WMI_REGISTERED);
	assert_int_equal(fact->parts, ALL_PARTS);
	assert_false(fact->incomplete);
	assert_null(fact->user);
	assert_string_equal(fact->namespace, "root\\subscription");
	assert_string_equal(fact->filter->name, "Gate");
	assert_string_equal(fact->filter->event_namespace, "root\\cimv2");
	assert_string_equal(fact->filter->query, "SELECT * FROM X");
	assert_string_equal(fact->filter->query_language, "WQL");
	assert_string_equal(fact->filter->creator_sid, "S-1-5-18");
	assert_string_equal(fact->consumer->class_name, "CommandLineEventConsumer");
	assert_string_equal(fact->consumer->name, "Bell");
	assert_string_equal(fact->consumer->creator_sid, "S-1-5-18");
	assert_int_equal(count_properties(fact), 2);
	check_property(fact, 0, "CommandLineTemplate", "ring.exe \"1\"");
	check_property(fact, 1, "KillTimeout", "45");
	wmi_fact_free(fact);
	free_event(event);
}

static void test_registered_without_text(void **state)
{
	struct wmi_fact *fact =
		READ(ACTIVITY, 5861, "Namespace", "//./ROOT/Foo", "ESS", "Gate", "CONSUMER",
		     "NotAScript=\"say \\\"hi\\\"\"", "PossibleCause", "");

	(void)state;
	assert_true(fact->incomplete);
	assert_int_equal(fact->parts, ALL_PARTS);
	assert_string_equal(fact->namespace, "root\\foo");
	assert_string_equal(fact->filter->name, "Gate");
	assert_null(fact->filter->query);
	assert_string_equal(fact->consumer->class_name, "NotAScript");
	assert_string_equal(fact->consumer->name, "say \"hi\"");
	assert_int_equal(count_properties(fact), 0);
	wmi_fact_free(fact);

	fact = READ(ACTIVITY, 5861, "Namespace", "", "ESS", "", "CONSUMER", "Bell");
	assert_null(fact->namespace);
	assert_null(fact->filter->name);
	assert_null(fact->consumer->class_name);
	assert_string_equal(fact->consumer->name, "Bell");
	wmi_fact_free(fact);

	assert_null(READ(ACTIVITY, 5861, "Namespace", "//./root/subscription", "ESS", "",
			 "CONSUMER", "", "PossibleCause", "nothing to read"));
}

/* The text ends inside the filter's name, or before the consumer: the fields know better. */
static void test_registered_cut_off(void **state)
{
	struct wmi_fact *fact = READ(ACTIVITY, 5861, "ESS", "Long Gate", "CONSUMER", "Cls=\"Bell\"",
				     "PossibleCause", "instance of __EventFilter {Name = \"Long G");

	(void)state;
	assert_true(fact->incomplete);
	assert_string_equal(fact->filter->name, "Long Gate");
	assert_string_equal(fact->consumer->class_name, "Cls");
	assert_string_equal(fact->consumer->name, "Bell");
	wmi_fact_free(fact);

	fact = READ(ACTIVITY, 5861, "ESS", "Gate", "CONSUMER", "Cls=\"Long Bell\"", "PossibleCause",
		    "instance of __EventFilter {Name = \"Gate\"; Query = \"q\";};"
		    "instance of Cls {Name = \"Long Bell\"; ScriptText = \"a lot of");
	assert_true(fact->incomplete);
	assert_string_equal(fact->filter->query, "q");
	assert_string_equal(fact->consumer->name, "Long Bell");
	check_property(fact, 0, "ScriptText", "a lot of");
	wmi_fact_free(fact);

	fact = READ(ACTIVITY, 5861, "PossibleCause",
		    "instance of __EventFilter {Query = \"q\"; Name = \"Only he");
	assert_string_equal(fact->filter->name, "Only he");
	wmi_fact_free(fact);
}

/* Which instance is the filter: by class first, then by CONSUMER, then by order. */
static void test_roles(void **state)
{
	static const char swapped[] = "instance of Cls {Name = \"c\";}; "
				      "instance of __EVENTFILTER {Name = \"f\"; Query = \"q\";};";
	static const char derived[] = "instance of MyFilter {Name = \"f\"; Query = \"q\";}; "
				      "instance of Cls {Name = \"c\"; ScriptText = \"s\";};";
	static const char forged[] = "instance of __EventFilter {Name = \"f\"; Query = \"q\";}; "
				     "instance of __EventFilter {Name = \"g\"; Query = \"r\";}; "
				     "instance of Cls {Name = \"c\";};";
	static const char lone[] = "instance of Cls {Name = \"c\"; ScriptText = \"s\";};";
	static const char *const texts[] = {swapped, derived, forged};
	struct wmi_fact *fact;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		fact = READ(ACTIVITY, 5861, "CONSUMER", "cls=\"c\"", "PossibleCause", texts[i]);
		assert_string_equal(fact->filter->name, "f");
		assert_string_equal(fact->filter->query, "q");
		assert_string_equal(fact->consumer->name, "c");
		assert_string_equal(fact->consumer->class_name, "Cls");
		wmi_fact_free(fact);
	}
	fact = READ(ACTIVITY, 5861, "PossibleCause", derived);
	assert_string_equal(fact->filter->query, "q");
	check_property(fact, 0, "ScriptText", "s");
	wmi_fact_free(fact);
	fact = READ(ACTIVITY, 5861, "ESS", "f", "CONSUMER", "Cls=\"c\"", "PossibleCause", lone);
	assert_string_equal(fact->filter->name, "f");
	check_property(fact, 0, "ScriptText", "s");
	wmi_fact_free(fact);
}

static void test_creator_sid(void **state)
{
	struct wmi_fact *fact =
		READ(ACTIVITY, 5861, "PossibleCause",
		     "instance of __EventFilter {CreatorSID = {1, 9}; Name = \"f\";};"
		     "instance of C {CreatorSID = {1,2,0,0,0,0,0,5,32,0,0,0,32,2,0,0};};");

	(void)state;
	assert_null(fact->filter->creator_sid);
	assert_string_equal(fact->consumer->creator_sid, "S-1-5-32-544");
	assert_int_equal(count_properties(fact), 0);
	wmi_fact_free(fact);
}

static void test_sysmon_filter(void **state)
{
	struct wmi_fact *fact = READ(
		SYSMON, 19, "RuleName", "-", "EventType", "WmiFilterEvent", "Operation", "Created",
		"User", "ORCHARD-11\\picker", "EventNamespace", " \"root\\\\CimV2\"", "Name",
		" \"Gate \\\"7\\\"\"", "Query", " \"SELECT * FROM X WHERE Y = 'z'\"");

	(void)state;
	assert_int_equal(fact->operation, WMI_CREATED);
	assert_int_equal(fact->parts, WMI_PART_FILTER);
	assert_null(fact->consumer);
	assert_string_equal(fact->user, "ORCHARD-11\\picker");
	assert_string_equal(fact->namespace, "root\\subscription");
	assert_string_equal(fact->filter->name, "Gate \"7\"");
	assert_string_equal(fact->filter->event_namespace, "root\\cimv2");
	assert_string_equal(fact->filter->query, "SELECT * FROM X WHERE Y = 'z'");
	assert_null(fact->filter->query_language);
	wmi_fact_free(fact);
	assert_null(READ(SYSMON, 19, "Operation", "Created", "Name", " \"\"", "Query", ""));
}

static void test_sysmon_consumer(void **state)
{
	static const struct {
		const char *type;
		const char *class_name;
		const char *property;
	} cases[] = {
		{"Command Line", "CommandLineEventConsumer", "CommandLineTemplate"},
		{"command line", "CommandLineEventConsumer", "CommandLineTemplate"},
		{" \"Script\"", "ActiveScriptEventConsumer", "ScriptText"},
		{"Carrier Pigeon", NULL, "Destination"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct wmi_fact *fact = READ(SYSMON, 20, "Operation", "Modified", "Name",
					     " \"Bell\"", "Type", cases[i].type, "Destination",
					     " \"x \\\"FromBase64String('aW5uZXI=')\\\"\"");
		GPtrArray *decoded;

		assert_int_equal(fact->operation, WMI_MODIFIED);
		assert_int_equal(fact->parts, WMI_PART_CONSUMER);
		assert_null(fact->filter);
		if (cases[i].class_name)
			assert_string_equal(fact->consumer->class_name, cases[i].class_name);
		else
			assert_null(fact->consumer->class_name);
		assert_int_equal(count_properties(fact), 1);
		check_property(fact, 0, cases[i].property, "x \"FromBase64String('aW5uZXI=')\"");
		decoded = payload_decode_consumer(fact->consumer);
		assert_int_equal(decoded->len, 1);
		assert_string_equal(decoded->pdata[0], "inner");
		g_ptr_array_unref(decoded);
		wmi_fact_free(fact);
	}
}

/* A text on each side of the limit. */
static void test_long_text(void **state)
{
	g_autofree char *text = g_strnfill(WH_MAX_FACT_TEXT, 'x');
	g_autofree char *longer = g_strconcat(text, "y", NULL);
	struct wmi_fact *fact = READ(SYSMON, 20, "Name", "Bell", "Destination", text);

	(void)state;
	assert_false(fact->incomplete);
	check_property(fact, 0, "Destination", text);
	wmi_fact_free(fact);
	fact = READ(SYSMON, 20, "Name", "Bell", "Destination", longer);
	assert_true(fact->incomplete);
	check_property(fact, 0, "Destination", text);
	wmi_fact_free(fact);
	fact = READ(ACTIVITY, 5861, "ESS", longer, "CONSUMER", "Bell");
	assert_true(fact->incomplete);
	assert_int_equal(strlen(fact->filter->name), WH_MAX_FACT_TEXT);
	wmi_fact_free(fact);
}

static void check_binding(const char *consumer, const char *filter, const char *namespace,
			  const char *class_name, const char *name)
{
	struct wmi_fact *fact =
		READ(SYSMON, 21, "Operation", "Deleted", "Consumer", consumer, "Filter", filter);

	assert_int_equal(fact->operation, WMI_DELETED);
	assert_int_equal(fact->parts, WMI_PART_BINDING);
	assert_string_equal(fact->namespace, namespace);
	if (class_name)
		assert_string_equal(fact->consumer->class_name, class_name);
	else
		assert_null(fact->consumer->class_name);
	assert_string_equal(fact->consumer->name, name);
	assert_string_equal(fact->filter->name, "Gate");
	wmi_fact_free(fact);
}

static void test_sysmon_binding(void **state)
{
	(void)state;
	check_binding(" \"\\\\\\\\.\\\\ROOT\\\\subscription:Cls.Name=\\\"Bell\\\"\"",
		      " \"\\\\\\\\.\\\\ROOT\\\\subscription:__EventFilter.Name=\\\"Gate\\\"\"",
		      "root\\subscription", "Cls", "Bell");
	check_binding(" \"Cls.Name=\\\"Bell\\\"\"", " \"__EventFilter.Name=\\\"Gate\\\"\"",
		      "root\\subscription", "Cls", "Bell");
	check_binding("Cls=\"Bell\"", "\\\\.\\root\\Default:__EventFilter.Name=\"Gate\"",
		      "root\\default", "Cls", "Bell");
	check_binding("Bell", "Gate", "root\\subscription", NULL, "Bell");
	assert_null(READ(SYSMON, 21, "Operation", "Created", "Consumer", "", "Filter", " \"\""));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_registered),
		cmocka_unit_test(test_registered_without_text),
		cmocka_unit_test(test_registered_cut_off),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_creator_sid),
		cmocka_unit_test(test_sysmon_filter),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_sysmon_consumer),
		cmocka_unit_test(test_sysmon_binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
