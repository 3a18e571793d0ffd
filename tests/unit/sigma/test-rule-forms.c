/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs tests/forms/rules/NAME.form: the text of a rule file, the exact messages of the
 * loader, and for each subject (lines "field: text") exactly what is said of it.
 * With GOLDEN set in the environment it writes what it got into the forms instead.
 */
#include "tests/unit/cmocka_test.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sigma/documents.h"
#include "sigma/rule.h"
#include "sigma/rule_wants.h"
#include "hunt/rules.h"

struct form {
	const char *name;
	struct log_sources *sources;
	GPtrArray *rules; /* struct rule */
	struct regex_runner *runner;
	GString *got; /* of the section before */
	GString *golden; /* the form with what was got, NULL when it is only checked */
};

static void load_rules(struct form *form, const char *text)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {.file = "form", .messages = messages};
	g_autoptr(GPtrArray) documents = documents_parse(text, strlen(text), &lint);

	for (guint i = 0; i < documents->len; i++) {
		struct rule *rule =
			rule_load(form->sources, g_ptr_array_index(documents, i), &lint);

		if (!rule)
			continue;
		rule_wants_check(rule, &lint);
		g_ptr_array_add(form->rules, rule);
	}
	lint_sort(messages, 0);
	for (guint i = 0; i < messages->len; i++) {
		const struct rule_message *message = g_ptr_array_index(messages, i);

		g_string_append_printf(form->got, "%u:%u: %s: %s\n", message->line, message->column,
				       message->is_error ? "error" : "warning", message->text);
	}
}

static void say(struct form *form, const struct rule *rule, struct matcher *matcher)
{
	bool holds = condition_holds(rule->detection.condition, matcher);
	g_autoptr(GPtrArray) fields = match_fields_new();

	if (matcher->gave_up)
		g_string_append_printf(form->got, "gave up: %s\n", rule->title);
	matcher->gave_up = false;
	if (rule->is_filter && !holds)
		g_string_append_printf(form->got, "taken away: %s\n", rule->title);
	if (rule->is_filter || !holds)
		return;
	g_string_append_printf(form->got, "%s: %s\n", rule_level_name(rule->level), rule->title);
	condition_collect(rule->detection.condition, matcher, fields);
	for (guint i = 0; i < fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(fields, i);

		g_string_append_printf(form->got, "  %s: ", field->field);
		text_append_terminal(form->got, field->text);
		g_string_append_c(form->got, '\n');
	}
}

static void match_subject(struct form *form, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	struct field_list subject;
	struct matcher matcher = {.subject = &subject, .runner = form->runner};

	field_list_init(&subject);
	for (guint i = 0; lines[i]; i++) {
		char *colon = strstr(lines[i], ": ");

		if (!colon)
			continue;
		*colon = '\0';
		g_ptr_array_add(texts, g_strcompress(colon + 2));
		field_list_add(&subject, lines[i], g_ptr_array_index(texts, texts->len - 1));
	}
	for (guint i = 0; i < form->rules->len; i++)
		say(form, g_ptr_array_index(form->rules, i), &matcher);
	field_list_release(&subject);
}

static void expect(struct form *form, const char *section, const char *text)
{
	g_autofree char *wanted = g_strdup(text);
	g_autofree char *got = g_strdup(form->got->str);

	if (form->golden)
		g_string_append_printf(form->golden, "=== %s\n%s", section, form->got->str);
	else if (strcmp(g_strstrip(wanted), g_strstrip(got)) != 0)
		fail_msg("%s: %s: expected\n%s\nbut got\n%s\n", form->name, section, wanted, got);
	g_string_truncate(form->got, 0);
}

static void run_section(struct form *form, const char *section, const char *text)
{
	if (form->golden && strcmp(section, "messages") != 0 && strcmp(section, "matches") != 0)
		g_string_append_printf(form->golden, "=== %s\n%s", section, text);
	if (strcmp(section, "rules") == 0)
		load_rules(form, text);
	else if (strcmp(section, "subject") == 0)
		match_subject(form, text);
	else if (strcmp(section, "messages") == 0 || strcmp(section, "matches") == 0)
		expect(form, section, text);
	else
		fail_msg("%s: unknown section '%s'", form->name, section);
}

static void run_form(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) sections = NULL;
	struct form form = {
		.name = name,
		.sources = log_sources_new(),
		.rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free),
		.runner = regex_runner_new(),
		.got = g_string_new(NULL),
		.golden = g_getenv("GOLDEN") ? g_string_new(NULL) : NULL,
	};

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	sections = g_strsplit(text, "=== ", -1);
	assert_true(g_strv_length(sections) >= 3);
	for (guint i = 1; sections[i]; i++) {
		char *body = strchr(sections[i], '\n');

		assert_non_null(body);
		*body = '\0';
		run_section(&form, sections[i], body + 1);
	}
	assert_string_equal(form.got->str, "");
	if (form.golden) {
		assert_true(g_file_set_contents(path, form.golden->str, -1, NULL));
		g_string_free(form.golden, TRUE);
	}
	g_string_free(form.got, TRUE);
	regex_runner_free(form.runner);
	g_ptr_array_unref(form.rules);
	log_sources_free(form.sources);
}

static void every_form(void **state)
{
	const char *source = g_getenv("srcdir");
	g_autofree char *folder =
		g_build_filename(source ? source : ".", "tests", "forms", "rules", NULL);
	g_autoptr(GDir) forms = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	(void)state;
	assert_non_null(forms);
	while ((name = g_dir_read_name(forms))) {
		if (!g_str_has_suffix(name, ".form"))
			continue;
		run_form(folder, name);
		count++;
	}
	assert_true(count > 0);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_form)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
