/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/process_parents.h"

#include <string.h>

#include "base/order.h"
#include "base/share.h"
#include "base/text.h"
#include "base/text_pool.h"
#include "event/event_times.h"
#include "event/filetime.h"
#include "evidence/event_copy.h"
#include "hunt/unnamed_parent.h"

#define OVERHEAD 256 /* of the structs around the texts */
#define DAY (86400 * WH_SECOND)
#define MOST_TIED 64 /* events around one moment that are looked at */

/* The start of a process. */
struct unnamed_start {
	struct event event;
	char *memory;
	uint64_t process_id;
	uint64_t parent_id;
};

struct process_end {
	uint64_t process_id;
	struct event_ref ref;
};

struct starting_host {
	GPtrArray *starts; /* struct unnamed_start */
	GArray *ends; /* struct process_end */
	GArray *boots; /* struct event_ref */
	uint64_t size;
};

struct process_parents {
	GTree *hosts; /* folded name → struct starting_host; attackers choose the names */
	uint64_t memory;
	uint64_t size;
	uint64_t dropped;
	struct hash_secret secret;
	struct arena arena;
	struct text_pool texts; /* of the refs of ends and boots */
	void (*give)(void *context, const struct event *event, const char *parent_image);
	void *context;
};

static void free_start(gpointer data)
{
	struct unnamed_start *start = data;

	event_release(&start->event);
	g_free(start->memory);
	g_free(start);
}

static void free_host(gpointer data)
{
	struct starting_host *host = data;

	g_ptr_array_unref(host->starts);
	g_array_unref(host->ends);
	g_array_unref(host->boots);
	g_free(host);
}

static int compare_names(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return strcmp(a, b);
}

struct process_parents *process_parents_new(uint64_t memory,
					    void (*give)(void *context, const struct event *event,
							 const char *parent_image),
					    void *context)
{
	struct process_parents *parents = g_new0(struct process_parents, 1);

	parents->hosts = g_tree_new_full(compare_names, NULL, g_free, free_host);
	parents->memory = memory;
	hash_secret_init(&parents->secret);
	arena_init(&parents->arena);
	text_pool_init(&parents->texts, &parents->arena, &parents->secret);
	parents->give = give;
	parents->context = context;
	return parents;
}

void process_parents_free(struct process_parents *parents)
{
	if (!parents)
		return;
	g_tree_unref(parents->hosts);
	text_pool_release(&parents->texts);
	arena_release(&parents->arena);
	g_free(parents);
}

uint64_t process_parents_count_dropped(const struct process_parents *parents)
{
	return parents->dropped;
}

static struct starting_host *get_host(struct process_parents *parents, const char *name)
{
	g_autofree char *folded = text_fold(name ? name : "");
	struct starting_host *host = g_tree_lookup(parents->hosts, folded);

	if (host)
		return host;
	host = g_new0(struct starting_host, 1);
	host->starts = g_ptr_array_new_with_free_func(free_start);
	host->ends = g_array_new(FALSE, FALSE, sizeof(struct process_end));
	host->boots = g_array_new(FALSE, FALSE, sizeof(struct event_ref));
	g_tree_insert(parents->hosts, g_steal_pointer(&folded), host);
	return host;
}

static uint64_t cost_of(const struct event *event)
{
	uint64_t cost = OVERHEAD;

	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		cost += sizeof(*field) + strlen(field->name) + strlen(field->value);
	}
	return cost;
}

/* Room on the host for so much more. */
static bool reserve(struct process_parents *parents, struct starting_host *host, uint64_t cost)
{
	if (!share_allows(parents->memory, parents->size, host->size, cost)) {
		parents->dropped++;
		return false;
	}
	parents->size += cost;
	host->size += cost;
	return true;
}

static bool read_id(const struct event *event, const char *name, uint64_t *out)
{
	const char *text = event_get_field(event, name);
	bool is_hex = g_ascii_strncasecmp(text, "0x", 2) == 0;

	return g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, UINT32_MAX,
					  out, NULL);
}

