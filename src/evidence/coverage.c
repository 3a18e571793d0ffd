/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/coverage_lacks.h"
#include "evidence/coverage_part.h"

#include <string.h>

#include "base/limits.h"
#include "base/percent.h"
#include "base/share.h"
#include "base/text.h"
#include "wmi/host_event.h"

/*
 * How it works. What logs and events say is kept by the name of the host and its log;
 * coverage_take() puts those of one machine together, and then adds up: so no order counts. A log
 * without a record names no host: it is that of the others of its folder, if these are of one.
 */

/* A log that names no host. */
struct stray_log {
	uint64_t number;
	const char *folder; /* borrowed from the coverage */
	enum wanted_log log;
	bool is_unread;
	uint64_t read_errors;
};

/* A log of which each line tells what it holds of one first label of names. */
struct shared_log {
	uint64_t number;
	uint64_t labels; /* that it has */
	uint64_t told; /* of these */
};

struct coverage {
	uint64_t memory, used;
	uint64_t logs; /* numbered by now */
	GHashTable *hosts; /* log and folded name → struct coverage_part */
	struct coverage_part *last; /* that was asked for */
	GHashTable *folders; /* texts */
	GArray *strays; /* struct stray_log */
	GPtrArray *lists; /* struct export_list */
	struct coverage_lacks *lacks; /* what is said of them, when all are added */
	GHashTable *shared; /* place → struct shared_log */
	GHashTable *machines; /* when all are put together: struct host_identity → struct
				 coverage_part, borrowed */
};

struct coverage *coverage_new(uint64_t memory)
{
	struct coverage *coverage = g_new0(struct coverage, 1);

	coverage->memory = memory;
	coverage->hosts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, coverage_part_free);
	coverage->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	coverage->strays = g_array_new(FALSE, FALSE, sizeof(struct stray_log));
	coverage->lists = g_ptr_array_new_with_free_func(export_list_free);
	coverage->shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	coverage->machines = g_hash_table_new(NULL, NULL);
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	if (!coverage)
		return;
	g_hash_table_unref(coverage->machines);
	g_hash_table_unref(coverage->hosts);
	g_hash_table_unref(coverage->folders);
	g_array_unref(coverage->strays);
	coverage_lacks_free(coverage->lacks);
	g_ptr_array_unref(coverage->lists);
	g_hash_table_unref(coverage->shared);
	g_free(coverage);
}

#define HOST_COST 4096 /* its structs and tables */

static bool spend(struct coverage *coverage, struct coverage_part *host, uint64_t cost)
{
	if (!share_allows(coverage->memory, coverage->used, host->memory, cost)) {
		host->sums.left_out++;
		return false;
	}
	coverage->used += cost;
	host->memory += cost;
	return true;
}

/* With its length, as both texts may hold anything. */
static char *host_key(const char *name, const struct event_ref *ref)
{
	g_autofree char *folded = text_fold(name);
	g_autofree char *place = event_ref_text(ref);

	return g_strdup_printf("%zu %s%s", strlen(folded), folded, place);
}

/* NULL when there is no room for one more. */
static struct coverage_part *find_host(struct coverage *coverage, const char *name,
				       const struct event_ref *ref)
{
	g_autofree char *key = host_key(name, ref);
	struct coverage_part *host = g_hash_table_lookup(coverage->hosts, key);
	uint64_t cost = HOST_COST + 2 * strlen(key);

	if (host || coverage->used + cost > coverage->memory)
		return host;
	host = coverage_part_new(name, ref);
	coverage->used += cost;
	host->memory = cost;
	g_hash_table_insert(coverage->hosts, g_steal_pointer(&key), host);
	return host;
}

/* NULL for no name, too. Events of one log come one after another. */
static struct coverage_part *get_host(struct coverage *coverage, const char *name,
				      const struct event_ref *ref)
{
	struct coverage_part *last = coverage->last;

	if (!name)
		return NULL;
	if (!last || strcmp(last->name, name) != 0 || !event_refs_share_source(&last->ref, ref))
		coverage->last = find_host(coverage, name, ref);
	return coverage->last;
}

static void add_state(struct log_coverage *log, enum log_state state)
{
	log->state = MAX(log->state, state);
}

/* The folder of a log, kept once; NULL when there is no room. */
static const char *keep_folder(struct coverage *coverage, const struct event_ref *ref)
{
	const char *name = ref->entry ? ref->entry : ref->path ? ref->path : "";
	const char *slash = strrchr(name, '/');
	g_autofree char *folder = g_strdup_printf("%s\n%s\n%.*s", ref->via ? ref->via : "",
						  ref->entry && ref->path ? ref->path : "",
						  slash ? (int)(slash - name) : 0, name);
	gpointer kept;
	uint64_t cost = 2 * strlen(folder);

	if (g_hash_table_lookup_extended(coverage->folders, folder, &kept, NULL))
		return kept;
	if (coverage->used + cost > coverage->memory)
		return NULL;
	coverage->used += cost;
	kept = g_steal_pointer(&folder);
	g_hash_table_add(coverage->folders, kept);
	return kept;
}

