/* SPDX-License-Identifier: Apache-2.0 */
/* Rules over events as logged: which events they are asked of, and what they ask a reader for. */
#include <glib.h>
#include <string.h>

#include "hunt/rules.h"
#include "tests/unit/cmocka_test.h"

#define SYSMON "Microsoft-Windows-Sysmon"
#define AUDITING "Microsoft-Windows-Security-Auditing"
#define BOOT AUDITING " 4608 [WHOLE]\n" /* that parents can be named */

/* Loads rules, each "LOGSOURCE | DETECTION"; they are called A, B, … */
static struct rule_set *load(const char *const *texts)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();

	for (char name = 'A'; *texts; texts++, name++) {
		g_auto(GStrv) parts = g_strsplit(*texts, " | ", 2);
		g_autofree char *text = g_strdup_printf(
			"title: %c\nlevel: high\nlogsource: {%s}\n%s: {%s}\n", name, parts[0],
			strstr(parts[1], "rules:") ? "filter" : "detection", parts[1]);

		if (!rule_set_add_text(rules, "test", text, strlen(text), messages)) {
			const struct rule_message *message =
				g_ptr_array_index(messages, messages->len - 1);

			fail_msg("%s: %s", text, message->text);
		}
	}
	return rules;
}

struct sample {
	const char *provider;
	const char *channel;
	unsigned id;
	const char *fields[9]; /* name, value, …, NULL */
};

/* The titles of the rules that match, in order. */
static char *match(struct rule_set *rules, const struct sample *sample)
{
	g_autoptr(GPtrArray) matches = matches_new();
	GString *titles = g_string_new(NULL);
	struct event event;
	bool matched;

	event_init(&event);
	event.provider = sample->provider;
	event.ref.channel = sample->channel;
	event.ref.event_id = sample->id;
	event.ref.has_event_id = true;
	for (guint i = 0; sample->fields[i]; i += 2)
		event_add_field(&event, sample->fields[i], sample->fields[i + 1]);
	matched = rule_set_match_event(rules, &event, NULL, matches);
	assert_int_equal(matched, matches->len > 0);
	assert_int_equal(matched, rule_set_match_event(rules, &event, NULL, NULL));
	for (guint i = 0; i < matches->len; i++)
		g_string_append(titles,
				((const struct match *)g_ptr_array_index(matches, i))->title);
	event_release(&event);
	return g_string_free(titles, FALSE);
}

static void expect(struct rule_set *rules, const struct sample *sample, const char *titles)
{
	g_autofree char *got = match(rules, sample);

	assert_string_equal(got, titles);
}

static void rules_keep_to_their_source(void **state)
{
	static const char *const texts[] = {
		"category: wmi_event | a: {EventID: 19}, condition: a",
		"service: system | a: {EventID: 19}, condition: a",
		"service: sysmon | a: {EventID: [1, 19]}, condition: a",
		"category: process_creation | a: {User|contains: system}, condition: a",
		"service: system | a: {EventID: 104, Channel: Security}, condition: a",
		NULL,
	};
	static const struct sample cleared = {
		"Microsoft-Windows-Eventlog", "System", 104, {"Channel", "Security", NULL}};
	static const struct sample wmi = {SYSMON, SYSMON "/Operational", 19, {NULL}};
	static const struct sample other = {
		"Microsoft-Windows-WindowsUpdateClient", "System", 19, {NULL}};
	static const struct sample forged = {"Sysmon", "Application", 19, {NULL}};
	static const struct sample process = {
		SYSMON, SYSMON "/Operational", 1, {"User", "NT AUTHORITY\\SYSTEM", NULL}};
	static const struct sample connection = {
		SYSMON, SYSMON "/Operational", 3, {"User", "NT AUTHORITY\\SYSTEM", NULL}};
	struct rule_set *rules = load(texts);

	(void)state;
	expect(rules, &wmi, "AC");
	expect(rules, &other, "B");
	expect(rules, &forged, "");
	expect(rules, &process, "CD");
	expect(rules, &connection, "");
	expect(rules, &cleared, "E");
	rule_set_free(rules);
}

