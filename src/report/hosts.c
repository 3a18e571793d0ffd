/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hosts.h"

#include <string.h>

#include "evidence/evidence.h"
#include "report/table.h"
#include "sigma/match.h"

const struct column host_columns[WH_ROW_CELLS] = {
	{.title = "LEVEL"},
	{.title = "HOST", .turn = 4, .floors = {30, 15, 9, 4}, .is_distinct = true},
	{.title = "LAST SEEN (UTC)", .drops_seconds = true},
	{.title = "FINDINGS", .turn = 3, .floors = {40, 22, 16, 6}},
	{.title = "HIGHEST RULE", .turn = 2, .floors = {50, 22, 14, 6}, .below = 1},
	{.title = "COVERAGE", .turn = 1, .floors = {60, 36, 20, 6}, .below = 2},
};

struct host_summary {
	char *name;
	uint64_t counts[LEVEL_CRITICAL + 1]; /* findings of each level */
	uint64_t last; /* FILETIME */
	int level; /* that the rule is of */
	char *rule; /* the title of the highest; the first of these */
	const char *covered; /* NULL: nothing is known */
	char *blind; /* the first sentence on what could not be seen; NULL: none */
};

struct hosts {
	GHashTable *by_name; /* char * → struct host_summary */
	GHashTable *other_names; /* char * → char *: the name that the machine has */
};

static void summary_free(gpointer data)
{
	struct host_summary *host = data;

	g_free(host->name);
	g_free(host->rule);
	g_free(host->blind);
	g_free(host);
}

void hosts_begin(struct report *report)
{
	struct hosts *hosts = g_new0(struct hosts, 1);

	hosts->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, summary_free);
	hosts->other_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	report->state = hosts;
}

static struct host_summary *get_host(struct hosts *hosts, const char *name)
{
	struct host_summary *host = g_hash_table_lookup(hosts->by_name, name ? name : "-");

	if (host)
		return host;
	host = g_new0(struct host_summary, 1);
	host->name = g_strdup(name ? name : "-");
	host->level = -1;
	g_hash_table_insert(hosts->by_name, host->name, host);
	return host;
}

int host_summary_level(const struct host_summary *host)
{
	int level = LEVEL_CRITICAL;

	while (level >= 0 && host->counts[level] == 0)
		level--;
	return level;
}

static void take_rule(struct host_summary *host, int level, const char *rule)
{
	if (level <= host->level || !rule)
		return;
	host->level = level;
	g_free(host->rule);
	host->rule = g_strdup(rule);
}

static const char *host_of(const struct finding *finding, uint64_t *last)
{
	switch (finding->kind) {
	case FINDING_SUBSCRIPTION:
		*last = finding->subscription->last_seen;
		return finding->subscription->host;
	case FINDING_EVIDENCE:
		*last = MAX(finding->evidence->last, finding->evidence->event.ref.time);
		return finding->evidence->event.host;
	case FINDING_CORRELATION:
		*last = finding->correlation->last;
		return finding->correlation->host;
	}
	return NULL;
}

/* One over several hosts counts for each of them. */
static void add_correlation(struct hosts *hosts, const struct finding *finding)
{
	const GPtrArray *events = finding->correlation->events;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	const struct match *highest = matches_highest(finding->matches);
	int level = finding_level(finding);

	for (guint i = 0; i < events->len; i++) {
		const struct correlated_event *event = events->pdata[i];
		struct host_summary *host = get_host(hosts, event->host);

		if (!g_hash_table_add(seen, host))
			continue;
		host->counts[level]++;
		host->last = MAX(host->last, finding->correlation->last);
		take_rule(host, level, highest ? highest->title : NULL);
	}
}

