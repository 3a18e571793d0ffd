/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/limits.h"
#include "hunt/rules.h"
#include "sigma/packs.h"
#include "tests/support/report_sample.h"
#include "wmi/mof.h"

#define ID_A "aaaaaaaa-0000-4000-8000-000000000001"
#define ID_B "bbbbbbbb-0000-4000-8000-000000000002"
#define ID_F "ffffffff-0000-4000-8000-000000000003"

#define HEAD(title, id, level)                                                                     \
	"title: " title "\nid: " id "\nlevel: " level "\ntags: [attack.t1546.003]\n"
#define SUBSCRIPTION_SOURCE "logsource: {category: wmi_subscription}\n"
#define RUNS_EVIL                                                                                  \
	HEAD("Runs evil", ID_A, "high")                                                            \
	SUBSCRIPTION_SOURCE "detection:\n  sel: {consumer.runs|contains: evil}\n  condition: "     \
			    "sel\n"
#define LOW_RULE                                                                                   \
	HEAD("Any binding", ID_B, "low")                                                           \
	SUBSCRIPTION_SOURCE "detection:\n  sel: {parts: binding}\n  condition: sel\n"
#define FILTER(targets)                                                                            \
	"title: Fine\nid: " ID_F "\n" SUBSCRIPTION_SOURCE "filter:\n  rules: " targets             \
	"\n  sel: {consumer.name: Fine}\n  condition: not sel\n"
#define EVENT_RULE                                                                                 \
	HEAD("Sysmon says evil", ID_B, "critical")                                                 \
	"logsource: {category: wmi_event, product: windows}\ndetection:\n"                         \
	"  sel: {EventID: 20, Destination|contains: evil}\n  condition: sel\n"

struct fixture {
	struct rule_set *rules;
	GPtrArray *messages;
	struct subscription *subscription;
	struct finding finding;
	unsigned faults;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->rules = rule_set_new();
	fixture->messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	finding_release(&fixture->finding);
	subscription_free(fixture->subscription);
	rule_set_free(fixture->rules);
	g_ptr_array_unref(fixture->messages);
	g_free(fixture);
	return 0;
}

static bool load(struct fixture *fixture, const char *file, const char *text)
{
	return rule_set_add_text(fixture->rules, file, text, strlen(text), fixture->messages);
}

static const char *message_text(const struct fixture *fixture, guint index)
{
	const struct rule_message *message;

	assert_true(index < fixture->messages->len);
	message = g_ptr_array_index(fixture->messages, index);
	return message->text;
}

static void add_property(struct wmi_consumer *consumer, const char *name, enum mof_type type,
			 const char *text)
{
	sample_add_property(&consumer->properties, name, sample_text(type, text));
}

static struct wmi_consumer *make_consumer(const char *class_name, const char *name)
{
	struct wmi_consumer *consumer = sample_consumer(name, NULL);

	consumer->class_name = class_name;
	consumer->creator_sid = "S-1-5-32-544";
	return consumer;
}

static struct subscription *make_subscription(const char *filter, const char *query,
					      struct wmi_consumer *consumer)
{
	struct subscription *subscription =
		sample_subscription(sample_filter(filter, query), consumer);

	subscription->host = "ws1.example";
	return subscription;
}

static void use_command(struct fixture *fixture, const char *consumer, const char *command)
{
	struct wmi_consumer *made = make_consumer("CommandLineEventConsumer", consumer);

	add_property(made, "CommandLineTemplate", MOF_STRING, command);
	fixture->subscription = make_subscription("Some Filter", "select * from x", made);
}

static void count_fault(void *context, const struct fault *fault)
{
	struct fixture *fixture = context;

	assert_non_null(fault->what);
	fixture->faults++;
}

static void judge(struct fixture *fixture)
{
	const struct fault_sink sink = {count_fault, fixture};

	finding_release(&fixture->finding);
	rule_set_judge(fixture->rules, fixture->subscription, &sink, &fixture->finding);
}

static const struct match *get_match(const struct fixture *fixture, guint index)
{
	assert_true(index < fixture->finding.matches->len);
	return g_ptr_array_index(fixture->finding.matches, index);
}