/* Security has its own names for what Sysmon tells. */
static void fields_have_the_names_of_sigma(void **state)
{
	static const char *const texts[] = {
		"category: process_creation | a: {Image|endswith: '\\cmd.exe', "
		"ParentImage|endswith: '\\scrcons.exe'}, condition: a",
		"service: security | a: {EventID: 4688, NewProcessName|endswith: '\\cmd.exe'}, "
		"condition: a",
		"category: process_creation | a: {NewProcessName|endswith: '\\cmd.exe'}, "
		"condition: a",
		"category: ps_classic_start | a: {Data|contains: HostVersion}, condition: a",
		NULL,
	};
	static const struct sample process = {AUDITING,
					      "Security",
					      4688,
					      {"NewProcessName", "C:\\Windows\\System32\\cmd.exe",
					       "ParentProcessName", "C:\\W\\wbem\\scrcons.exe",
					       NULL}};
	static const struct sample start = {
		"PowerShell", "Windows PowerShell", 400, {"", "HostVersion=2.0", NULL}};
	struct rule_set *rules = load(texts);

	(void)state;
	expect(rules, &process, "AB");
	expect(rules, &start, "D");
	rule_set_free(rules);
}

static void a_source_may_be_part_of_an_event_id(void **state)
{
	static const char *const texts[] = {
		"category: registry_add | a: {TargetObject|contains: run}, condition: a",
		"category: registry_delete | a: {TargetObject|contains: run}, condition: a",
		"category: registry_event | a: {TargetObject|contains: run}, condition: a",
		NULL,
	};
	static const struct sample made = {
		SYSMON, NULL, 12, {"EventType", "CreateKey", "TargetObject", "HKLM\\Run", NULL}};
	static const struct sample gone = {
		SYSMON, NULL, 12, {"EventType", "DeleteKey", "TargetObject", "HKLM\\Run", NULL}};
	struct rule_set *rules = load(texts);

	(void)state;
	expect(rules, &made, "AC");
	expect(rules, &gone, "BC");
	rule_set_free(rules);
}

static void filters_take_matches_away(void **state)
{
	static const char *const texts[] = {
		"category: process_creation | a: {Image|contains: cmd.exe}, condition: a",
		"category: process_creation | rules: any, a: {CommandLine|contains: nightly}, "
		"condition: not a",
		NULL,
	};
	static const struct sample bare = {SYSMON, NULL, 1, {"Image", "C:\\cmd.exe", NULL}};
	static const struct sample vouched = {
		SYSMON, NULL, 1, {"Image", "C:\\cmd.exe", "CommandLine", "nightly.bat", NULL}};
	struct rule_set *rules = load(texts);

	(void)state;
	expect(rules, &bare, "A");
	expect(rules, &vouched, "");
	rule_set_free(rules);
}

/* A rule is tried only where its text is: that must change nothing. */
static void needed_texts_are_found(void **state)
{
	static const char *const texts[] = {
		"category: process_creation | a: {CommandLine|contains: ['b\u00e4r-one', "
		"two-three]}, "
		"condition: a",
		"category: process_creation | a: {CommandLine: 'sch*tasks'}, condition: a",
		"category: process_creation | a: {CommandLine|base64offset|contains: secret}, "
		"condition: a",
		"category: process_creation | a: {Image: x}, b: {CommandLine|contains: needle}, "
		"condition: not (a or not b)",
		"category: process_creation | a: {CommandLine|contains|all: [ab, four]}, "
		"condition: a",
		NULL,
	};
	static const char *const lines[][2] = {
		{"x TWO-Three y", "A"},	 {"B\u00c4R-ONE", "A"},
		{"schedule tasks", "B"}, {"\u017fchta\u017fks", "B"},
		{"xc2VjcmV0", "C"},	 {"a Needle", "D"},
		{"four ab", "E"},	 {"four", ""},
		{"two three", ""},
	};
	struct rule_set *rules = load(texts);

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		const struct sample sample = {SYSMON, NULL, 1, {"CommandLine", lines[i][0], NULL}};

		expect(rules, &sample, lines[i][1]);
	}
	rule_set_free(rules);
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "FIELD TEXT" with stars where others may stand; a field that may be any is a star. */
static char *describe_text(const struct field_text *text)
{
	bool is_open = text->anchor == TEXT_ANYWHERE;

	if (text->anchor == TEXT_NO_FIELD)
		return g_strdup_printf("no %s", text->field);
	return g_strdup_printf("%s %s%s%s", text->field ? text->field : "*",
			       is_open || text->anchor == TEXT_AT_END ? "*" : "", text->text,
			       is_open || text->anchor == TEXT_AT_START ? "*" : "");
}

