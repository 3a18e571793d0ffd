/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "report/cell.h"
#include "report/table.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/report_sample.h"

static char *print(const struct table *table)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(table_print(table, out));
	fclose(out);
	return text;
}

/* Prints and frees the table. */
static void assert_table(struct table *table, const char *expected)
{
	char *text = print(table);

	assert_string_equal(text, expected);
	free(text);
	table_free(table);
}

/* Takes the subscription and what the verdict holds. */
static void add(struct table *table, struct subscription *subscription, struct verdict verdict)
{
	table_add_subscription(table, subscription, &verdict);
	subscription_free(subscription);
	g_ptr_array_unref(verdict.matches);
}

static struct table *subscriptions(unsigned width)
{
	const struct table_options options = { .width = width };

	return table_new_subscriptions(&options);
}

static void add_finding(struct table *table)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("NightlyTimerFilter", "q"),
				    sample_consumer("NightlyTimerConsumer",
						    "powershell.exe -NoP -W Hidden -enc SQBFAFgA"));
	struct verdict verdict = sample_verdict();

	sample_add_sighting(subscription, 0);
	sample_add_match(&verdict, "Encoded PowerShell in a WMI consumer", LEVEL_HIGH);
	sample_add_match(&verdict, "Second", LEVEL_LOW);
	sample_add_match(&verdict, "Third", LEVEL_LOW);
	add(table, subscription, verdict);
}

static void add_known_good(struct table *table)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("Log Filter", "q"), wmi_consumer_new());
	struct verdict verdict = sample_verdict();

	subscription->consumer->name = g_strdup("Log Consumer");
	sample_add_property(subscription->consumer->properties, "Category",
			    sample_text(MOF_NUMBER, "0"));
	sample_add_property(subscription->consumer->properties, "SourceName",
			    sample_text(MOF_STRING, "Some Service"));
	verdict.known_good_id = "good-1";
	verdict.known_good_title = "Service log";
	sample_add_sighting(subscription, 3);
	add(table, subscription, verdict);
}

static struct table *two_rows(unsigned width)
{
	struct table *table = subscriptions(width);

	add_finding(table);
	add_known_good(table);
	return table;
}

static void test_no_terminal(void **state)
{
	(void)state;
	assert_table(two_rows(0), "");
}

static void test_80_columns(void **state)
{
	(void)state;
	assert_table(two_rows(80), "");
}

static void test_120_columns(void **state)
{
	(void)state;
	assert_table(two_rows(120), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_80_columns),
		cmocka_unit_test(test_120_columns),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
