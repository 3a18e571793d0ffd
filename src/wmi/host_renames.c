/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "event/filetime.h"
#include "wmi/host_name_log.h"

/*
 * How it works. A machine that is renamed writes its logs on under the new name. So two names are
 * of one machine where one log has all records of the one before all of the other, numbered on as
 * one log is: the numbers of a collector's log are those of many. EventLog 6011 in the System log
 * says it outright.
 *
 * Anybody can leave such a log in a folder. So where a name stands in a host's own winevt/Logs,
 * only logs there count; and no log counts where another has the new name from before the change: a
 * machine that was there already is another one.
 */

#define MOST_NOTES 20
#define DAY (24 * 60 * 60 * WH_SECOND) /* that clocks and time zones may differ by */

/* A log says that a host got another name. */
struct rename {
	const struct name_log *log;
	struct named_host *from, *to;
	uint64_t before, after; /* when the one was still there, and the other was there */
};

static int compare_ids(gconstpointer a, gconstpointer b)
{
	return compare_numbers((*(const struct logged_name *const *)a)->first_id,
			       (*(const struct logged_name *const *)b)->first_id);
}

static int compare_times(gconstpointer a, gconstpointer b)
{
	return compare_numbers((*(const struct logged_name *const *)a)->first,
			       (*(const struct logged_name *const *)b)->first);
}

/* A machine is renamed once or twice; a log of many names was put together. */
static bool has_few_labels(const struct name_log *log)
{
	guint labels = 0;

	for (guint i = 0; i < log->names->len; i++) {
		const struct logged_name *one = log->names->pdata[i];
		guint k = 0;

		while (k < i &&
		       ((const struct logged_name *)log->names->pdata[k])->host->name->label !=
			       one->host->name->label)
			k++;
		labels += k == i;
	}
	return labels <= WH_MAX_LOG_LABELS;
}

/* Names that come in turns are of several machines. Sorts them by their records. */
static bool is_of_one_machine(const struct name_log *log)
{
	if (log->names->len < 2 || log->names->len > WH_MAX_LOG_NAMES || log->claimed ||
	    log->is_mixed || !has_few_labels(log) || !log->path ||
	    g_strcmp0(log->channel, "ForwardedEvents") == 0)
		return false;
	g_ptr_array_sort(log->names, compare_ids);
	for (guint i = 1; i < log->names->len; i++) {
		const struct logged_name *before = log->names->pdata[i - 1];
		const struct logged_name *after = log->names->pdata[i];

		if (before->last_id >= after->first_id)
			return false;
	}
	return true;
}

static const struct logged_name *find_logged(const struct name_log *log,
					     const struct host_name *name)
{
	for (guint i = 0; i < log->names->len; i++) {
		const struct logged_name *logged = log->names->pdata[i];

		if (logged->host->name == name)
			return logged;
	}
	return NULL;
}

/* Does a log that counts as much show the new name from before the old one ended? */
static bool is_contradicted(const struct rename *rename, size_t *work)
{
	const GPtrArray *logged = rename->to->name->logged;

	for (guint i = 0; i < logged->len; i++) {
		const struct logged_name *one = logged->pdata[i];
		const struct logged_name *former;

		/* They are in the order of time. */
		if (one->first + DAY >= rename->before)
			return false;
		if (*work == 0)
			return true;
		--*work;
		if (one->log->claimed || one->first == 0 ||
		    (rename->to->name->in_place && !one->host->place->in_place))
			continue;
		former = find_logged(one->log, rename->from->name);
		if (!former || former->first_id > one->last_id)
			return true;
	}
	return false;
}

/* In the logs of neither may a file from elsewhere say it. */
static bool is_vouched_for(const struct rename *rename)
{
	return rename->log->place->in_place ||
	       (!rename->from->name->in_place && !rename->to->name->in_place);
}