static void assert_field(const struct match *match, guint index, const char *name, const char *text)
{
	const struct match_field *field;

	assert_true(index < match->fields->len);
	field = g_ptr_array_index(match->fields, index);
	assert_string_equal(field->field, name);
	assert_string_equal(field->text, text);
}

static void matches_come_by_level(void **state)
{
	struct fixture *fixture = *state;
	const struct match *match;

	assert_true(load(fixture, "low.yml", LOW_RULE));
	assert_true(load(fixture, "high.yml", RUNS_EVIL));
	assert_int_equal(fixture->messages->len, 0);
	assert_int_equal(rule_set_count_rules(fixture->rules), 2);
	use_command(fixture, "Bob", "cmd /c EVIL.exe");
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 2);
	match = get_match(fixture, 0);
	assert_string_equal(match->rule_id, ID_A);
	assert_string_equal(match->title, "Runs evil");
	assert_int_equal(match->level, LEVEL_HIGH);
	assert_string_equal(g_ptr_array_index(match->tags, 0), "attack.t1546.003");
	assert_int_equal(match->fields->len, 1);
	assert_field(match, 0, "consumer.properties.CommandLineTemplate", "EVIL");
	assert_string_equal(get_match(fixture, 1)->rule_id, ID_B);
	assert_null(fixture->finding.known_good_id);
}

static void runs_is_what_a_consumer_runs(void **state)
{
	static const char *const running[] = {"ExecutablePath", "commandlinetemplate",
					      "ScriptFileName", "ScriptText"};
	struct fixture *fixture = *state;
	struct wmi_consumer *consumer = make_consumer("Cloned", "evil");

	assert_true(load(fixture, "a.yml", RUNS_EVIL));
	add_property(consumer, "WorkingDirectory", MOF_STRING, "evil");
	fixture->subscription = make_subscription("evil", "evil", consumer);
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
	for (guint i = 0; i < G_N_ELEMENTS(running); i++)
		add_property(consumer, running[i], MOF_STRING, "evil");
	/* "an evil payload" */
	add_property(consumer, "Text", MOF_STRING, "FromBase64String('YW4gZXZpbCBwYXlsb2Fk')");
	judge(fixture);
	assert_int_equal(get_match(fixture, 0)->fields->len, 5);
	assert_field(get_match(fixture, 0), 1, "consumer.properties.commandlinetemplate", "evil");
	assert_field(get_match(fixture, 0), 4, "consumer.decoded", "evil");
}

static void nested_and_listed_properties_are_fields(void **state)
{
	struct fixture *fixture = *state;
	struct wmi_consumer *consumer = make_consumer("Odd", "n");
	struct mof_value *outer = sample_instance("Inner"), *list;

	assert_true(load(fixture, "a.yml",
			 HEAD("Nested", ID_A, "low") SUBSCRIPTION_SOURCE
			 "detection:\n  sel:\n    consumer.properties.Outer.Inner|all: [b, 7]\n"
			 "    consumer.properties.Outer.Void|exists: false\n  condition: sel\n"));
	list = sample_text(MOF_ARRAY, NULL);
	list->elements = sample_text(MOF_STRING, "B");
	list->elements->next = sample_text(MOF_NUMBER, "7");
	sample_add_property(&outer->instance->properties, "Void", sample_text(MOF_NULL, NULL));
	sample_add_property(&outer->instance->properties, "Inner", list);
	sample_add_property(&consumer->properties, "Outer", outer);
	fixture->subscription = make_subscription("f", "q", consumer);
	judge(fixture);
	assert_field(get_match(fixture, 0), 0, "consumer.properties.Outer.Inner", "B");
	assert_field(get_match(fixture, 0), 1, "consumer.properties.Outer.Inner", "7");
}

