/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs tests/forms/evidence/NAME.form: event lines (others begin with #), then what they must give.
 * Evidence is what each says, a line each. A timeline is that of each subscription among them, the
 * other events being evidence that a rule matched, but for those with a field "unmatched".
 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "event/event_json.h"
#include "event/filetime.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evidence/matched.h"
#include "tests/support/wmi_events.h"
#include "wmi/join.h"
#include "evidence/link.h"
#include "evidence/timeline.h"

static GPtrArray *read_events(const char *text)
{
	GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		struct event *event;
		char *reason = NULL;

		if (*lines[i] != '{')
			continue;
		event = g_new0(struct event, 1);
		event_init(event);
		if (!event_from_json(event, lines[i], strlen(lines[i]), &reason))
			fail_msg("%s: %s", reason, lines[i]);
		g_ptr_array_add(events, event);
	}
	return events;
}

struct run {
	struct host_names *names;
	struct joiner *joiner; /* whose memory the subscriptions borrow */
	struct evidence_store *store;
	GPtrArray *subscriptions;
	bool is_whole;
};

/* Everything but subscriptions is evidence. In the given order, or as they stand for NULL. */
static struct run run_events(const GPtrArray *events, const guint *order)
{
	struct run run = {.names = host_names_new(),
			  .joiner = joiner_new(WH_FINDINGS_MEMORY),
			  .store = evidence_store_new(WH_FINDINGS_MEMORY)};

	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[order ? order[i] : i];
		struct wmi_fact *fact = wmi_fact_from_event(event);
		struct evidence *evidence = fact ? NULL : evidence_from_event(event);

		host_names_add(run.names, event);
		if (fact)
			joiner_add(run.joiner, event, fact);
		if (evidence && event_get_field(event, "unmatched") == NULL)
			matched(evidence, LEVEL_MEDIUM);
		if (evidence)
			evidence_store_add(run.store, evidence);
		wmi_fact_free(fact);
	}
	host_names_settle(run.names);
	run.subscriptions = joiner_take(run.joiner, run.names);
	run.is_whole = link_evidence(run.store, run.subscriptions, run.names);
	return run;
}

static void run_release(struct run *run)
{
	g_ptr_array_unref(run->subscriptions);
	evidence_store_free(run->store);
	joiner_free(run->joiner);
	host_names_free(run->names);
}

/* The time of day, then what happened. */
static void append_entry(GString *out, const struct timeline_entry *entry)
{
	char time[WH_FILETIME_TEXT];

	filetime_format(entry->ref.time, time);
	g_string_append_printf(out, "%.8s %s %u", time + strlen("2024-05-14T"), entry->what,
			       entry->ref.event_id);
	if (entry->ref.channel)
		g_string_append_printf(out, " in %s", entry->ref.channel);
	if (entry->count > 1)
		g_string_append_printf(out, " x%u", entry->count);
	if (entry->user_name)
		g_string_append_printf(out, " by %s", entry->user_name);
	if (entry->from)
		g_string_append_printf(out, " from %s", entry->from);
	if (entry->is_local)
		g_string_append(out, " from this machine");
	if (entry->why)
		g_string_append_printf(out, ": %s", entry->why);
	g_string_append_c(out, '\n');
}

/* The time of an entry and its record are those of one event. */
static void check_record(const struct timeline_entry *entry, const GPtrArray *events)
{
	bool found = !entry->ref.has_event_id;

	for (guint i = 0; !found && i < events->len; i++) {
		const struct event_ref *ref = &((const struct event *)events->pdata[i])->ref;

		found = ref->time == entry->ref.time && ref->record_id == entry->ref.record_id &&
			ref->event_id == entry->ref.event_id;
	}
	assert_true(found);
}

static void check_records(const struct run *run, const GPtrArray *events)
{
	for (guint i = 0; i < run->subscriptions->len; i++) {
		const struct subscription *subscription = run->subscriptions->pdata[i];
		const GPtrArray *timeline = subscription->timeline;

		for (guint j = 0; timeline && j < timeline->len; j++)
			check_record(timeline->pdata[j], events);
	}
}

static char *describe_timelines(const struct run *run)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < run->subscriptions->len; i++) {
		const struct subscription *subscription = run->subscriptions->pdata[i];

		if (run->subscriptions->len > 1)
			g_string_append_printf(out, "%s %s\n", subscription->host,
					       subscription->filter->name);
		for (guint j = 0; subscription->timeline && j < subscription->timeline->len; j++)
			append_entry(out, subscription->timeline->pdata[j]);
	}
	return g_string_free(out, FALSE);
}

