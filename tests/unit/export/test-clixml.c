/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "export/clixml.h"
#include "tests/unit/cmocka_test.h"

/* A node as a text: objects in braces, lists in brackets, with kinds that differ from text told. */
static void append(GString *out, const struct json_node *node)
{
	if (node->name)
		g_string_append_printf(out, "%s=", node->name);
	if (node->text)
		g_string_append_printf(out, "%s%s", node->kind == JSON_KIND_TEXT ? "'" : "",
				       node->text);
	if (node->kind == JSON_KIND_NULL)
		g_string_append(out, "null");
	if (node->kind != JSON_KIND_OBJECT && node->kind != JSON_KIND_ARRAY)
		return;
	g_string_append_c(out, node->kind == JSON_KIND_OBJECT ? '{' : '[');
	for (const struct json_node *at = node->first; at; at = at->next) {
		append(out, at);
		g_string_append(out, at->next ? " " : "");
	}
	g_string_append_c(out, node->kind == JSON_KIND_OBJECT ? '}' : ']');
}

struct reading {
	struct clixml *clixml;
	struct arena arena;
};

static void assert_read(struct reading *reading, const char *text, const char *expected)
{
	const char *problem = NULL;
	const struct json_node *node =
		clixml_read(reading->clixml, text, strlen(text), &reading->arena, &problem);
	GString *out = g_string_new(NULL);

	if (node)
		append(out, node);
	else
		g_string_append(out, problem);
	assert_string_equal(out->str, expected);
	g_string_free(out, TRUE);
}

static int set_up(void **state)
{
	struct reading *reading = g_new0(struct reading, 1);

	reading->clixml = clixml_new();
	arena_init(&reading->arena);
	*state = reading;
	return 0;
}

static int tear_down(void **state)
{
	struct reading *reading = *state;

	clixml_free(reading->clixml);
	arena_release(&reading->arena);
	g_free(reading);
	return 0;
}

static void test_values(void **state)
{
	assert_read(*state,
		    "<Obj RefId=\"0\"><MS><S N=\"a_x0020_b\">x&lt;_x000D__x000A_y_x005F_x</S>"
		    "<I32 N=\"n\">-5</I32><B N=\"b\">true</B><Nil N=\"z\" /><C N=\"c\">65</C>"
		    "<BA N=\"bytes\">AQIA</BA><S N=\"e\" /><DT N=\"t\">2020</DT></MS></Obj>",
		    "{a b='x<\r\ny_x n=-5 b=true z=null c='A bytes=[1 2 0] e=' t='2020}");
	assert_read(*state, "<Obj><MS><S N=\"p\">_xD83D__xDE00_ _xD83D_ _x00zz_ _x</S></MS></Obj>",
		    "{p='\xF0\x9F\x98\x80 \xF4\x8D\xA0\xBD _x00zz_ _x}");
	assert_read(*state, "<Obj RefId=\"0\"><S>alone</S></Obj>", "'alone");
	assert_read(*state, "<Obj RefId=\"0\"><ToString>Stop</ToString><I32>3</I32></Obj>", "3");
	assert_read(*state, "<Obj RefId=\"0\"><ToString>cut</ToString></Obj>", "'cut");
}

static void test_objects(void **state)
{
	assert_read(*state,
		    "<Obj RefId=\"0\"><TN RefId=\"7\"><T>A#b\\c</T><T>B</T></TN>"
		    "<ToString>t</ToString><Props><Obj N=\"in\" RefId=\"1\"><LST><I32>1</I32>"
		    "<Obj RefId=\"2\"><MS><S N=\"x\">y</S></MS></Obj></LST></Obj></Props>"
		    "<MS><Ref N=\"again\" RefId=\"2\" /><Ref N=\"self\" RefId=\"0\" /></MS></Obj>",
		    "{#types=['A#b\\c 'B] #text='t in=[1 {x='y}] again={x='y} self=null}");
	/* Types that an earlier object of the file named. */
	assert_read(*state, "<Obj><TNRef RefId=\"7\" /><Props /></Obj>", "{#types=['A#b\\c 'B]}");
	assert_read(*state,
		    "<Obj><DCT><En><S N=\"Key\">k</S><S N=\"Value\">v</S></En>"
		    "<En><I32 N=\"Key\">2</I32><Nil N=\"Value\"/></En></DCT></Obj>",
		    "{k='v 2=null}");
}

/* References to references grow without end. */
static void test_bomb(void **state)
{
	struct reading *reading = *state;
	GString *text =
		g_string_new("<Obj RefId=\"r\"><LST><Obj RefId=\"0\"><LST><S>a</S></LST></Obj>");
	const char *problem;

	for (int i = 1; i < 40; i++)
		g_string_append_printf(text,
				       "<Obj RefId=\"%d\"><LST><Ref RefId=\"%d\"/>"
				       "<Ref RefId=\"%d\"/></LST></Obj>",
				       i, i - 1, i - 1);
	g_string_append(text, "</LST></Obj>");
	assert_non_null(
		clixml_read(reading->clixml, text->str, text->len, &reading->arena, &problem));
	g_string_free(text, TRUE);
}

static void test_broken(void **state)
{
	GString *deep = g_string_new(NULL);

	assert_read(*state, "<Obj><S>", "an object whose CliXml is broken");
	assert_read(*state, "<S>x</S>", "an object whose CliXml is broken");
	assert_read(*state, "<!DOCTYPE x [<!ENTITY e 'x'>]><Obj><S>&e;</S></Obj>",
		    "CliXml that declares a document type");
	for (int i = 0; i < 100; i++)
		g_string_append(deep, "<Obj><LST>");
	assert_read(*state, deep->str, "objects that are deeper inside each other than is read");
	g_string_free(deep, TRUE);
}

static void test_begins(void **state)
{
	static const char text[] = "<Objs Version=\"1.1.0.1\" "
				   "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";
	static const char other[] = "<Objs xmlns=\"x\"><Obj/></Objs>";
	g_autofree char *declared =
		g_strconcat("<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n", text, NULL);

	(void)state;
	assert_true(clixml_begins(text, sizeof(text) - 1));
	assert_true(clixml_begins(declared, strlen(declared)));
	assert_false(clixml_begins(other, sizeof(other) - 1));
	assert_false(clixml_begins("", 0));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_objects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bomb, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken, set_up, tear_down),
		cmocka_unit_test(test_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