static void every_plain_field_is_there(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "a.yml",
			 HEAD("All fields", ID_A, "low") SUBSCRIPTION_SOURCE
			 "detection:\n  sel:\n    host: ws1.example\n"
			 "    namespace: ROOT\\subscription\n    state: deleted\n"
			 "    parts|all: [filter, consumer, binding]\n    incomplete: true\n"
			 "    filter.name: Some Filter\n    filter.event_namespace: root\\cimv2\n"
			 "    filter.query: select * from x\n    filter.query_language: WQL\n"
			 "    filter.creator_sid: S-1-5-18\n"
			 "    consumer.class: CommandLineEventConsumer\n    consumer.name: Bob\n"
			 "    consumer.creator_sid: S-1-5-32-544\n  condition: sel\n"));
	assert_int_equal(fixture->messages->len, 0);
	use_command(fixture, "Bob", "x");
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
	fixture->subscription->state = WMI_STATE_DELETED;
	fixture->subscription->incomplete = true;
	fixture->subscription->filter->event_namespace = g_strdup("root\\cimv2");
	fixture->subscription->filter->query_language = g_strdup("WQL");
	fixture->subscription->filter->creator_sid = g_strdup("S-1-5-18");
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 1);
	assert_int_equal(get_match(fixture, 0)->fields->len, 15);
}

static void filter_for_all_vouches(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "a.yml", RUNS_EVIL "---\n" FILTER("any")));
	assert_int_equal(rule_set_count_filters(fixture->rules), 1);
	use_command(fixture, "Fine", "evil");
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
	assert_string_equal(fixture->finding.known_good_id, ID_F);
	assert_string_equal(fixture->finding.known_good_title, "Fine");
}

static void filter_for_one_rule_only_takes_that_away(void **state)
{
	struct fixture *fixture = *state;

	assert_true(
		load(fixture, "a.yml", RUNS_EVIL "---\n" LOW_RULE "---\n" FILTER("['" ID_A "']")));
	use_command(fixture, "Fine", "evil");
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 1);
	assert_string_equal(get_match(fixture, 0)->rule_id, ID_B);
	assert_null(fixture->finding.known_good_id);
	assert_null(fixture->finding.known_good_title);
}

static void same_id_names_both_places(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "one.yml", RUNS_EVIL));
	assert_false(load(fixture, "two.yml", "\n" RUNS_EVIL));
	assert_string_equal(message_text(fixture, 0), "the id " ID_A " is taken by one.yml:2:5");
	assert_int_equal(rule_set_count_rules(fixture->rules), 1);
}

static void expect_left_out(const struct fixture *fixture, guint index, const char *file,
			    unsigned line, bool is_broken, const char *reason)
{
	const GPtrArray *all = rule_set_get_left_out(fixture->rules);
	const struct left_out *left_out;

	assert_true(index < all->len);
	left_out = g_ptr_array_index(all, index);
	assert_string_equal(left_out->file, file);
	assert_int_equal(left_out->place.line, line);
	assert_int_equal(left_out->is_broken, is_broken);
	assert_string_equal(left_out->reason, reason);
}

static void what_is_left_out_is_named(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "good.yml", RUNS_EVIL));
	load(fixture, "twice.yml", RUNS_EVIL);
	load(fixture, "broken.yml", LOW_RULE "---\ntitle: x\nlogsource: {category: x}\n");
	load(fixture, "syntax.yml", "title: [\n");
	load(fixture, "other.yml",
	     "title: x\nlogsource: {product: linux}\ndetection: {sel|x: y}\n");
	load(fixture, "unread.yml",
	     "title: x\nlogsource: {category: proxy}\n"
	     "detection: {sel: {a: b}, condition: sel}\n");
	load(fixture, "open.yml",
	     "title: x\nlogsource: {category: wmi_subscription}\n"
	     "detection: {sel: {host|expand: '%b%'}, condition: sel}\n");
	load(fixture, "settings.yml", "a: b\n---\n[c]\n");
	load(fixture, "lonely.yml",
	     "title: x\ncorrelation:\n  type: event_count\n  rules: [nobody]\n  timespan: 1m\n"
	     "  condition: {gte: 1}\n");
	assert_false(rule_set_link(fixture->rules, fixture->messages));
	assert_int_equal(rule_set_get_left_out(fixture->rules)->len, 9);
	expect_left_out(fixture, 0, "twice.yml", 1, false, "the same rule is loaded already");
	expect_left_out(fixture, 1, "broken.yml", 10, true, "a detection is missing");
	expect_left_out(fixture, 2, "syntax.yml", 2, true,
			"flow sequence without a closing bracket");
	expect_left_out(fixture, 3, "other.yml", 1, false,
			"no log that is read feeds product 'linux'");
	expect_left_out(fixture, 4, "unread.yml", 1, false,
			"no log that is read feeds category 'proxy'");
	expect_left_out(fixture, 5, "open.yml", 1, true,
			"no values are known for its placeholders");
	expect_left_out(fixture, 6, "settings.yml", 1, false, "there is no detection in it");
	expect_left_out(fixture, 7, "settings.yml", 3, false, "there is no detection in it");
	expect_left_out(fixture, 8, "lonely.yml", 1, true,
			"no rule or correlation 'nobody' is loaded");
	assert_int_equal(rule_set_count_used(fixture->rules), 3);
}

