/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/wmi_events.h"
#include "wmi/join.h"
#include "wmi/mof.h"

/* A subscription as one line: all that a test may want to know of it. */
static void append_line(GString *out, const struct subscription *s)
{
	const struct wmi_filter *filter = s->filter;
	const struct wmi_consumer *consumer = s->consumer;

	g_string_append_printf(out, "%s %s", s->host ? s->host : "-", wmi_state_name(s->state));
	g_string_append_printf(out, " %s%s%s", s->parts & WMI_PART_FILTER ? "F" : "",
			       s->parts & WMI_PART_CONSUMER ? "C" : "",
			       s->parts & WMI_PART_BINDING ? "B" : "");
	if (filter)
		g_string_append_printf(out, " %s(%s)", filter->name ? filter->name : "-",
				       filter->query ? filter->query : "");
	if (consumer)
		g_string_append_printf(out, " -> %s(", consumer->name ? consumer->name : "-");
	for (const struct mof_property *property = consumer ? consumer->properties : NULL; property;
	     property = property->next)
		g_string_append_printf(out, "%s%s", property->value->text,
				       property->next ? ", " : "");
	g_string_append_printf(out, "%s [%d..%d]", consumer ? ")" : "", (int)s->first_seen,
			       (int)s->last_seen);
	for (guint i = 0; i < s->events->len; i++) {
		const struct sighting *sighting = s->events->pdata[i];

		g_string_append_printf(out, " %d:%u", (int)sighting->ref.time,
				       sighting->ref.event_id);
	}
	for (guint i = 0; s->contradictions && i < s->contradictions->len; i++) {
		const struct contradiction *contradiction = s->contradictions->pdata[i];

		g_string_append_printf(out, " !%d:%s", (int)contradiction->sighting->ref.time,
				       wmi_state_name(contradiction->says));
	}
	g_string_append_c(out, '\n');
}

/* Correlates the events in the order of `order`. */
static char *correlate(const GPtrArray *events, const guint *order)
{
	struct joiner *joiner = joiner_new(WH_FINDINGS_MEMORY);
	struct host_names *names = host_names_new();
	GString *out = g_string_new(NULL);
	GPtrArray *subscriptions;

	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[order[i]];
		struct wmi_fact *fact = wmi_fact_from_event(event);

		assert_non_null(fact);
		host_names_add(names, event);
		joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
	}
	host_names_settle(names);
	subscriptions = joiner_take(joiner, names);
	for (guint i = 0; i < subscriptions->len; i++)
		append_line(out, subscriptions->pdata[i]);
	g_ptr_array_unref(subscriptions);
	subscriptions = joiner_take(joiner, NULL);
	assert_int_equal(subscriptions->len, 0);
	g_ptr_array_unref(subscriptions);
	joiner_free(joiner);
	host_names_free(names);
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

/* The events give `expected` in every order. Takes them. */
static void check(GPtrArray *events, const char *expected)
{
	g_autofree guint *order = g_new(guint, events->len);
	GRand *random = g_rand_new_with_seed(20240229);

	for (guint i = 0; i < events->len; i++)
		order[i] = i;
	for (int round = 0; round < 25; round++) {
		g_autofree char *got = correlate(events, order);

		if (round == 0)
			assert_string_equal(got, expected);
		else if (strcmp(got, expected) != 0)
			fail_msg("round %d gives\n%s", round, got);
		shuffle(order, events->len, random);
	}
	g_rand_free(random);
	g_ptr_array_unref(events);
}

static GPtrArray *list_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
}

static GPtrArray *list_of(struct event *first, ...)
{
	GPtrArray *events = list_new();
	va_list rest;

	va_start(rest, first);
	for (struct event *event = first; event; event = va_arg(rest, struct event *))
		g_ptr_array_add(events, event);
	va_end(rest);
	return events;
}

#define FILTER(time, operation, name, query) new_filter_event(time, operation, name, query)
#define CONSUMER(time, operation, name, text) new_consumer_event(time, operation, name, text)
#define BINDING(time, operation, filter, name) new_binding_event(time, operation, filter, name)
#define WHOLE(time, filter, query, name, text)                                                     \
	new_whole_event(time, filter, query, name, text, NULL)

static struct event *on_host(struct event *event, const char *host)
{
	event->host = host;
	return event;
}