/* Each of many logs may say it: `noted` has the pairs of names that a note is there of. */
static void add_note(struct host_names *names, GHashTable *noted, const struct rename *rename,
		     const char *but)
{
	const void *const key[] = {rename->from->name, rename->to->name};
	struct digest digest = secret_digest(&names->secret, key, sizeof(key));

	if (names->notes->len >= MOST_NOTES ||
	    !g_hash_table_add(noted, g_memdup2(&digest, sizeof(digest))))
		return;
	g_ptr_array_add(names->notes,
			g_strdup_printf("%s%s%s says that %s was named %s from then on: %s",
					rename->log->path ? rename->log->path : "a log",
					rename->log->entry ? " > " : "",
					rename->log->entry ? rename->log->entry : "",
					rename->from->spelling, rename->to->spelling, but));
}

static bool is_same_name(const struct rename *rename)
{
	return rename->from->name->label == rename->to->name->label;
}

static void judge(struct host_names *names, GHashTable *noted, const struct rename *rename,
		  size_t *work)
{
	struct named_host *from = rename->from, *to = rename->to;

	if (!is_vouched_for(rename)) {
		add_note(names, noted, rename,
			 "not believed, as it does not stand in that host's own logs");
	} else if (is_contradicted(rename, work)) {
		add_note(names, noted, rename,
			 "not believed, as other logs have the new name from before that");
	} else {
		if (!is_same_name(rename))
			add_note(names, noted, rename, "taken for one host");
		from->left = MAX(from->left, rename->after);
		named_host_join(from, to);
	}
}

static int compare_renames(gconstpointer a, gconstpointer b)
{
	const struct rename *one = a, *other = b;
	int order = g_strcmp0(one->log->path, other->log->path);

	order = order ? order : g_strcmp0(one->log->entry, other->log->entry);
	order = order ? order : g_strcmp0(one->log->via, other->log->via);
	order = order ? order : compare_numbers(one->before, other->before);
	order = order ? order : strcmp(one->from->name->folded, other->from->name->folded);
	return order ? order : strcmp(one->to->name->folded, other->to->name->folded);
}

static void add_logged(GArray *renames, const struct name_log *log)
{
	for (guint i = 1; i < log->names->len; i++) {
		const struct logged_name *before = log->names->pdata[i - 1];
		const struct logged_name *after = log->names->pdata[i];
		const struct rename rename = {log, before->host, after->host, before->last,
					      after->first};

		/* Machines that ran side by side are no one machine. */
		if (rename.after + DAY >= rename.before)
			g_array_append_val(renames, rename);
	}
}

/* The names that 6011 gives are short. */
static struct named_host *find_said(struct host_names *names, const struct said_rename *said,
				    const char *name)
{
	const struct host_name *known = g_hash_table_lookup(names->by_name, name);

	return known ? named_host_get(names, known, said->log->place) : NULL;
}

static void add_said(struct host_names *names, GArray *renames, const struct said_rename *said)
{
	const struct rename rename = {said->log, find_said(names, said, said->from),
				      find_said(names, said, said->to), said->time, said->time};

	if (!said->log->claimed && said->log->names->len <= WH_MAX_LOG_NAMES && rename.from &&
	    rename.to && rename.from != rename.to)
		g_array_append_val(renames, rename);
}

static void sort_logged(const struct host_names *names)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, names->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_sort(((struct host_name *)value)->logged, compare_times);
}

void host_renames_join(struct host_names *names)
{
	g_autoptr(GArray) renames = g_array_new(FALSE, FALSE, sizeof(struct rename));
	g_autoptr(GHashTable) noted =
		g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	size_t work = WH_MAX_RENAME_WORK;

	sort_logged(names);
	for (struct name_log *log = names->first_log; log; log = log->next)
		if (is_of_one_machine(log))
			add_logged(renames, log);
	for (const struct said_rename *said = names->said; said; said = said->next)
		add_said(names, renames, said);
	g_array_sort(renames, compare_renames);
	for (guint i = 0; i < renames->len; i++)
		judge(names, noted, &g_array_index(renames, struct rename, i), &work);
}
