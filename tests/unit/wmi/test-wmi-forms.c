/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs tests/forms/mof/NAME.mof (as logged) and mof-written/NAME.mof against NAME.json, and the
 * lines of names.txt and payload.txt, whose heads say how they read.
 */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/cmocka_test.h"
#include "wmi/literal.h"
#include "wmi/mof.h"
#include "wmi/names.h"
#include "wmi/payload.h"

static char *form_path(const char *name)
{
	const char *srcdir = g_getenv("srcdir");

	return g_build_filename(srcdir ? srcdir : ".", "tests", "forms", name, NULL);
}

static char *read_form(const char *name)
{
	g_autofree char *path = form_path(name);
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("cannot read %s", path);
	return text;
}

static json_t *instance_json(const struct mof_instance *instance);

static json_t *value_json(const struct mof_value *value)
{
	json_t *array;

	switch (value->type) {
	case MOF_NULL:
		return json_null();
	case MOF_STRING:
		return value->cut ? json_pack("{s:s}", "cut", value->text)
				  : json_string(value->text);
	case MOF_NUMBER:
		return json_pack("{s:s}", value->cut ? "cut number" : "number", value->text);
	case MOF_BOOLEAN:
		return json_boolean(strcmp(value->text, "true") == 0);
	case MOF_INSTANCE:
		return instance_json(value->instance);
	case MOF_ARRAY:
		break;
	}
	array = json_array();
	for (const struct mof_value *element = value->elements; element; element = element->next)
		json_array_append_new(array, value_json(element));
	return value->cut ? json_pack("{s:o}", "cut", array) : array;
}

/* A list of pairs, for order and repeats count. */
static json_t *instance_json(const struct mof_instance *instance)
{
	json_t *properties = json_array();

	for (const struct mof_property *property = instance->properties; property;
	     property = property->next)
		json_array_append_new(properties, json_pack("[s,o]", property->name,
							    value_json(property->value)));
	return json_pack("{s:s,s:b,s:o}", "class", instance->class_name, "complete",
			 instance->complete, "properties", properties);
}

static json_t *logged_json(const struct mof_content *content)
{
	json_t *instances = json_array();

	for (const struct mof_instance *one = content->instances; one; one = one->next)
		json_array_append_new(instances, instance_json(one));
	return instances;
}

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* What the words $Alias in the properties stand for, in order, by class and name. */
static void add_targets(json_t *targets, const struct mof_value *value)
{
	for (; value; value = value->next) {
		if (value->text && *value->text == '$' && value->target) {
			const struct mof_value *name =
				mof_property_get(value->target->properties, "Name");

			json_array_append_new(targets, json_pack("[s,s,s?]", value->text,
								 value->target->class_name,
								 name ? name->text : NULL));
		}
		add_targets(targets, value->elements);
	}
}

static json_t *written_instance_json(const struct mof_instance *instance)
{
	json_t *json = instance_json(instance);
	json_t *targets = json_array();
	json_t *chain = json_array();

	for (const struct mof_property *one = instance->properties; one; one = one->next)
		add_targets(targets, one->value);
	for (const struct mof_class *class = instance->class; class; class = class->super)
		json_array_append_new(chain, text_json(class->parent));
	json_object_set_new(json, "alias", text_json(instance->alias));
	json_object_set_new(json, "namespace", text_json(instance->namespace));
	json_object_set_new(json, "targets", targets);
	json_object_set_new(json, "chain", chain);
	return json;
}

static json_t *class_json(const struct mof_class *class)
{
	const struct mof_instance as_instance = {.class_name = class->name,
						 .properties = class->properties};
	json_t *json = instance_json(&as_instance);

	json_object_del(json, "complete");
	json_object_set_new(json, "parent", text_json(class->parent));
	json_object_set_new(json, "namespace", text_json(class->namespace));
	return json;
}

static json_t *written_json(const struct mof_content *content)
{
	json_t *instances = json_array(), *classes = json_array(), *deletions = json_array();

	for (const struct mof_instance *one = content->instances; one; one = one->next)
		json_array_append_new(instances, written_instance_json(one));
	for (const struct mof_class *one = content->classes; one; one = one->next)
		json_array_append_new(classes, class_json(one));
	for (const struct mof_deletion *one = content->deletions; one; one = one->next)
		json_array_append_new(deletions,
				      json_pack("{s:s,s:b,s:s?}", "path", one->path, "is_class",
						one->is_class, "namespace", one->namespace));
	return json_pack("{s:o,s:o,s:o}", "instances", instances, "classes", classes, "deletions",
			 deletions);
}