/* 20 and 21 before 19, which comes 16 s later; then all three deleted. */
static void test_created_and_deleted(void **state)
{
	(void)state;
	check(list_of(CONSUMER(10, "Created", "Bell", "ring"),
		      BINDING(11, "Created", "Gate", "Bell"), FILTER(27, "Created", "Gate", "q"),
		      FILTER(40, "Deleted", "Gate", "q"), CONSUMER(41, "Deleted", "Bell", "ring"),
		      BINDING(42, "Deleted", "Gate", "Bell"), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..42]"
	      " 10:20 11:21 27:19 40:19 41:20 42:21\n");
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"),
		      BINDING(13, "Deleted", "Gate", "Bell"),
		      CONSUMER(14, "Deleted", "Bell", "ring"), FILTER(15, "Deleted", "Gate", "q"),
		      NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..15]"
	      " 10:19 11:20 12:21 13:21 14:20 15:19\n");
}

static void test_replays_collapse(void **state)
{
	GPtrArray *events = list_new();
	GString *expected = g_string_new("ORCHARD-11 active FCB Gate(q) -> Bell(ring) [100..149]");

	(void)state;
	for (guint i = 100; i < 150; i++) {
		g_ptr_array_add(events, WHOLE(i, i % 2 ? "Gate" : "GATE", "q", "Bell", "ring"));
		g_string_append_printf(expected, " %u:5861", i);
	}
	g_string_append_c(expected, '\n');
	/* The earliest sighting's spelling. */
	memcpy(strstr(expected->str, "Gate"), "GATE", 4);
	check(events, expected->str);
	g_string_free(expected, TRUE);
}

/* Sysmon and WMI-Activity speak of the same; Sysmon tells less, and no creator. */
static void test_both_sources(void **state)
{
	(void)state;
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "BELL", "ring"),
		      WHOLE(12, "gate", "q", "Bell", "ring"),
		      BINDING(13, "Created", "Gate", "Bell"),
		      WHOLE(90, "Gate", "q", "Bell", "ring"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> BELL(ring) [10..90]"
	      " 10:19 11:20 12:5861 13:21 90:5861\n");
	/* Only one end is told of alone. */
	check(list_of(WHOLE(12, "Gate", "q", "Bell", "ring"), FILTER(15, "Deleted", "Gate", "q"),
		      NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [12..15] 12:5861 15:19\n");
}

static void test_whole_content_survives(void **state)
{
	g_autoptr(GPtrArray) events = list_of(
		FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		new_whole_event(12, "Gate", "q", "Bell", "ring", "\tKillTimeout = 3;\n"), NULL);
	struct joiner *joiner = joiner_new(WH_FINDINGS_MEMORY);
	g_autoptr(GPtrArray) subscriptions = NULL;
	const struct subscription *subscription;

	(void)state;
	for (guint i = 0; i < events->len; i++) {
		struct wmi_fact *fact = wmi_fact_from_event(events->pdata[i]);

		joiner_add(joiner, events->pdata[i], fact);
		wmi_fact_free(fact);
	}
	subscriptions = joiner_take(joiner, NULL);
	assert_int_equal(subscriptions->len, 1);
	subscription = subscriptions->pdata[0];
	assert_string_equal(subscription->namespace, "root\\subscription");
	assert_string_equal(subscription->filter->creator_sid, "S-1-5-18");
	assert_string_equal(subscription->filter->query_language, "WQL");
	assert_non_null(subscription->consumer->properties->next);
	assert_null(subscription->consumer->properties->next->next);
	assert_string_equal(((struct sighting *)subscription->events->pdata[0])->user,
			    "ORCHARD-11\\picker");
	assert_null(((struct sighting *)subscription->events->pdata[2])->user);
	assert_string_equal(((struct sighting *)subscription->events->pdata[2])->ref.path,
			    TEST_PATH);
	joiner_free(joiner);
}

static void add_filters(struct joiner *joiner, const char *host, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		g_autofree char *name = g_strdup_printf("Gate %u", i);
		struct event *event = FILTER(10 + i, "Created", name, name);
		struct wmi_fact *fact = wmi_fact_from_event(event);

		event->host = host;
		joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
		free_event(event);
	}
}

/* How many subscriptions there are of a host; takes them out. */
static guint count_of(struct joiner *joiner, const char *host)
{
	g_autoptr(GPtrArray) subscriptions = joiner_take(joiner, NULL);
	guint count = 0;

	for (guint i = 0; i < subscriptions->len; i++)
		count += strcmp(((struct subscription *)subscriptions->pdata[i])->host, host) == 0;
	return count;
}