/* A log of one channel is named after it, with %4 for a slash. */
static enum wanted_log get_wanted_by_name(const struct event_ref *ref)
{
	g_autofree char *decoded = ref->entry ? percent_decoded(ref->entry) : NULL;
	const char *name = decoded ? decoded : ref->entry ? ref->entry : ref->path;
	const char *slash = name ? strrchr(name, '/') : NULL;
	g_autoptr(GString) channel = g_string_new(slash ? slash + 1 : name);

	if (channel->len > 5 && g_ascii_strcasecmp(channel->str + channel->len - 5, ".evtx") == 0)
		g_string_truncate(channel, channel->len - 5);
	g_string_replace(channel, "%4", "/", 0);
	return wanted_log_find(channel->str);
}

static void add_stray(struct coverage *coverage, const struct log_facts *facts)
{
	struct stray_log stray = {
		.number = coverage->logs,
		.folder = keep_folder(coverage, &facts->ref),
		.log = get_wanted_by_name(&facts->ref),
		.is_unread = facts->is_unread || facts->read_errors,
		.read_errors = facts->read_errors,
	};

	if (!stray.folder || coverage->used + sizeof(stray) > coverage->memory)
		return;
	coverage->used += sizeof(stray);
	g_array_append_val(coverage->strays, stray);
}

static bool is_of_one_channel(const struct log_facts *facts)
{
	const struct log_holding *first = facts->holdings->pdata[0];

	for (guint i = 1; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		if (holding->channel && g_strcmp0(holding->channel, first->channel) != 0)
			return false;
	}
	return true;
}

static void add_mark(struct coverage *coverage, struct coverage_part *host,
		     const struct log_mark *mark)
{

	if (spend(coverage, host, sizeof(*mark)))
		g_array_append_vals(host->marks, mark, 1);
}

/* Does an export hold each record from the first of a channel to its last, and not by chance, as
 * where those of one id were picked out? */
static bool is_whole_run(const struct log_facts *facts, const struct log_holding *holding)
{
	g_autoptr(GPtrArray) kinds = event_kinds_list(facts->kinds);
	unsigned found = 0;

	for (guint i = 0; i < kinds->len; i++)
		found += g_strcmp0(((const struct event_kind *)kinds->pdata[i])->channel,
				   holding->channel) == 0;
	return found > 1 && holding->first_id &&
	       holding->last_id - holding->first_id + 1 == holding->records;
}

static void add_holding(struct coverage *coverage, struct coverage_part *host,
			const struct log_facts *facts, const struct log_holding *holding,
			uint64_t number)
{
	enum wanted_log wanted = wanted_log_find(holding->channel);
	bool is_export = facts->kinds != NULL,
	     is_whole = !is_export || is_whole_run(facts, holding);
	const struct log_mark mark = {number, wanted, facts->read_errors, is_export};
	const struct coverage_span span = {
		.log = number,
		.first_id = holding->first_id,
		.last_id = holding->last_id,
		.from = holding->from,
		.to = holding->to,
		.records = holding->records,
		.process_starts = holding->process_starts,
		.command_lines = holding->command_lines,
		.scripts = holding->scripts,
		.is_mixed = !is_export && !is_of_one_channel(facts),
		.is_export = is_export,
	};
	struct log_coverage *log;

	add_mark(coverage, host, &mark);
	if (wanted == WANTED_LOGS)
		return;
	log = &host->sums.logs[wanted];
	add_state(log, is_whole ? LOG_READ : LOG_EVENTS);
	log->is_dirty |= facts->is_dirty;
	log->is_full |= facts->is_full;
	log->is_partial |= facts->is_partial;
	if (spend(coverage, host, sizeof(span)))
		g_array_append_val(is_whole ? host->spans[wanted] : host->exported[wanted], span);
}

/* Keeps what is asked of an export's events later; NULL when there is no room. */
static struct export_list *add_list(struct coverage *coverage, const struct log_facts *facts)
{
	uint64_t cost = 512 + event_kinds_size(facts->kinds);
	struct export_list *list;

	if (coverage->used + cost > coverage->memory)
		return NULL;
	coverage->used += cost;
	list = export_list_new(facts);
	g_ptr_array_add(coverage->lists, list);
	return list;
}

static void add_held(struct coverage_part *host, struct export_list *list, const char *channel)
{
	const struct export_held held = {list, export_list_keep(list, channel)};

	g_array_append_val(host->held, held);
}