static void two_rules_may_share_an_id(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "one.yml", RUNS_EVIL));
	assert_true(load(fixture, "two.yml",
			 HEAD("Another", ID_A, "low") SUBSCRIPTION_SOURCE
			 "detection: {sel: {host: x}, condition: sel}\n"));
	assert_string_equal(message_text(fixture, 0),
			    "the id " ID_A " is taken by one.yml:2:5, another rule");
	assert_int_equal(rule_set_count_rules(fixture->rules), 2);
	assert_int_equal(rule_set_get_left_out(fixture->rules)->len, 0);
}

static void bad_text_is_refused(void **state)
{
	struct fixture *fixture = *state;
	const struct rule_message *message;

	assert_false(load(fixture, "a.yml", "title: \xff\n"));
	assert_string_equal(message_text(fixture, 0), "not valid UTF-8 text");
	assert_true(load(fixture, "b.yml", "# nothing\n---\n"));
	assert_string_equal(message_text(fixture, 1), "there is no rule in it");
	message = g_ptr_array_index(fixture->messages, 1);
	assert_string_equal(message->file, "b.yml");
	assert_false(message->is_error);
}

static void runaway_regex_is_one_fault(void **state)
{
	struct fixture *fixture = *state;

	assert_true(load(fixture, "a.yml",
			 HEAD("Runs away", ID_A, "low") SUBSCRIPTION_SOURCE
			 "detection:\n  sel: {consumer.runs|re: '^(a+)+$'}\n  condition: sel\n"));
	use_command(fixture, "Bob", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	judge(fixture);
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
	assert_int_equal(fixture->faults, 1);
}

/* A whole record's worth of text needs more working memory than a regex usually does. */
static void long_text_does_not_make_a_regex_give_up(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GString) text = g_string_new(NULL);

	assert_true(load(fixture, "a.yml",
			 HEAD("Long", ID_A, "low") SUBSCRIPTION_SOURCE
			 "detection:\n  sel: {consumer.runs|re: '^(?:(a)|(b))*c$'}\n"
			 "  condition: sel\n"));
	while (text->len < 1 << 16)
		g_string_append(text, "ab");
	g_string_append_c(text, 'c');
	use_command(fixture, "Bob", text->str);
	judge(fixture);
	assert_int_equal(fixture->faults, 0);
	assert_int_equal(fixture->finding.matches->len, 1);
}

static void fill_event(struct event *event, uint32_t id, uint64_t offset, const char *destination)
{
	event_clear(event);
	event->provider = "Microsoft-Windows-Sysmon";
	event->ref.channel = "Microsoft-Windows-Sysmon/Operational";
	event->host = "ws1.example";
	event->ref.event_id = id;
	event->ref.has_event_id = true;
	event->ref.time = 1000 + offset;
	event->ref.path = "logs/Sysmon.evtx";
	event->ref.offset = offset;
	event_add_field(event, "Destination", destination);
}

static void see(struct fixture *fixture, const struct event *event)
{
	const struct wmi_fact fact = {.operation = WMI_CREATED};
	struct sighting *sighting = arena_alloc(sample_arena(), sizeof(*sighting));

	sighting_init(sighting, event, &fact);
	g_ptr_array_add(fixture->subscription->events, sighting);
}