/* Without its texts, where those have taken too much memory: then times alone give its order. */
static struct event_ref keep_ref(struct process_parents *parents, const struct event *event)
{
	bool has_room = parents->texts.size <= parents->memory / 8;
	struct event_ref ref = event->ref;

	ref.channel = has_room ? text_pool_keep(&parents->texts, ref.channel) : NULL;
	ref.path = has_room ? text_pool_keep(&parents->texts, ref.path) : NULL;
	ref.entry = has_room ? text_pool_keep(&parents->texts, ref.entry) : NULL;
	ref.via = NULL;
	return ref;
}

static void add_boot(struct process_parents *parents, const struct event *event)
{
	struct starting_host *host = get_host(parents, event->host);
	struct event_ref ref;

	if (!reserve(parents, host, sizeof(ref)))
		return;
	ref = keep_ref(parents, event);
	g_array_append_val(host->boots, ref);
}

static void add_end(struct process_parents *parents, const struct event *event)
{
	struct starting_host *host = get_host(parents, event->host);
	struct process_end end;

	if (!read_id(event, "ProcessId", &end.process_id) || !reserve(parents, host, sizeof(end)))
		return;
	end.ref = keep_ref(parents, event);
	g_array_append_val(host->ends, end);
}

bool process_parents_add(struct process_parents *parents, const struct event *event)
{
	struct starting_host *host;
	struct unnamed_start *start;
	uint64_t process_id, parent_id;

	if (event_is_boot(event))
		add_boot(parents, event);
	if (event_is_process_end(event))
		add_end(parents, event);
	if (!event_has_unnamed_parent(event) || !read_id(event, "NewProcessId", &process_id) ||
	    !read_id(event, "ProcessId", &parent_id))
		return false;
	host = get_host(parents, event->host);
	if (!reserve(parents, host, cost_of(event)))
		return false;
	start = g_new0(struct unnamed_start, 1);
	start->process_id = process_id;
	start->parent_id = parent_id;
	start->memory = event_copy(&start->event, event);
	g_ptr_array_add(host->starts, start);
	return true;
}

static int compare_starts(gconstpointer a, gconstpointer b)
{
	const struct unnamed_start *const *one = a, *const *other = b;

	return event_ref_compare(&(*one)->event.ref, &(*other)->event.ref);
}

/* By process, those of one in the order of time. */
static int compare_processes(gconstpointer a, gconstpointer b)
{
	const struct unnamed_start *const *one = a, *const *other = b;

	if ((*one)->process_id != (*other)->process_id)
		return compare_numbers((*one)->process_id, (*other)->process_id);
	return compare_starts(a, b);
}

/* No start of the parent's number that is later than this can have been before the child's. */
static bool is_later(const struct unnamed_start *start, const struct unnamed_start *child)
{
	return start->process_id > child->parent_id ||
	       (start->process_id == child->parent_id &&
		start->event.ref.time > event_latest(&child->event.ref));
}

static int compare_refs(gconstpointer a, gconstpointer b)
{
	return event_ref_compare(a, b);
}

static uint64_t get_boot(const void *boots, size_t index)
{
	return ((const struct event_ref *)boots)[index].time;
}

/* Where times leave open which was first, Windows had started before the process did. */
static bool has_boot_between(const GArray *boots, const struct event_ref *from,
			     const struct event_ref *to)
{
	size_t next = lower_bound(boots->data, boots->len, get_boot, event_latest(from) + 1);

	return next < boots->len && get_boot(boots->data, next) <= event_latest(to);
}

static int compare_ends(gconstpointer a, gconstpointer b)
{
	const struct process_end *one = a, *other = b;

	if (one->process_id != other->process_id)
		return compare_numbers(one->process_id, other->process_id);
	return event_ref_compare(&one->ref, &other->ref);
}

static uint64_t get_end_process(const void *ends, size_t index)
{
	return ((const struct process_end *)ends)[index].process_id;
}

static uint64_t get_end_time(const void *ends, size_t index)
{
	return ((const struct process_end *)ends)[index].ref.time;
}