static void shuffle(guint *order, guint count, GRand *random)
{
	for (guint i = count; i > 1; i--) {
		guint other = (guint)g_rand_int_range(random, 0, (gint32)i);
		guint kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

static void check(const char *form, const char *expected, const char *got)
{
	if (strcmp(expected, got) != 0)
		fail_msg("%s: expected\n%s\nbut got\n%s", form, expected, got);
}

/* The events give these timelines in any order. */
static void check_timelines(const char *form, const GPtrArray *events, const char *expected)
{
	GRand *random = g_rand_new_with_seed(7);
	g_autofree guint *order = g_new(guint, events->len);

	for (guint i = 0; i < events->len; i++)
		order[i] = i;
	for (int round = 0; round < 10; round++) {
		struct run run = run_events(events, order);
		g_autofree char *got = describe_timelines(&run);

		assert_true(run.is_whole);
		check_records(&run, events);
		check(form, expected, got);
		run_release(&run);
		shuffle(order, events->len, random);
	}
	g_rand_free(random);
}

static void append(GString *out, const char *name, const char *text)
{
	if (text)
		g_string_append_printf(out, " %s=%s", name, text);
}

/* All that the evidence says, on one line. */
static void append_evidence(GString *out, const struct evidence *evidence)
{
	g_string_append(out, evidence->traits->name);
	append(out, "user", evidence->user);
	append(out, "image", evidence->image);
	append(out, "parent", evidence->parent_image);
	append(out, "from", evidence->from);
	append(out, "query", evidence->query);
	append(out, "namespace", evidence->namespace);
	append(out, "class", evidence->class_name);
	append(out, "filter", evidence->filter);
	append(out, "consumer", evidence->consumer);
	append(out, "text", evidence->text);
	if (evidence->logon_id)
		g_string_append_printf(out, " logon=%x/%u", (unsigned)evidence->logon_id,
				       evidence->logon_type);
	if (evidence->has_process_id)
		g_string_append_printf(out, " process=%u", evidence->process_id);
	if (evidence->has_parent_id)
		g_string_append_printf(out, " parent=%u", evidence->parent_id);
	g_string_append_c(out, '\n');
}

static void check_evidence(const char *form, const GPtrArray *events, const char *expected)
{
	g_autoptr(GString) got = g_string_new(NULL);

	for (guint i = 0; i < events->len; i++) {
		struct evidence *evidence = evidence_from_event(events->pdata[i]);

		append_evidence(got, evidence);
		evidence_free(evidence);
	}
	check(form, expected, got->str);
}

static void run_form(const char *path)
{
	g_autoptr(GPtrArray) events = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) sections = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	sections = g_strsplit(text, "=== ", -1);
	assert_true(g_strv_length(sections) >= 3);
	for (guint i = 1; sections[i]; i++) {
		char *body = strchr(sections[i], '\n');

		assert_non_null(body);
		*body++ = '\0';
		if (strcmp(sections[i], "events") == 0) {
			g_clear_pointer(&events, g_ptr_array_unref);
			events = read_events(body);
			continue;
		}
		assert_true(events && events->len > 0);
		if (strcmp(sections[i], "timeline") == 0)
			check_timelines(path, events, body);
		else if (strcmp(sections[i], "evidence") == 0)
			check_evidence(path, events, body);
		else
			fail_msg("%s: unknown section '%s'", path, sections[i]);
	}
}

static void every_form(void **state)
{
	const char *source = g_getenv("srcdir");
	g_autofree char *folder =
		g_build_filename(source ? source : ".", "tests", "forms", "evidence", NULL);
	g_autoptr(GDir) forms = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	(void)state;
	assert_non_null(forms);
	while ((name = g_dir_read_name(forms))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (!g_str_has_suffix(name, ".form"))
			continue;
		run_form(path);
		count++;
	}
	assert_true(count > 0);
}

#define MADE G_GUINT64_CONSTANT(133601616000000000)

static struct event *new_whole(void)
{
	return new_whole_event(MADE, "Gate", "SELECT * FROM Swing", "Bell", "bell.exe %TEMP%\\x",
			       NULL);
}

/* Of very many pieces there is a part, and the number of the others. */
static void test_many(void **state)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	const struct subscription *subscription;
	const struct timeline_entry *last;
	struct run run;

	(void)state;
	g_ptr_array_add(events, new_whole());
	for (unsigned i = 0; i < WH_MAX_LINKS + 40; i++) {
		struct event *event = new_event(MADE + (100 + i) * WH_SECOND, 1100 + i,
						"Microsoft-Windows-Sysmon", 1);
		g_autofree char *id = g_strdup_printf("%u", i + 1);

		event_add_field(event, "ProcessId", id);
		event_add_field(event, "Image", "bell.exe");
		event_add_field(event, "CommandLine", "bell.exe c:\\x");
		event_add_field(event, "ParentImage", "wmiprvse.exe");
		g_ptr_array_add(events, event);
	}
	run = run_events(events, NULL);
	subscription = run.subscriptions->pdata[0];
	assert_int_equal(subscription->timeline->len, 3);
	last = subscription->timeline->pdata[1];
	assert_int_equal(last->count, WH_MAX_LINKS);
	last = subscription->timeline->pdata[2];
	assert_string_equal(last->what, "more");
	assert_int_equal(last->count, 40);
	run_release(&run);
}

static void test_long_detail(void **state)
{
	g_autofree char *text = g_strnfill(WH_MAX_TIMELINE_TEXT - 1, 'a');
	g_autofree char *script = g_strconcat("__EventFilter 'Gate' ", text, "ää", NULL);
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	const struct subscription *subscription;
	const struct timeline_entry *entry;
	struct event *event;
	struct run run;

	(void)state;
	g_ptr_array_add(events, new_whole());
	event = new_event(MADE - 300 * WH_SECOND, 700, "Microsoft-Windows-PowerShell", 4104);
	event_add_field(event, "ScriptBlockText", script);
	g_ptr_array_add(events, event);
	run = run_events(events, NULL);
	subscription = run.subscriptions->pdata[0];
	entry = subscription->timeline->pdata[0];
	assert_true(strlen(entry->detail) <= WH_MAX_TIMELINE_TEXT + strlen("…"));
	assert_true(g_utf8_validate(entry->detail, -1, NULL));
	run_release(&run);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_detail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