static void event_rules_reach_the_subscription(void **state)
{
	struct fixture *fixture = *state;
	struct event event;

	assert_true(load(fixture, "a.yml", EVENT_RULE));
	assert_int_equal(fixture->messages->len, 0);
	use_command(fixture, "Bob", "x");
	event_init(&event);
	fill_event(&event, 20, 4096, " \"evil.exe\"");
	rule_set_note_event(fixture->rules, &event, NULL);
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
	see(fixture, &event);
	fill_event(&event, 20, 8192, " \"EVIL.exe\"");
	rule_set_note_event(fixture->rules, &event, NULL);
	see(fixture, &event);
	fill_event(&event, 19, 12288, "evil");
	rule_set_note_event(fixture->rules, &event, NULL);
	see(fixture, &event);
	event_release(&event);
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 1);
	assert_string_equal(get_match(fixture, 0)->title, "Sysmon says evil");
	assert_int_equal(get_match(fixture, 0)->fields->len, 3);
	assert_field(get_match(fixture, 0), 0, "EventID", "20");
	assert_field(get_match(fixture, 0), 1, "Destination", "evil");
	assert_field(get_match(fixture, 0), 2, "Destination", "EVIL");
}

static void events_of_other_channels_are_left_alone(void **state)
{
	struct fixture *fixture = *state;
	struct event event;

	assert_true(load(fixture, "a.yml", EVENT_RULE));
	use_command(fixture, "Bob", "x");
	event_init(&event);
	fill_event(&event, 20, 4096, "evil");
	event.provider = "Another-Provider";
	rule_set_note_event(fixture->rules, &event, NULL);
	see(fixture, &event);
	event_release(&event);
	judge(fixture);
	assert_int_equal(fixture->finding.matches->len, 0);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void remove_all(const char *folder)
{
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	const char *name;

	while (names && (name = g_dir_read_name(names))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_all(path);
		else
			g_unlink(path);
	}
	g_rmdir(folder);
}

static void folders_load_in_order(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *folder = g_dir_make_tmp("wmihunt-rules-XXXXXX", NULL);
	g_autofree char *inner = g_build_filename(folder, "b", NULL);
	g_autofree char *expected =
		g_strdup_printf("the id " ID_A " is taken by %s/a.yml:2:5", folder);

	assert_int_equal(g_mkdir(inner, 0700), 0);
	write_file(folder, "c.yaml", LOW_RULE);
	write_file(folder, "a.yml", RUNS_EVIL);
	write_file(inner, "twice.yml", RUNS_EVIL);
	write_file(folder, "notes.txt", "not a rule");
	write_file(folder, ".hidden.yml", "not a rule");
	write_file(folder, "filter.yml", FILTER("[" ID_A ", nobody]"));
	assert_false(rule_set_add_path(fixture->rules, folder, fixture->messages));
	assert_int_equal(fixture->messages->len, 2);
	assert_string_equal(message_text(fixture, 0), expected);
	assert_string_equal(message_text(fixture, 1),
			    "no rule 'nobody' of the same log source is loaded");
	assert_int_equal(rule_set_count_rules(fixture->rules), 2);
	assert_int_equal(rule_set_count_filters(fixture->rules), 1);
	remove_all(folder);
}

static void what_cannot_be_read_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *folder = g_dir_make_tmp("wmihunt-rules-XXXXXX", NULL);
	g_autofree char *none = g_build_filename(folder, "none.yml", NULL);
	g_autofree char *large = g_build_filename(folder, "large.rule", NULL);
	g_autofree char *spaces = g_strnfill(WH_MAX_RULE_FILE + 1, ' ');

	assert_false(rule_set_add_path(fixture->rules, none, fixture->messages));
	assert_string_equal(message_text(fixture, 0), "No such file or directory");
	assert_false(rule_set_add_path(fixture->rules, folder, fixture->messages));
	assert_string_equal(message_text(fixture, 1), "there is no *.yml or *.yaml file in it");
	write_file(folder, "large.rule", spaces);
	assert_false(rule_set_add_path(fixture->rules, large, fixture->messages));
	assert_string_equal(message_text(fixture, 2), "larger than a rule file may be");
	remove_all(folder);
}