/* A host that floods loses what came last; others lose nothing, whichever comes first. */
static void test_full_host(void **state)
{
	static const char *const hosts[] = {"Calm", "Flood"};

	(void)state;
	for (unsigned order = 0; order < 2; order++) {
		struct joiner *joiner = joiner_new(4 << 20);
		const struct full_host *full;
		guint kept;

		add_filters(joiner, hosts[order], 0, order ? 5000 : 100);
		add_filters(joiner, hosts[!order], 0, order ? 100 : 5000);
		kept = count_of(joiner, "Flood");
		assert_in_range(kept, 500, 2000);
		assert_int_equal(joiner_get_full_hosts(joiner)->len, 1);
		full = joiner_get_full_hosts(joiner)->pdata[0];
		assert_string_equal(full->name, "Flood");
		assert_int_equal(full->left_out, 5000 - kept);
		joiner_free(joiner);

		joiner = joiner_new(4 << 20);
		add_filters(joiner, hosts[order], 0, order ? 5000 : 100);
		add_filters(joiner, hosts[!order], 0, order ? 100 : 5000);
		assert_int_equal(count_of(joiner, "Calm"), 100);
		joiner_free(joiner);
	}
}

/* Many floods together get no more than half, and leave room for the next host. */
static void test_full_hosts(void **state)
{
	g_autofree char *long_text = g_strnfill(200000, 'x');
	struct joiner *joiner = joiner_new(64 << 20);

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		g_autofree char *host = g_strdup_printf("Flood %u", i % 10);
		g_autofree char *query = g_strdup_printf("%s %u", long_text, i);
		struct event *event = FILTER(10 + i, "Created", "Gate", query);
		struct wmi_fact *fact = wmi_fact_from_event(event);

		event->host = host;
		joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
		free_event(event);
	}
	add_filters(joiner, "Calm", 0, 10);
	assert_int_equal(count_of(joiner, "Calm"), 10);
	assert_true(joiner_get_full_hosts(joiner)->len >= 5);
	joiner_free(joiner);
}

/* Names of hosts are not without end either. */
static void test_too_many_hosts(void **state)
{
	struct joiner *joiner = joiner_new(1 << 20);
	const struct full_host *full;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		g_autofree char *host = g_strdup_printf("Host %u", i);

		add_filters(joiner, host, 0, 1);
	}
	g_ptr_array_unref(joiner_take(joiner, NULL));
	full = joiner_get_full_hosts(joiner)->pdata[joiner_get_full_hosts(joiner)->len - 1];
	assert_string_equal(full->name, "further hosts");
	assert_true(full->left_out > 1000);
	joiner_free(joiner);
}

/* What is there already takes no more memory: a text is kept once. */
static void test_repeated_text(void **state)
{
	g_autofree char *script = g_strnfill(100000, 'x');
	struct joiner *joiner = joiner_new(4 << 20);

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *name = g_strdup_printf("Bell %u", i);
		struct event *event = CONSUMER(10 + i, "Created", name, script);
		struct wmi_fact *fact = wmi_fact_from_event(event);

		joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
		free_event(event);
	}
	g_ptr_array_unref(joiner_take(joiner, NULL));
	assert_int_equal(joiner_get_full_hosts(joiner)->len, 0);
	joiner_free(joiner);
}

/* Nothing that an attacker replaced may vanish. */
static void test_replaced_content(void **state)
{
	(void)state;
	check(list_of(WHOLE(10, "Gate", "q", "Bell", "ring"),
		      WHOLE(20, "Gate", "q", "Bell", "ring"),
		      WHOLE(30, "Gate", "q", "Bell", "sing"), NULL),
	      "ORCHARD-11 superseded FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:5861\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(sing) [30..30] 30:5861\n");
	/* Back again. */
	check(list_of(WHOLE(10, "Gate", "q", "Bell", "ring"),
		      WHOLE(20, "Gate", "r", "Bell", "ring"),
		      WHOLE(30, "Gate", "q", "Bell", "ring"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..30] 10:5861 30:5861\n"
	      "ORCHARD-11 superseded FCB Gate(r) -> Bell(ring) [20..20] 20:5861\n");
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"),
		      CONSUMER(20, "Modified", "Bell", "sing"), NULL),
	      "ORCHARD-11 superseded FCB Gate(q) -> Bell(ring) [10..12] 10:19 11:20 12:21\n"
	      "ORCHARD-11 changed FCB Gate(q) -> Bell(sing) [10..20] 10:19 12:21 20:20\n");
	/* 5861 confirms what Sysmon called modified. */
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"),
		      CONSUMER(20, "Modified", "Bell", "sing"),
		      WHOLE(30, "Gate", "q", "Bell", "sing"), NULL),
	      "ORCHARD-11 superseded FCB Gate(q) -> Bell(ring) [10..12] 10:19 11:20 12:21\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(sing) [10..30] 10:19 12:21 20:20 30:5861\n");
}