void hosts_add_finding(struct report *report, const struct finding *finding)
{
	const struct match *highest = matches_highest(finding->matches);
	int level = finding_level(finding);
	struct host_summary *host;
	const char *name;
	uint64_t last = 0;

	if (level >= 0 && finding->kind == FINDING_CORRELATION && !finding->correlation->host) {
		add_correlation(report->state, finding);
		return;
	}
	name = host_of(finding, &last);
	host = get_host(report->state, name);
	host->last = MAX(host->last, last);
	if (level >= 0)
		host->counts[level]++;
	take_rule(host, level, highest ? highest->title : NULL);
}

void hosts_add_coverage(struct report *report, const struct host_coverage *coverage)
{
	static const char *const words[] = {[COVERED_NOT] = "none",
					    [COVERED_PARTLY] = "in part",
					    [COVERED] = "shows its subscriptions"};
	struct hosts *hosts = report->state;
	const GPtrArray *names = coverage->identity->names;
	struct host_summary *host = get_host(hosts, coverage->identity->name);

	host->covered = words[coverage->covered];
	g_free(host->blind);
	host->blind = coverage->covered != COVERED && coverage->blind->len
			      ? g_strdup(coverage->blind->pdata[0])
			      : NULL;
	for (guint i = 0; names && i < names->len; i++)
		if (g_strcmp0(names->pdata[i], coverage->identity->name) != 0)
			g_hash_table_replace(hosts->other_names, g_strdup(names->pdata[i]),
					     g_strdup(host->name));
}

/* What was found under the other names of a machine. */
static void merge_names(struct hosts *hosts)
{
	GHashTableIter iter;
	gpointer name, main_name;

	g_hash_table_iter_init(&iter, hosts->other_names);
	while (g_hash_table_iter_next(&iter, &name, &main_name)) {
		struct host_summary *other = g_hash_table_lookup(hosts->by_name, name);
		struct host_summary *host = get_host(hosts, main_name);

		if (!other || other == host)
			continue;
		for (unsigned i = 0; i <= LEVEL_CRITICAL; i++)
			host->counts[i] += other->counts[i];
		host->last = MAX(host->last, other->last);
		take_rule(host, other->level, other->rule);
		g_hash_table_remove(hosts->by_name, name);
	}
}

static gint by_findings(gconstpointer a, gconstpointer b)
{
	const struct host_summary *one = *(struct host_summary *const *)a;
	const struct host_summary *other = *(struct host_summary *const *)b;

	for (int i = LEVEL_CRITICAL; i >= 0; i--)
		if (one->counts[i] != other->counts[i])
			return one->counts[i] < other->counts[i] ? 1 : -1;
	return strcmp(one->name, other->name);
}

void hosts_end(struct report *report)
{
	struct hosts *hosts = report->state;
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	GHashTableIter iter;
	gpointer host;

	merge_names(hosts);
	g_hash_table_iter_init(&iter, hosts->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &host))
		g_ptr_array_add(rows, host);
	g_ptr_array_sort(rows, by_findings);
	table_begin(report);
	for (guint i = 0; i < rows->len; i++)
		table_add_host(report, rows->pdata[i]);
	table_end(report);
	g_hash_table_unref(hosts->by_name);
	g_hash_table_unref(hosts->other_names);
	g_free(hosts);
}

void host_summary_append(const struct host_summary *host, GTimeZone *zone,
			 GString *cells[WH_ROW_CELLS])
{
	row_append_level(cells[0], host_summary_level(host));
	g_string_append(cells[1], host->name);
	row_append_seconds(cells[2], host->last, zone);
	for (int i = LEVEL_CRITICAL; i >= 0; i--)
		if (host->counts[i])
			g_string_append_printf(cells[3], "%s%" G_GUINT64_FORMAT " %s",
					       cells[3]->len ? ", " : "", host->counts[i],
					       rule_level_name((enum rule_level)i));
	if (cells[3]->len == 0)
		g_string_append_c(cells[3], '-');
	g_string_append(cells[4], host->rule ? host->rule : "-");
	g_string_append(cells[5], host->covered ? host->covered : "-");
	if (host->blind)
		g_string_append_printf(cells[5], ": %s", host->blind);
}