static guint count_rule_files(const char *folder)
{
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	assert_non_null(names);
	while ((name = g_dir_read_name(names))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			count += count_rule_files(path);
		else
			count += g_str_has_suffix(name, ".yml") || g_str_has_suffix(name, ".yaml");
	}
	return count;
}

static void builtin_packs_are_all_there_and_clean(void **state)
{
	struct fixture *fixture = *state;
	const char *source = g_getenv("srcdir");
	g_autofree char *folder = g_build_filename(source ? source : ".", "hunts", NULL);
	struct rule_set *on_disk = rule_set_new();
	bool ok = rule_set_add_builtin(fixture->rules, fixture->messages);

	for (guint i = 0; i < fixture->messages->len; i++)
		print_error("%s\n", message_text(fixture, i));
	assert_true(ok);
	assert_int_equal(fixture->messages->len, 0);
	assert_true(rule_set_add_path(on_disk, folder, fixture->messages));
	assert_int_equal(rule_set_count_rules(fixture->rules), rule_set_count_rules(on_disk));
	assert_int_equal(rule_set_count_filters(fixture->rules), rule_set_count_filters(on_disk));
	assert_int_equal(hunt_pack_count, count_rule_files(folder));
	rule_set_free(on_disk);
}

static void use_scm(struct fixture *fixture, const char *class_name)
{
	struct wmi_consumer *consumer = make_consumer(class_name, "SCM Event Log Consumer");

	add_property(consumer, "Category", MOF_NUMBER, "0");
	add_property(consumer, "EventType", MOF_NUMBER, "1");
	add_property(consumer, "NameOfUserSIDProperty", MOF_STRING, "sid");
	add_property(consumer, "SourceName", MOF_STRING, "Service Control Manager");
	fixture->subscription = make_subscription("SCM Event Log Filter",
						  "select * from MSFT_SCMEventLogEvent", consumer);
}

static void scm_is_known_good(void **state)
{
	struct fixture *fixture = *state;

	assert_true(rule_set_add_builtin(fixture->rules, fixture->messages));
	use_scm(fixture, "NTEventLogEventConsumer");
	judge(fixture);
	assert_non_null(fixture->finding.known_good_id);
	fixture->subscription->parts = WMI_PART_CONSUMER;
	judge(fixture);
	assert_null(fixture->finding.known_good_id);
	fixture->subscription->parts = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING;
	fixture->subscription->incomplete = true;
	judge(fixture);
	assert_null(fixture->finding.known_good_id);
}

static void borrowed_scm_name_is_a_finding(void **state)
{
	struct fixture *fixture = *state;

	assert_true(rule_set_add_builtin(fixture->rules, fixture->messages));
	use_scm(fixture, "CommandLineEventConsumer");
	judge(fixture);
	assert_null(fixture->finding.known_good_id);
	assert_true(fixture->finding.matches->len > 0);
}

#define RULES_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		RULES_TEST(matches_come_by_level),
		RULES_TEST(runs_is_what_a_consumer_runs),
		RULES_TEST(nested_and_listed_properties_are_fields),
		RULES_TEST(every_plain_field_is_there),
		RULES_TEST(filter_for_all_vouches),
		RULES_TEST(filter_for_one_rule_only_takes_that_away),
		RULES_TEST(same_id_names_both_places),
		RULES_TEST(what_is_left_out_is_named),
		RULES_TEST(two_rules_may_share_an_id),
		RULES_TEST(bad_text_is_refused),
		RULES_TEST(runaway_regex_is_one_fault),
		RULES_TEST(long_text_does_not_make_a_regex_give_up),
		RULES_TEST(event_rules_reach_the_subscription),
		RULES_TEST(events_of_other_channels_are_left_alone),
		RULES_TEST(folders_load_in_order),
		RULES_TEST(what_cannot_be_read_is_an_error),
		RULES_TEST(builtin_packs_are_all_there_and_clean),
		RULES_TEST(scm_is_known_good),
		RULES_TEST(borrowed_scm_name_is_a_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