/* Sysmon polls: its word of the end of the old may come after 5861's of the new. */
static void test_late_deletion(void **state)
{
	(void)state;
	check(list_of(WHOLE(10, "Gate", "q", "Bell", "ring"),
		      WHOLE(20, "Gate", "q", "Bell", "sing"),
		      CONSUMER(24, "Deleted", "Bell", "ring"),
		      CONSUMER(25, "Created", "Bell", "sing"), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..24] 10:5861 24:20\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(sing) [20..25] 20:5861 25:20\n");
}

/* The same payload with another creator is another content, and Sysmon's word fits both. */
static void test_other_creator(void **state)
{
	struct event *other = WHOLE(20, "Gate", "q", "Bell", "ring");
	struct event_field *cause = &g_array_index(other->fields, struct event_field, 3);
	char *sid = strstr(cause->value, "5, 18");

	(void)state;
	memcpy(sid, "5, 19", 5);
	check(list_of(WHOLE(10, "Gate", "q", "Bell", "ring"), FILTER(11, "Created", "Gate", "q"),
		      other, FILTER(30, "Deleted", "Gate", "q"), NULL),
	      "ORCHARD-11 superseded FCB Gate(q) -> Bell(ring) [10..11] 10:5861 11:19\n"
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [20..30] 20:5861 30:19\n");
}

/* All of it deleted, then made anew: with the same content the same, else another. */
static void test_created_again(void **state)
{
	(void)state;
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"), FILTER(20, "Deleted", "Gate", "q"),
		      CONSUMER(21, "Deleted", "Bell", "ring"),
		      BINDING(22, "Deleted", "Gate", "Bell"),
		      CONSUMER(30, "Created", "Bell", "ring"),
		      BINDING(31, "Created", "Gate", "Bell"), FILTER(32, "Created", "Gate", "q"),
		      NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..32]"
	      " 10:19 11:20 12:21 20:19 21:20 22:21 30:20 31:21 32:19\n");
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"), FILTER(20, "Deleted", "Gate", "q"),
		      CONSUMER(21, "Deleted", "Bell", "ring"),
		      BINDING(22, "Deleted", "Gate", "Bell"), FILTER(30, "Created", "Gate", "r"),
		      CONSUMER(31, "Created", "Bell", "sing"),
		      BINDING(32, "Created", "Gate", "Bell"), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..22]"
	      " 10:19 11:20 12:21 20:19 21:20 22:21\n"
	      "ORCHARD-11 active FCB Gate(r) -> Bell(sing) [30..32] 30:19 31:20 32:21\n");
	/* Two contents in turn: the third time is the first again. */
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"), FILTER(13, "Deleted", "Gate", "q"),
		      CONSUMER(14, "Deleted", "Bell", "ring"), FILTER(20, "Created", "Gate", "r"),
		      CONSUMER(21, "Created", "Bell", "sing"), FILTER(22, "Deleted", "Gate", "r"),
		      CONSUMER(23, "Deleted", "Bell", "sing"), FILTER(30, "Created", "Gate", "q"),
		      CONSUMER(31, "Created", "Bell", "ring"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..31]"
	      " 10:19 11:20 12:21 13:19 14:20 30:19 31:20\n"
	      "ORCHARD-11 deleted FCB Gate(r) -> Bell(sing) [12..23]"
	      " 12:21 20:19 21:20 22:19 23:20\n");
}

static void test_one_part_deleted(void **state)
{
	(void)state;
	for (int part = 0; part < 3; part++) {
		struct event *end = part == 0	? FILTER(20, "Deleted", "Gate", "q")
				    : part == 1 ? CONSUMER(20, "Deleted", "Bell", "ring")
						: BINDING(20, "Deleted", "Gate", "Bell");
		g_autofree char *expected =
			g_strdup_printf("ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..20]"
					" 10:19 11:20 12:21 20:%d\n",
					19 + part);

		check(list_of(FILTER(10, "Created", "Gate", "q"),
			      CONSUMER(11, "Created", "Bell", "ring"),
			      BINDING(12, "Created", "Gate", "Bell"), end, NULL),
		      expected);
	}
	/* A later 5861 says that it lives. */
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"), FILTER(20, "Deleted", "Gate", "q"),
		      WHOLE(30, "Gate", "q", "Bell", "ring"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..30]"
	      " 10:19 11:20 12:21 20:19 30:5861\n");
	/* Another part's creation does not bring back what was deleted. */
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      BINDING(12, "Created", "Gate", "Bell"),
		      BINDING(20, "Deleted", "Gate", "Bell"), FILTER(30, "Modified", "Gate", "q"),
		      NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..30]"
	      " 10:19 11:20 12:21 20:21 30:19\n");
}