/* A plan as "PROVIDER ID [FIELD TEXT]…", sorted; WHOLE for all records. */
static char *describe_plan(const struct sieve_plan *plan)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < plan->providers->len; i++) {
		const struct sieve_provider *provider = plan->providers->pdata[i];

		for (guint j = 0; j < provider->wants->len; j++) {
			const struct sieve_want *want =
				&g_array_index(provider->wants, struct sieve_want, j);
			g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
			GString *line = g_string_new(provider->name ? provider->name : "*");
			GHashTableIter iter;
			gpointer text;

			if (want->event_id == WH_ANY_EVENT_ID)
				g_string_append(line, " *");
			else
				g_string_append_printf(line, " %u", want->event_id);
			if (want->texts)
				g_hash_table_iter_init(&iter, want->texts);
			else
				g_ptr_array_add(texts, g_strdup("WHOLE"));
			while (want->texts && g_hash_table_iter_next(&iter, &text, NULL))
				g_ptr_array_add(texts, describe_text(text));
			g_ptr_array_sort(texts, compare_lines);
			for (guint k = 0; k < texts->len; k++)
				g_string_append_printf(line, " [%s]", (char *)texts->pdata[k]);
			g_ptr_array_add(lines, g_string_free(line, FALSE));
		}
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static void expect_plan(const char *rule, const char *expected)
{
	const char *const texts[] = {rule, NULL};
	struct rule_set *rules = load(texts);
	g_autofree char *got = NULL;
	struct sieve_plan plan;

	sieve_plan_init(&plan);
	rule_set_fill_plan(rules, &plan);
	got = describe_plan(&plan);
	assert_string_equal(got, expected);
	sieve_plan_release(&plan);
	rule_set_free(rules);
}

/* What each text must hold that a regex matches, where that can be read. */
static void plans_hold_what_regexes_need(void **state)
{
	static const char *const needs[][2] = {
		{"needle", "*needle*"},
		{"^a.needle$", "*needle*"},
		{"(?i)x+needle\\\\[]a]+b", "*needle\\*"},
		{"short(needle)tail5", "*shortneedle*"},
		{"a(needle|pins?|tack.b)", "*aneedle*] [commandline *apin*] [commandline *atack*"},
		{"a(?:needle|(b)\\|[|)]) pin", "* pin*"},
		{"\\b(needle|pin\\.)", "*needle*] [commandline *pin.*"},
		{"short(needle)*", "*short*"},
		{"short(needle){0,2}", "*short*"},
		{"(x[ab](needle|pins|short)c){2}?",
		 "*needle*] [commandline *pins*] [commandline *short*"},
		{"(needle)+a", "*needle*"},
		{"(needle)++a", "*needle*"},
		{"(a(b(needle)?)){1,}pinss?", "*pins*"},
		{"short(?!needle)", "*short*"},
		{"(?:needle|pins)+longer", "*longer*"},
		{"needle?longer", "*longer*"},
		{"(a[)(]|b\\)) needle", "* needle*"},
		{"ones|needle{2}two", "*needl*] [commandline *ones*"},
		{"one|needle", NULL},
		{"one1|needle", "*needle*] [commandline *one1*"},
		{"(?x)needle # rest", NULL},
		{"\\x41bcdefg", NULL},
		{"\\Qneedle", NULL},
		{"(needle)?", NULL},
		{"need\\d+le", "*need*"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(needs); i++) {
		g_autofree char *rule = g_strdup_printf(
			"service: sysmon | a: {EventID: 1, CommandLine|re: '%s'}, condition: a",
			needs[i][0]);
		g_autofree char *expected =
			needs[i][1] ? g_strdup_printf(SYSMON " 1 [commandline %s]", needs[i][1])
				    : g_strdup(SYSMON " 1 [WHOLE]");

		expect_plan(rule, expected);
	}
}

static void plans_hold_what_rules_need(void **state)
{
	(void)state;
	expect_plan("category: wmi_subscription | a: {filter.name: x}, condition: a", "");
	expect_plan("category: proxy | a: {c-uri: needle}, condition: a", "");
	expect_plan(
		"category: wmi_event | a: {EventID: 20, Destination|contains: ['.vbs', wscript]}, "
		"condition: a",
		SYSMON " 20 [destination *.vbs*] [destination *wscript*]");
	/* Of "and" the better side, of "or" both, of "not" none. */
	expect_plan("category: image_load | a: {Image|endswith: '\\powershell.exe', "
		    "ImageLoaded|endswith: '\\wbemcomn.dll'}, b: {ImageLoaded|contains: needle}, "
		    "c: {User|contains: harmless}, condition: (a or b) and not c",
		    SYSMON " 7 [imageloaded *\\wbemcomn.dll] [imageloaded *needle*]");
	expect_plan(
		"category: image_load | a: {Image|contains: needle}, b: {ImageLoaded|re: 'x.*'}, "
		"condition: a or b",
		SYSMON " 7 [WHOLE]");
	/* Each id its own. */
	expect_plan("service: sysmon | a: {EventID: 1, Image|contains: one1one}, "
		    "b: {EventID: [3, 22], Image|contains: two2two}, condition: 1 of them",
		    SYSMON " 1 [image *one1one*]\n" SYSMON " 22 [image *two2two*]\n" SYSMON
			   " 3 [image *two2two*]");
	expect_plan("service: sysmon | a: {Image|contains: needle}, condition: a",
		    SYSMON " * [image *needle*]");
	expect_plan("service: system | a: {Provider_Name: 'Service Control Manager', "
		    "EventID: 7045, ImagePath|contains: needle}, condition: a",
		    "service control manager 7045 [imagepath *needle*]");
	expect_plan("service: system | a: {EventID: 104}, condition: a", "* 104 [WHOLE]");
	/* What others than strings read like, short texts, and keywords, which may be anywhere. As
	 * it is logged a field may have another name. */
	expect_plan("category: process_access | a: {GrantedAccess: '0x1fffff'}, condition: a",
		    SYSMON " 10 [grantedaccess 0x1fffff]");
	expect_plan("category: process_access | a: {SourceUser|contains: 'S-1-5-'}, condition: a",
		    SYSMON " 10 [sourceuser *s-1-5-*]");
	expect_plan("category: process_creation | a: {CommandLine|contains: ['cmd', needle]}, "
		    "condition: a",
		    BOOT AUDITING " 4688 [WHOLE]\n" SYSMON " 1 [WHOLE]");
	expect_plan("category: dns_query | a: [needle], condition: a", SYSMON " 22 [* *needle*]");
	expect_plan("category: process_creation | a: {Image|endswith: 'd.exe'}, condition: a",
		    BOOT AUDITING " 4688 [image *d.exe] [newprocessname *d.exe] "
				  "[no parentprocessname]\n" SYSMON " 1 [image *d.exe]");
	/* Impossible ones. */
	expect_plan("category: wmi_event | a: {EventID: 1}, condition: a", "");
	expect_plan("category: dns_query | a: {QueryName: needle}, b: {Provider_Name: Other}, "
		    "condition: a and b",
		    "");
	/* A cleared log is named in a field that is called Channel, too. */
	expect_plan("service: system | a: {EventID: 104}, b: {Channel: Security}, "
		    "condition: a and b",
		    "* 104 [WHOLE]");
	expect_plan("service: system | a: {EventID: 104}, b: {Channel: System}, "
		    "condition: a and not b",
		    "");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_keep_to_their_source),
		cmocka_unit_test(fields_have_the_names_of_sigma),
		cmocka_unit_test(a_source_may_be_part_of_an_event_id),
		cmocka_unit_test(filters_take_matches_away),
		cmocka_unit_test(needed_texts_are_found),
		cmocka_unit_test(plans_hold_what_rules_need),
		cmocka_unit_test(plans_hold_what_regexes_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