/* The first end of that process after `from`, if it was before `to`. Where times leave open whether
 * an end was after a start, it was: few processes take the number of one that just ended. */
static bool has_end_between(const GArray *ends, uint64_t process_id, const struct event_ref *from,
			    const struct event_ref *to)
{
	size_t first = lower_bound(ends->data, ends->len, get_end_process, process_id);
	const struct process_end *own;
	size_t count, next;

	if (first == ends->len)
		return false;
	own = &g_array_index(ends, const struct process_end, first);
	count = lower_bound(own, ends->len - first, get_end_process, process_id + 1);
	next = lower_bound(own, count, get_end_time, from->time - MIN(from->time, WH_SECOND));
	for (unsigned tied = 0; next < count && tied < MOST_TIED; tied++, next++)
		if (event_order(&own[next].ref, from) != EVENT_BEFORE)
			return event_order(&own[next].ref, to) == EVENT_BEFORE;
	return false;
}

/* Between logs, and within days, starts may be missing that would say that the number is another
 * process's by now. */
static bool is_sure(const struct starting_host *host, const struct unnamed_start *parent,
		    const struct unnamed_start *child)
{
	const struct event_ref *from = &parent->event.ref, *to = &child->event.ref;

	return parent->process_id == child->parent_id && event_refs_share_file(from, to) &&
	       event_distance(from, to) <= DAY && !has_boot_between(host->boots, from, to) &&
	       !has_end_between(host->ends, child->parent_id, from, to);
}

static const char *get_name(const struct unnamed_start *start)
{
	return event_get_field(&start->event, "NewProcessName");
}

/*
 * Of the first `count` of those sorted by process, the last start of the parent's that was before
 * the child's. Exports may have times of whole seconds: the numbers of records then give the order,
 * and where there are none, both orders are possible. Then another program must not have had the
 * number just before.
 */
static const char *find_last(const struct starting_host *host, const GPtrArray *by_process,
			     guint count, const struct unnamed_start *child)
{
	const char *name = NULL;

	for (unsigned tied = 0; count > 0 && tied < MOST_TIED; tied++) {
		const struct unnamed_start *one = by_process->pdata[--count];
		enum event_order order = event_order(&one->event.ref, &child->event.ref);

		if (one->process_id != child->parent_id)
			break;
		if (one == child || order == EVENT_AFTER)
			continue;
		if (!is_sure(host, one, child))
			return name;
		if (name && strcmp(name, get_name(one)) != 0)
			return NULL;
		name = get_name(one);
		if (order == EVENT_BEFORE)
			break;
	}
	return name;
}

/* Numbers are used again: the last start of the parent's before the child's. */
static const char *find_parent(const struct starting_host *host, const GPtrArray *by_process,
			       const struct unnamed_start *child)
{
	guint low = 0, high = by_process->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (is_later(by_process->pdata[middle], child))
			high = middle;
		else
			low = middle + 1;
	}
	return find_last(host, by_process, low, child);
}

static gboolean give_host(gpointer name, gpointer data, gpointer context)
{
	const struct process_parents *parents = context;
	const struct starting_host *host = data;
	g_autoptr(GPtrArray) by_process = g_ptr_array_copy(host->starts, NULL, NULL);

	(void)name;
	g_ptr_array_set_free_func(by_process, NULL);
	g_ptr_array_sort(by_process, compare_processes);
	g_ptr_array_sort(host->starts, compare_starts);
	g_array_sort(host->boots, compare_refs);
	g_array_sort(host->ends, compare_ends);
	for (guint i = 0; i < host->starts->len; i++) {
		const struct unnamed_start *start = host->starts->pdata[i];

		parents->give(parents->context, &start->event,
			      find_parent(host, by_process, start));
	}
	return FALSE;
}

void process_parents_end(struct process_parents *parents)
{
	g_tree_foreach(parents->hosts, give_host, parents);
	g_tree_remove_all(parents->hosts);
	parents->size = 0;
}