/* Lines that each tell a share of a log are of one. */
static uint64_t number_log(struct coverage *coverage, const struct log_facts *facts)
{
	g_autofree char *place = facts->labels ? event_ref_text(&facts->ref) : NULL;
	struct shared_log *shared = place ? g_hash_table_lookup(coverage->shared, place) : NULL;
	uint64_t cost = place ? sizeof(*shared) + 2 * strlen(place) + 64 : 0;

	if (!shared)
		coverage->logs++;
	if (place && !shared && coverage->used + cost <= coverage->memory) {
		coverage->used += cost;
		shared = g_new0(struct shared_log, 1);
		shared->number = coverage->logs;
		shared->labels = facts->labels;
		g_hash_table_insert(coverage->shared, g_steal_pointer(&place), shared);
	}
	if (!shared)
		return coverage->logs;
	shared->told++;
	return shared->number;
}

void coverage_add_log(struct coverage *coverage, const struct log_facts *facts)
{
	const char *folder = keep_folder(coverage, &facts->ref);
	struct export_list *list = facts->kinds ? add_list(coverage, facts) : NULL;
	bool is_stray = true;
	uint64_t number;

	number = number_log(coverage, facts);
	for (guint i = 0; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];
		struct coverage_part *host = get_host(coverage, holding->host, &facts->ref);

		is_stray &= holding->host == NULL;
		if (!host)
			continue;
		add_holding(coverage, host, facts, holding, number);
		if (list && spend(coverage, host, sizeof(struct export_held)))
			add_held(host, list, holding->channel);
		host->sums.since = MAX(host->sums.since, facts->since);
		host->sums.until = host->sums.until && facts->until
					   ? MIN(host->sums.until, facts->until)
					   : MAX(host->sums.until, facts->until);
		if (folder && !g_hash_table_contains(host->folders, folder) &&
		    spend(coverage, host, 32))
			g_hash_table_add(host->folders, (gpointer)folder);
	}
	if (is_stray)
		add_stray(coverage, facts);
}

static void add_time(struct coverage *coverage, struct coverage_part *host, GArray *times,
		     uint64_t time)
{
	if (spend(coverage, host, 2 * sizeof(time)))
		g_array_append_val(times, time);
}

static void add_clock_change(struct coverage *coverage, struct coverage_part *host,
			     const struct host_event *said)
{
	const struct clock_change change = {said->before, said->after};

	if (spend(coverage, host, sizeof(change)))
		g_array_append_val(host->sums.clock_changes, change);
}

/* Starts and stops count by their time among other logs: of a zone that is not known, it says
 * nothing. */
static bool is_by_time(enum host_event_kind kind)
{
	return kind == HOST_STARTED || kind == HOST_STOPPED || kind == HOST_CRASHED ||
	       kind == HOST_WMI_STARTED;
}

static void add_host_event(struct coverage *coverage, struct coverage_part *host,
			   const struct host_event *said, const struct event_ref *ref)
{
	enum wanted_log cleared = wanted_log_find(said->channel);
	uint64_t time = ref->time;

	if (ref->local_time && is_by_time(said->kind))
		return;
	switch (said->kind) {
	case HOST_STARTED:
		add_time(coverage, host, host->boots, time);
		add_time(coverage, host, host->turns, time);
		break;
	case HOST_STOPPED:
	case HOST_CRASHED:
		add_time(coverage, host, host->turns, time);
		break;
	case HOST_VERSION:
		coverage_part_set_version(host, said->version, said->build, time);
		break;
	case HOST_TIME_ZONE:
		coverage_part_set_zone(host, said->zone, said->bias, time);
		break;
	case HOST_CLOCK_SET:
		add_clock_change(coverage, host, said);
		break;
	case HOST_LOG_CLEARED:
		if (cleared < WANTED_LOGS)
			add_time(coverage, host, host->sums.logs[cleared].cleared, time);
		break;
	case HOST_WMI_STARTED:
		add_time(coverage, host, host->wmi_starts, time);
		break;
	}
}

void coverage_add_event(struct coverage *coverage, const struct event *event, bool is_report)
{
	uint64_t time = event->ref.time;
	struct coverage_part *host = get_host(coverage, event->host, &event->ref);
	enum wanted_log wanted = wanted_log_find(event->ref.channel);
	const struct report_ref report = {event->ref.local_time ? 0 : time, event->ref.record_id};
	struct host_event said;

	if (!host)
		return;
	if (wanted < WANTED_LOGS) {
		add_state(&host->sums.logs[wanted], LOG_EVENTS);
		log_coverage_widen(&host->sums.logs[wanted], time, time);
		if (is_report && spend(coverage, host, 2 * sizeof(report)))
			g_array_append_val(host->reports[wanted], report);
	}
	if (host_event_read(event, &said))
		add_host_event(coverage, host, &said, &event->ref);
}

