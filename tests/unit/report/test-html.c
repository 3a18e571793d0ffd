/* SPDX-License-Identifier: Apache-2.0 */
/* The page's data and its policy. What its script does: tests/html.sh. */
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "report/html.h"
#include "report/html_data.h"
#include "report/html_page.h"
#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

static void assert_escaped(const char *json, const char *expected)
{
	g_autoptr(GString) text = g_string_new("<kept>");

	g_string_append(text, json);
	html_escape_json(text, strlen("<kept>"));
	assert_memory_equal(text->str, "<kept>", strlen("<kept>"));
	assert_string_equal(text->str + strlen("<kept>"), expected);
	assert_int_equal(text->len, strlen(text->str));
}

static void test_escape(void **state)
{
	(void)state;
	assert_escaped("", "");
	assert_escaped("{\"a\":\"plain\"}\n", "{\"a\":\"plain\"}\n");
	assert_escaped("\"</script><script>\"", "\"\\u003c/script\\u003e\\u003cscript\\u003e\"");
	assert_escaped("\"<!--\"", "\"\\u003c!--\"");
	assert_escaped("\"]]>&lt;\"", "\"]]\\u003e\\u0026lt;\"");
	assert_escaped("<<>>", "\\u003c\\u003c\\u003e\\u003e");
	/* A backslash before it is the text's own. */
	assert_escaped("\"\\\\<\"", "\"\\\\\\u003c\"");
}

/* What stands after `begin` up to `end`, from *at on, which moves there; the caller frees it. */
static char *take_between(const char **at, const char *begin, const char *end)
{
	const char *start = strstr(*at, begin);
	const char *stop = start ? strstr(start + strlen(begin), end) : NULL;

	assert_non_null(stop);
	*at = stop;
	return g_strndup(start + strlen(begin), (gsize)(stop - start) - strlen(begin));
}

static void assert_hashed(const char *content, const char *policy, const char *directive)
{
	g_autofree char *hex = sha256_hex(content, strlen(content));
	g_autofree char *base64 = NULL, *wanted = NULL;
	guchar sum[32];

	for (size_t i = 0; i < sizeof(sum); i++)
		sum[i] = (guchar)(g_ascii_xdigit_value(hex[2 * i]) * 16 +
				  g_ascii_xdigit_value(hex[2 * i + 1]));
	base64 = g_base64_encode(sum, sizeof(sum));
	wanted = g_strdup_printf("%s 'sha256-%s';", directive, base64);
	assert_non_null(strstr(policy, wanted));
}

/* The build makes the hashes; a page with another would show nothing. */
static void test_policy(void **state)
{
	const char *head = html_page_head, *tail = html_page_tail;
	g_autofree char *policy = take_between(&head, "Content-Security-Policy\" content=\"", "\"");
	g_autofree char *style = take_between(&head, "<style>", "</style>");
	g_autofree char *script = take_between(&tail, "<script>", "</script>");

	(void)state;
	assert_true(g_str_has_prefix(policy, "default-src 'none'; "));
	assert_null(strstr(policy, "unsafe"));
	assert_hashed(style, policy, "style-src");
	assert_hashed(script, policy, "script-src");
	assert_null(strstr(tail, "<script>"));
}

/* What would make markup of a text. */
static void test_script_makes_no_markup(void **state)
{
	static const char *const names[] = {"innerHTML",
					    "outerHTML",
					    "insertAdjacentHTML",
					    "document.write",
					    "srcdoc",
					    "DOMParser",
					    "eval(",
					    "Function(",
					    "setHTML",
					    "import(",
					    "createContextualFragment"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		assert_null(strstr(html_page_tail, names[i]));
}

static void assert_data(struct html_data *data, const char *line, const char *expected)
{
	g_autoptr(GString) out = g_string_new("[");

	html_data_append(data, line, strlen(line), out);
	assert_string_equal(out->str + 1, expected);
}

/* Texts and lists of names are numbered over all lines. */
static void test_data(void **state)
{
	struct html_data *data = html_data_new();

	(void)state;
	assert_data(data, "{\"a\":\"x\",\"b\":{\"c\":[\"y\",\"x\",\"\"]}}\n",
		    "[[[\"c\"],[\"a\",\"b\"]],[\"x\",\"y\",\"\"],[1,0,[0,[-1,1,0,2]]]]\n");
	assert_data(data, "{\"a\":\"y\",\"b\":{\"c\":[]}}", "[[],[],[1,1,[0,[-1]]]]\n");
	assert_data(data, "{\"b\":{},\"a\":\"\\u0000<\"}",
		    "[[[],[\"b\",\"a\"]],[\"\\u0000<\"],[3,[2],3]]\n");
	assert_data(data, "[0,7,-7,1.5,999999999999999,1000000000000000,true,false,null]",
		    "[[],[],[-1,-1,-8,[-2,-7],[-2,1.5],-1000000000000000,"
		    "[-2,1000000000000000],true,false,null]]\n");
	/* Names are not what they are joined to. */
	assert_data(data, "{\"d\\\",\\\"e\":1}", "[[[\"d\\\",\\\"e\"]],[],[4,-2]]\n");
	assert_data(data, "{\"d\":1,\"e\":1}", "[[[\"d\",\"e\"]],[],[5,-2,-2]]\n");
	html_data_free(data);
}

static void add_finding(struct sample_report *sample, const char *name, const char *title)
{
	struct subscription *subscription =
		sample_subscription(sample_filter(name, "q"), sample_consumer(name, "<b>&"));
	struct finding finding = sample_finding(subscription);
	struct match *match = sample_add_match(&finding, title, LEVEL_HIGH);

	match->rule_id = title;
	match->triage = "Ask </script>";
	assert_true(report_add_finding(&sample->report, &finding));
	subscription_free(subscription);
	finding_release(&finding);
}

static unsigned count(const char *text, const char *part)
{
	unsigned found = 0;

	for (; (text = strstr(text, part)); text++)
		found++;
	return found;
}

static void test_page(void **state)
{
	struct report_options options = {0};
	struct sample_report sample;
	g_autofree char *text = NULL, *data = NULL;
	const char *at;

	(void)state;
	sample_report_init(&sample, "html", &options);
	add_finding(&sample, "</script><script>alert(1)</script>", "First");
	add_finding(&sample, "Two", "First");
	add_finding(&sample, "Three", "Second");
	at = text = sample_report_end(&sample);
	data = take_between(&at, "<script id=\"data\" type=\"application/json\">", "</script>");
	assert_true(g_str_has_prefix(data, "[\n[[[\"kind\",\"rule_id\","));
	assert_true(g_str_has_suffix(data, "]\n]"));
	assert_null(strpbrk(data, "<>&"));
	/* Three findings, and a rule once, however many cite it. */
	assert_int_equal(count(data, "\n"), 1 + 3 + 2);
	assert_int_equal(count(data, "\n,["), 3 + 2 - 1);
	/* So each text. */
	assert_int_equal(count(data, "\"Ask \\u003c/script\\u003e\""), 1);
	assert_int_equal(count(data, "\"\\u003cb\\u003e\\u0026\""), 1);
	assert_int_equal(count(data, "\"CommandLineTemplate\""), 1);
}

static void test_empty_page(void **state)
{
	struct report_options options = {0};
	struct sample_report sample;
	g_autofree char *text = NULL, *expected = NULL;

	(void)state;
	sample_report_init(&sample, "html", &options);
	text = sample_report_end(&sample);
	expected = g_strconcat(html_page_head, html_page_tail, NULL);
	assert_string_equal(text, expected);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_script_makes_no_markup),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_empty_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