static void check_mof(const char *folder, const char *name, enum mof_origin origin)
{
	g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".mof"));
	g_autofree char *source_name = g_strconcat(folder, "/", stem, ".mof", NULL);
	g_autofree char *expected_name = g_strconcat(folder, "/", stem, ".json", NULL);
	g_autofree char *source = read_form(source_name);
	g_autofree char *expected_text = read_form(expected_name);
	json_t *expected = json_loads(expected_text, 0, NULL);
	struct mof_content content;
	struct arena arena;
	json_t *got;

	if (!expected)
		fail_msg("%s is no JSON", expected_name);
	arena_init(&arena);
	content = mof_parse(source, origin, &arena);
	got = origin == MOF_LOGGED ? logged_json(&content) : written_json(&content);
	arena_release(&arena);
	if (!json_equal(got, expected)) {
		g_autofree char *dump = json_dumps(got, JSON_INDENT(1));

		fail_msg("%s gives\n%s", source_name, dump);
	}
	json_decref(expected);
	json_decref(got);
}

static void check_folder(const char *folder, enum mof_origin origin, unsigned least)
{
	g_autofree char *path = form_path(folder);
	GDir *dir = g_dir_open(path, 0, NULL);
	unsigned count = 0;
	const char *name;

	assert_non_null(dir);
	while ((name = g_dir_read_name(dir))) {
		if (!g_str_has_suffix(name, ".mof"))
			continue;
		check_mof(folder, name, origin);
		count++;
	}
	g_dir_close(dir);
	assert_true(count >= least);
}

static void test_mof(void **state)
{
	(void)state;
	check_folder("mof", MOF_LOGGED, 10);
	check_folder("mof-written", MOF_WRITTEN, 6);
}

static char *escape(const char *text)
{
	return text ? g_strescape(text, "\"\\") : g_strdup("-");
}

static char *name_form(const char *kind, const char *input)
{
	g_autofree char *got = NULL;
	struct object_path path;
	char *line;

	if (strcmp(kind, "namespace") == 0) {
		got = namespace_normalise(input);
		return escape(got);
	}
	if (strcmp(kind, "literal") == 0) {
		struct arena arena;

		arena_init(&arena);
		line = escape(literal_decode(input, &arena));
		arena_release(&arena);
		return line;
	}
	assert_string_equal(kind, "path");
	if (!object_path_parse(input, &path))
		return g_strdup("-");
	got = g_strjoin("|", path.namespace ? path.namespace : "", path.class_name, path.name,
			NULL);
	line = escape(got);
	object_path_release(&path);
	return line;
}

static void test_names(void **state)
{
	g_autofree char *text = read_form("names.txt");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned count = 0;

	(void)state;
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);
		g_autofree char *got = NULL;

		if (**line == '#' || **line == '\0')
			continue;
		assert_int_equal(g_strv_length(cells), 3);
		got = name_form(cells[0], cells[1]);
		if (strcmp(got, cells[2]) != 0)
			fail_msg("%s [%s]: [%s], not [%s]", cells[0], cells[1], got, cells[2]);
		count++;
	}
	assert_true(count >= 40);
}

static char *payload_form(const char *text)
{
	g_autoptr(GPtrArray) decoded = g_ptr_array_new_with_free_func(g_free);
	GString *got = g_string_new(NULL);

	payload_decode(text, decoded);
	for (guint i = 0; i < decoded->len; i++) {
		g_autofree char *line = escape(decoded->pdata[i]);

		g_string_append_printf(got, "> %s\n", line);
	}
	return g_string_free(got, FALSE);
}

static void test_payloads(void **state)
{
	g_autofree char *text = read_form("payload.txt");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned count = 0;

	(void)state;
	for (char **line = lines; *line; line++) {
		g_autoptr(GString) expected = g_string_new(NULL);
		g_autofree char *input = NULL;
		g_autofree char *got = NULL;
		const char *start = *line;

		if (*start == '#' || *start == '\0')
			continue;
		for (; line[1] && g_str_has_prefix(line[1], "> "); line++)
			g_string_append_printf(expected, "%s\n", line[1]);
		input = g_strcompress(start);
		got = payload_form(input);
		if (strcmp(got, expected->str) != 0)
			fail_msg("[%s] gives\n%snot\n%s", start, got, expected->str);
		count++;
	}
	assert_true(count >= 30);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mof),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