static void test_shared_parts(void **state)
{
	(void)state;
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      CONSUMER(12, "Created", "Drum", "beat"),
		      BINDING(13, "Created", "Gate", "Bell"),
		      BINDING(14, "Created", "gate", "Drum"), FILTER(20, "Deleted", "Gate", "q"),
		      NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..20] 10:19 11:20 13:21 20:19\n"
	      "ORCHARD-11 deleted FCB Gate(q) -> Drum(beat) [10..20] 10:19 12:20 14:21 20:19\n");
}

static void test_lone_parts(void **state)
{
	(void)state;
	check(list_of(FILTER(10, "Created", "Gate", "q"), FILTER(12, "Created", "Gate", "q"),
		      CONSUMER(20, "Created", "Bell", "ring"),
		      BINDING(30, "Created", "Fence", "Drum"), NULL),
	      "ORCHARD-11 unbound F Gate(q) [10..12] 10:19 12:19\n"
	      "ORCHARD-11 unbound C -> Bell(ring) [20..20] 20:20\n"
	      "ORCHARD-11 active B Fence() -> Drum() [30..30] 30:21\n");
	check(list_of(FILTER(10, "Created", "Gate", "q"), FILTER(20, "Modified", "Gate", "r"),
		      FILTER(30, "Deleted", "Gate", "r"), CONSUMER(40, "Modified", "Bell", "x"),
		      NULL),
	      "ORCHARD-11 superseded F Gate(q) [10..10] 10:19\n"
	      "ORCHARD-11 deleted F Gate(r) [20..30] 20:19 30:19\n"
	      "ORCHARD-11 unbound C -> Bell(x) [40..40] 40:20\n");
	/* Replaced before it was ever bound. */
	check(list_of(FILTER(10, "Created", "Gate", "q"), FILTER(11, "Modified", "Gate", "r"),
		      CONSUMER(12, "Created", "Bell", "ring"),
		      BINDING(13, "Created", "Gate", "Bell"), NULL),
	      "ORCHARD-11 superseded F Gate(q) [10..10] 10:19\n"
	      "ORCHARD-11 active FCB Gate(r) -> Bell(ring) [11..13] 11:19 12:20 13:21\n");
	/* The consumer that 5861 binds is another than the one seen before; the filter is the same.
	 */
	check(list_of(FILTER(10, "Created", "Gate", "q"), CONSUMER(11, "Created", "Bell", "ring"),
		      WHOLE(20, "Gate", "q", "Bell", "sing"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(sing) [10..20] 10:19 20:5861\n"
	      "ORCHARD-11 superseded C -> Bell(ring) [11..11] 11:20\n");
}

/* The same names on another host, in another namespace or of another class are others. */
static void test_no_false_joins(void **state)
{
	struct event *script = CONSUMER(11, "Created", "Bell", "ring");

	(void)state;
	g_array_index(script->fields, struct event_field, 4).value = "Script";
	check(list_of(on_host(FILTER(10, "Created", "Gate", "q"), "ORCHARD-12"),
		      on_host(BINDING(12, "Created", "Gate", "Bell"), "orchard-11"), script,
		      on_host(CONSUMER(13, "Created", "Bell", "ring"), NULL), NULL),
	      "- unbound C -> Bell(ring) [13..13] 13:20\n"
	      "ORCHARD-11 unbound C -> Bell(ring) [11..11] 11:20\n"
	      "ORCHARD-11 active B Gate() -> Bell() [12..12] 12:21\n"
	      "ORCHARD-12 unbound F Gate(q) [10..10] 10:19\n");
}

/* The spelling of the earliest event wins, and of two at one time the smaller. */
static void test_spelling(void **state)
{
	(void)state;
	check(list_of(on_host(FILTER(10, "Created", "gATE", "q"), "Orchard-11"),
		      on_host(FILTER(10, "Created", "GATE", "q"), "orchard-11"),
		      on_host(FILTER(9, "Created", "gate", "q"), "ORCHARD-11"), NULL),
	      "ORCHARD-11 unbound F gate(q) [9..10] 9:19 10:19 10:19\n");
	check(list_of(on_host(FILTER(10, "Created", "gATE", "q"), "orchard-11"),
		      on_host(FILTER(10, "Created", "GATE", "q"), "Orchard-11"), NULL),
	      "Orchard-11 unbound F GATE(q) [10..10] 10:19 10:19\n");
}

/* XML parsers fold CR LF: Sysmon's and 5861's texts of one script differ in line breaks alone. */
static void test_line_breaks(void **state)
{
	(void)state;
	check(list_of(CONSUMER(10, "Created", "Bell", "one\r\ntwo"),
		      WHOLE(20, "Gate", "q", "Bell", "one\n\ntwo"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(one\n\ntwo) [10..20] 10:20 20:5861\n");
}

/* A thousand bindings that share a filter of a thousand contents: no million results. */
static void test_fan_out(void **state)
{
	GPtrArray *events = list_new();
	g_autofree guint *order = g_new(guint, 2000);
	g_autofree char *out = NULL;
	guint lines = 0;

	(void)state;
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		g_ptr_array_add(events, FILTER(1 + i, "Modified", "Gate", text));
		g_ptr_array_add(events, BINDING(5000 + i, "Created", "Gate", text));
		order[2 * i] = 2 * i;
		order[2 * i + 1] = 2 * i + 1;
	}
	G_STATIC_ASSERT(1000 * 1000 > WH_MAX_FAN_OUT);
	out = correlate(events, order);
	for (const char *at = out; (at = strchr(at, '\n')); at++)
		lines++;
	/* Each binding with the last content; each other content alone. */
	assert_int_equal(lines, 1000 + 999);
	assert_non_null(strstr(out, "ORCHARD-11 active FB Gate(999) -> 7() [1000..5007]"));
	assert_non_null(strstr(out, "ORCHARD-11 superseded F Gate(7) [8..8] 8:19\n"));
	g_ptr_array_unref(events);
}

/* Random histories over few names and contents: whatever they mean, no order changes it. */
static void test_random_histories(void **state)
{
	static const char *const operations[] = {"Created", "Modified", "Deleted"};
	static const char *const names[] = {"Gate", "GATE", "Fence"};
	static const char *const texts[] = {"a", "b"};

	(void)state;
	for (guint32 seed = 1; seed <= 60; seed++) {
		GRand *random = g_rand_new_with_seed(seed);
		GPtrArray *events = list_new();
		g_autofree guint *order = g_new(guint, 24);
		g_autofree char *expected = NULL;

		for (guint i = 0; i < 24; i++) {
			guint64 time = (guint64)g_rand_int_range(random, 0, 30);
			const char *operation = operations[g_rand_int_range(random, 0, 3)];
			const char *name = names[g_rand_int_range(random, 0, 3)];
			const char *text = texts[g_rand_int_range(random, 0, 2)];
			const char *other = texts[g_rand_int_range(random, 0, 2)];

			switch (g_rand_int_range(random, 0, 4)) {
			case 0:
				g_ptr_array_add(events, FILTER(time, operation, name, text));
				break;
			case 1:
				g_ptr_array_add(events, CONSUMER(time, operation, name, text));
				break;
			case 2:
				g_ptr_array_add(events, BINDING(time, operation, name, name));
				break;
			default:
				g_ptr_array_add(events, WHOLE(time, name, text, name, other));
			}
			order[i] = i;
		}
		expected = correlate(events, order);
		/* Each event is in the output. */
		for (guint i = 0; i < events->len; i++) {
			const struct event *event = events->pdata[i];
			g_autofree char *mark = g_strdup_printf(" %d:%u", (int)event->ref.time,
								event->ref.event_id);

			assert_non_null(strstr(expected, mark));
		}
		check(events, expected);
		g_rand_free(random);
	}
}

#define LOGS "/c/Windows/System32/winevt/Logs/"

static struct event *at(struct event *event, const char *path)
{
	event->ref.path = path;
	return event;
}

/* Own: in the host's own winevt/Logs. */
static struct event *own(struct event *event)
{
	return at(event, LOGS "a.evtx");
}

static struct event *planted(struct event *event)
{
	return at(event, "/c/Users/bob/a.evtx");
}

static void test_contradicted_deletion(void **state)
{
	(void)state;
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(BINDING(20, "Deleted", "Gate", "Bell")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21 !20:deleted\n");
	/* One side is enough, and what comes later in place makes it history. */
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(FILTER(20, "Deleted", "Gate", "q")),
		      planted(CONSUMER(21, "Deleted", "Bell", "ring")),
		      own(WHOLE(30, "Gate", "q", "Bell", "ring")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..30] 10:5861 20:19 21:20 30:5861\n");
	/* What no log in place knows is as it is said. */
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(WHOLE(11, "Other", "q", "Bell", "ring")),
		      planted(BINDING(20, "Deleted", "Other", "Bell")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..10] 10:5861\n"
	      "ORCHARD-11 deleted FCB Other(q) -> Bell(ring) [11..20] 11:5861 20:21\n");
	/* Nothing is in place. */
	check(list_of(WHOLE(10, "Gate", "q", "Bell", "ring"),
		      planted(BINDING(20, "Deleted", "Gate", "Bell")), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21\n");
}

static void test_contradicted_revival(void **state)
{
	(void)state;
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      own(BINDING(20, "Deleted", "Gate", "Bell")),
		      planted(WHOLE(30, "Gate", "q", "Bell", "ring")), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..30] 10:5861 20:21 30:5861"
	      " !30:active\n");
}

static void test_contradicted_content(void **state)
{
	(void)state;
	/* Later content is given, and does not take the place of what is known. */
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(WHOLE(20, "Gate", "q", "Bell", "hum")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..10] 10:5861 !20:superseded\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(hum) [20..20] 20:5861\n");
	/* Earlier content is history. */
	check(list_of(planted(WHOLE(5, "Gate", "q", "Bell", "hum")),
		      own(WHOLE(10, "Gate", "q", "Bell", "ring")), NULL),
	      "ORCHARD-11 superseded FCB Gate(q) -> Bell(hum) [5..5] 5:5861\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..10] 10:5861\n");
	/* Between the events of one that is bound: it is bound as its own log says. */
	check(list_of(own(FILTER(10, "Created", "Gate", "q")),
		      own(CONSUMER(11, "Created", "Bell", "ring")),
		      planted(CONSUMER(12, "Modified", "Bell", "hum")),
		      own(BINDING(13, "Created", "Gate", "Bell")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..13] 10:19 11:20 13:21"
	      " !12:superseded\n"
	      "ORCHARD-11 active FCB Gate(q) -> Bell(hum) [10..13] 10:19 12:20 13:21\n");
}

/* The binding is known from elsewhere: what it binds is not deleted by that. */
static void test_contradicted_parts(void **state)
{
	(void)state;
	check(list_of(own(FILTER(10, "Created", "Gate", "q")),
		      planted(FILTER(20, "Deleted", "Gate", "q")), NULL),
	      "ORCHARD-11 unbound F Gate(q) [10..20] 10:19 20:19 !20:deleted\n");
	check(list_of(own(FILTER(10, "Created", "Gate", "q")),
		      planted(FILTER(20, "Created", "Gate", "other")), NULL),
	      "ORCHARD-11 unbound F Gate(q) [10..10] 10:19 !20:superseded\n"
	      "ORCHARD-11 unbound F Gate(other) [20..20] 20:19\n");
	check(list_of(own(FILTER(10, "Created", "Gate", "q")),
		      planted(WHOLE(20, "Gate", "q", "Bell", "ring")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..20] 10:19 20:5861\n");
	check(list_of(own(FILTER(10, "Created", "Gate", "q")),
		      planted(WHOLE(20, "Gate", "q", "Bell", "ring")),
		      planted(FILTER(30, "Deleted", "Gate", "q")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..30] 10:19 20:5861 30:19"
	      " !30:deleted\n");
}

/* A folder of that name inside of the collection is none; a second collection is. */
static void test_collections(void **state)
{
	(void)state;
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      at(BINDING(20, "Deleted", "Gate", "Bell"), "/c/bob/winevt/Logs/a.evtx"),
		      NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21 !20:deleted\n");
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      at(BINDING(20, "Deleted", "Gate", "Bell"), "/d/winevt/Logs/a.evtx"), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21\n");
	/* Another host's collection vouches for nothing. */
	check(list_of(on_host(own(WHOLE(10, "Gate", "q", "Bell", "ring")), "A"),
		      on_host(at(WHOLE(10, "Gate", "q", "Bell", "ring"), "/c/b/winevt/Logs/a.evtx"),
			      "B"),
		      on_host(planted(BINDING(20, "Deleted", "Gate", "Bell")), "B"), NULL),
	      "A active FCB Gate(q) -> Bell(ring) [10..10] 10:5861\n"
	      "B active FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21 !20:deleted\n");
	/* A copy elsewhere is the same event, and stands in place. */
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      own(BINDING(20, "Deleted", "Gate", "Bell")),
		      planted(BINDING(20, "Deleted", "Gate", "Bell")), NULL),
	      "ORCHARD-11 deleted FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21\n");
}

/* Neither count copies twice that stand in different kinds of places, in whatever order. */
static void test_copies(void **state)
{
	(void)state;
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(BINDING(20, "Deleted", "Gate", "Bell")),
		      at(BINDING(20, "Deleted", "Gate", "Bell"), "/c/b/winevt/Logs/a.evtx"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..20] 10:5861 20:21 !20:deleted\n");
	check(list_of(own(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      at(WHOLE(10, "Gate", "q", "Bell", "ring"), "/c/b/winevt/Logs/a.evtx"), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..10] 10:5861\n");
	/* Where no collection is, what was given as often stays so. */
	check(list_of(planted(WHOLE(10, "Gate", "q", "Bell", "ring")),
		      planted(WHOLE(10, "Gate", "q", "Bell", "ring")), NULL),
	      "ORCHARD-11 active FCB Gate(q) -> Bell(ring) [10..10] 10:5861 10:5861\n");
}

static GPtrArray *join(struct joiner *joiner, const GPtrArray *events, bool all)
{
	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[i];
		struct wmi_fact *fact = wmi_fact_from_event(event);

		if (all || g_str_has_prefix(event->ref.path, LOGS))
			joiner_add(joiner, event, fact);
		wmi_fact_free(fact);
	}
	return joiner_take(joiner, NULL);
}

static struct event *random_event(GRand *random, uint64_t time)
{
	static const char *const operations[] = {"Created", "Modified", "Deleted"};
	static const char *const texts[] = {"a", "b"};
	const char *operation = operations[g_rand_int_range(random, 0, 3)];
	const char *query = texts[g_rand_int_range(random, 0, 2)];
	const char *command = texts[g_rand_int_range(random, 0, 2)];
	struct event *event;

	switch (g_rand_int_range(random, 0, 4)) {
	case 0:
		event = FILTER(time, operation, "Gate", query);
		break;
	case 1:
		event = CONSUMER(time, operation, "Bell", command);
		break;
	case 2:
		event = BINDING(time, operation, "Gate", "Bell");
		break;
	default:
		event = WHOLE(time, "Gate", query, "Bell", command);
	}
	return g_rand_boolean(random) ? own(event) : planted(event);
}

static const char *command_of(const struct subscription *s)
{
	return s->consumer->properties->value->text;
}

/* A binding whose content the logs in place know whole is there, in the state that they say. */
static void check_kept(const struct subscription *s, const GPtrArray *mixed, int round)
{
	const unsigned whole = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING;
	unsigned found = 0;

	if (s->parts != whole)
		return;
	for (guint i = 0; i < mixed->len; i++) {
		const struct subscription *other = mixed->pdata[i];

		if (other->parts != whole || strcmp(s->filter->query, other->filter->query) != 0 ||
		    strcmp(command_of(s), command_of(other)) != 0)
			continue;
		found++;
		if (other->state != s->state)
			fail_msg("round %d: %s, not %s", round, wmi_state_name(other->state),
				 wmi_state_name(s->state));
	}
	if (found != 1)
		fail_msg("round %d: a binding stands there %u times", round, found);
}

/* Each event is a sighting of something. */
static void check_all_seen(const GPtrArray *events, const GPtrArray *mixed, int round)
{
	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[i];
		bool found = false;

		for (guint k = 0; k < mixed->len; k++) {
			const struct subscription *s = mixed->pdata[k];

			for (guint n = 0; n < s->events->len; n++) {
				const struct sighting *sighting = s->events->pdata[n];

				found |= sighting->ref.time == event->ref.time;
			}
		}
		if (!found)
			fail_msg("round %d: event %u is lost", round, i);
	}
}

/* Whatever is planted: each binding that the logs in place know is there, in their state. */
static void test_random_forgeries(void **state)
{
	GRand *random = g_rand_new_with_seed(20240301);

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct joiner *joiner = joiner_new(WH_FINDINGS_MEMORY);
		GPtrArray *events = list_new(), *alone, *mixed;
		int count = g_rand_int_range(random, 2, 12);

		for (int i = 0; i < count; i++)
			g_ptr_array_add(events, random_event(random, 10 + (uint64_t)i));
		alone = join(joiner, events, false);
		mixed = join(joiner, events, true);
		for (guint i = 0; i < alone->len; i++)
			check_kept(alone->pdata[i], mixed, round);
		check_all_seen(events, mixed, round);
		g_ptr_array_unref(alone);
		g_ptr_array_unref(mixed);
		g_ptr_array_unref(events);
		joiner_free(joiner);
	}
	g_rand_free(random);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_created_and_deleted),
		cmocka_unit_test(test_replays_collapse),
		cmocka_unit_test(test_both_sources),
		cmocka_unit_test(test_full_host),
		cmocka_unit_test(test_full_hosts),
		cmocka_unit_test(test_too_many_hosts),
		cmocka_unit_test(test_repeated_text),
		cmocka_unit_test(test_whole_content_survives),
		cmocka_unit_test(test_replaced_content),
		cmocka_unit_test(test_late_deletion),
		cmocka_unit_test(test_other_creator),
		cmocka_unit_test(test_created_again),
		cmocka_unit_test(test_one_part_deleted),
		cmocka_unit_test(test_shared_parts),
		cmocka_unit_test(test_lone_parts),
		cmocka_unit_test(test_no_false_joins),
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_line_breaks),
		cmocka_unit_test(test_fan_out),
		cmocka_unit_test(test_random_histories),
		cmocka_unit_test(test_contradicted_deletion),
		cmocka_unit_test(test_contradicted_revival),
		cmocka_unit_test(test_contradicted_content),
		cmocka_unit_test(test_contradicted_parts),
		cmocka_unit_test(test_collections),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_random_forgeries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
