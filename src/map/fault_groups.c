/* SPDX-License-Identifier: Apache-2.0 */
#include "map/fault_groups.h"

#include <glib.h>

struct group {
	struct fault fault; /* the first; its strings are the group's */
	char *what, *path, *entry, *via;
};

/* Groups of one life time, in the order of their first faults. */
struct waiting {
	GHashTable *by_key; /* char* -> struct group, borrowed */
	GPtrArray *list;
};

struct fault_groups {
	const struct fault_sink *sink;
	struct waiting of_input;
	struct waiting of_run;
};

static void group_free(gpointer data)
{
	struct group *group = data;

	g_free(group->what);
	g_free(group->path);
	g_free(group->entry);
	g_free(group->via);
	g_free(group);
}

static void waiting_init(struct waiting *waiting)
{
	waiting->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	waiting->list = g_ptr_array_new_with_free_func(group_free);
}

static void waiting_release(struct waiting *waiting)
{
	g_hash_table_unref(waiting->by_key);
	g_ptr_array_unref(waiting->list);
}

static void waiting_report(struct waiting *waiting, const struct fault_sink *sink)
{
	if (waiting->list->len == 0)
		return;
	for (guint i = 0; i < waiting->list->len; i++)
		fault_report(sink, &((const struct group *)waiting->list->pdata[i])->fault);
	waiting_release(waiting);
	waiting_init(waiting);
}

struct fault_groups *fault_groups_new(const struct fault_sink *sink)
{
	struct fault_groups *groups = g_new0(struct fault_groups, 1);

	groups->sink = sink;
	waiting_init(&groups->of_input);
	waiting_init(&groups->of_run);
	return groups;
}

void fault_groups_free(struct fault_groups *groups)
{
	waiting_report(&groups->of_input, groups->sink);
	waiting_report(&groups->of_run, groups->sink);
	waiting_release(&groups->of_input);
	waiting_release(&groups->of_run);
	g_free(groups);
}

void fault_groups_end_input(struct fault_groups *groups)
{
	waiting_report(&groups->of_input, groups->sink);
}

static char *make_key(const struct fault *fault, enum fault_scope scope)
{
	g_autofree char *folder = g_path_get_dirname(fault->path ? fault->path : "");
	g_autofree char *inside = g_path_get_dirname(fault->entry ? fault->entry : "");

	switch (scope) {
	case FAULT_BY_FILE:
		return g_strdup_printf("%d\n%s\n%s\n%s\n%s", fault->code, fault->path, fault->entry,
				       fault->via, fault->what);
	case FAULT_BY_INPUT:
		return g_strdup_printf("%d\n%s\n%s\n%s", fault->code, fault->path, fault->via,
				       fault->what);
	default:
		/* What stands in two archives of one folder stands in two folders. */
		return g_strdup_printf("%d\n%s\n%s\n%s\n%s", fault->code,
				       fault->entry ? fault->path : folder, inside, fault->via,
				       fault->what);
	}
}

static struct group *group_new(const struct fault *fault)
{
	struct group *group = g_new0(struct group, 1);

	group->fault = *fault;
	group->fault.what = group->what = g_strdup(fault->what);
	group->fault.path = group->path = g_strdup(fault->path);
	group->fault.entry = group->entry = g_strdup(fault->entry);
	group->fault.via = group->via = g_strdup(fault->via);
	group->fault.count = MAX(fault->count, 1);
	return group;
}

void fault_groups_add(struct fault_groups *groups, const struct fault *fault)
{
	enum fault_scope scope = fault_kind_get(fault->code)->scope;
	struct waiting *waiting = scope == FAULT_BY_FOLDER ? &groups->of_run : &groups->of_input;
	g_autofree char *key = NULL;
	struct group *group;

	if (scope == FAULT_BY_PLACE) {
		fault_report(groups->sink, fault);
		return;
	}
	key = make_key(fault, scope);
	group = g_hash_table_lookup(waiting->by_key, key);
	if (group) {
		group->fault.count += MAX(fault->count, 1);
		return;
	}
	group = group_new(fault);
	g_ptr_array_add(waiting->list, group);
	g_hash_table_insert(waiting->by_key, g_steal_pointer(&key), group);
}