static void add_to_machine(struct coverage *coverage, struct host_names *names,
			   struct coverage_part *part)
{
	const struct host_identity *identity = host_names_find(names, part->name, &part->ref);
	struct coverage_part *whole = g_hash_table_lookup(coverage->machines, identity);

	if (whole) {
		coverage_part_merge(whole, part);
		return;
	}
	part->sums.identity = identity;
	g_hash_table_insert(coverage->machines, (gpointer)identity, part);
}

/* The machine whose logs alone stand in the folder; NULL when there is none, or several. */
static struct coverage_part *find_owner(const struct coverage *coverage, const char *folder)
{
	struct coverage_part *found = NULL, *machine;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, coverage->machines);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&machine)) {
		if (!g_hash_table_contains(machine->folders, folder))
			continue;
		if (found)
			return NULL;
		found = machine;
	}
	return found;
}

/* Strays of one folder come one after another, mostly. */
static void place_strays(struct coverage *coverage)
{
	struct coverage_part *owner = NULL;
	const char *folder = NULL;

	for (guint i = 0; i < coverage->strays->len; i++) {
		const struct stray_log *stray =
			&g_array_index(coverage->strays, struct stray_log, i);

		if (stray->folder != folder)
			owner = find_owner(coverage, stray->folder);
		folder = stray->folder;
		if (!owner)
			continue;
		add_mark(coverage, owner,
			 &(struct log_mark){stray->number, stray->log, stray->read_errors, false});
		if (stray->log < WANTED_LOGS)
			add_state(&owner->sums.logs[stray->log],
				  stray->is_unread ? LOG_UNREAD : LOG_EMPTY);
	}
}

void coverage_note_finding(struct coverage *coverage, const struct host_identity *identity)
{
	struct coverage_part *machine = g_hash_table_lookup(coverage->machines, identity);

	if (machine)
		machine->sums.findings++;
}

/* A shared log, of whose lines not all are here, also names machines that another run has. */
static void add_owned_elsewhere(const struct coverage *coverage, GHashTable *owners)
{
	const struct shared_log *shared;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, coverage->shared);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&shared))
		if (shared->told < shared->labels)
			g_hash_table_insert(owners, GSIZE_TO_POINTER(shared->number),
					    (gpointer)coverage);
}

/* The log's number → its machine; → the coverage, when it is of several. */
static GHashTable *find_log_owners(const struct coverage *coverage)
{
	GHashTable *owners = g_hash_table_new(NULL, NULL);
	struct coverage_part *machine;
	GHashTableIter iter;

	add_owned_elsewhere(coverage, owners);

	g_hash_table_iter_init(&iter, coverage->machines);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&machine)) {
		for (guint i = 0; i < machine->marks->len; i++) {
			gpointer log = GSIZE_TO_POINTER(
				g_array_index(machine->marks, struct log_mark, i).log);
			gconstpointer owner = g_hash_table_lookup(owners, log);

			g_hash_table_insert(owners, log,
					    !owner || owner == machine ? (gpointer)machine
								       : (gpointer)coverage);
		}
	}
	return owners;
}

/* In a log of several machines, a number that no record of one has is another's. */
static void mark_mixed(const struct coverage *coverage, struct coverage_part *machine,
		       GHashTable *owners)
{
	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		for (guint j = 0; j < machine->spans[i]->len; j++) {
			struct coverage_span *span =
				&g_array_index(machine->spans[i], struct coverage_span, j);

			span->is_mixed |= !span->is_export &&
					  g_hash_table_lookup(
						  owners, GSIZE_TO_POINTER(span->log)) == coverage;
		}
	}
}

static gint compare_hosts(gconstpointer a, gconstpointer b)
{
	const struct host_coverage *const *one = a, *const *other = b;

	return g_strcmp0((*one)->identity->name, (*other)->identity->name);
}

GPtrArray *coverage_take(struct coverage *coverage, struct host_names *names,
			 const struct rule_set *rules)
{
	GPtrArray *hosts = g_ptr_array_new();
	g_autoptr(GHashTable) owners = NULL;
	struct coverage_part *part, *machine;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, coverage->hosts);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&part))
		add_to_machine(coverage, names, part);
	place_strays(coverage);
	owners = find_log_owners(coverage);
	coverage->lacks = coverage_lacks_new(rules);
	g_hash_table_iter_init(&iter, coverage->machines);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&machine)) {
		mark_mixed(coverage, machine, owners);
		coverage_part_sum(machine);
		if (machine->held->len)
			machine->sums.lacks = coverage_lacks_find(coverage->lacks, machine->held);
		host_coverage_judge(&machine->sums);
		g_ptr_array_add(hosts, &machine->sums);
	}
	g_ptr_array_sort(hosts, compare_hosts);
	return hosts;
}
