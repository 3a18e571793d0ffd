/* SPDX-License-Identifier: Apache-2.0 */
#include "event/field_groups.h"

#include <string.h>

static const struct event_field *get_field(const struct field_groups *groups, guint index)
{
	return &g_array_index(groups->event->fields, struct event_field, index);
}

static const char *get_key(const struct field_groups *groups, guint index)
{
	const char *name = get_field(groups, index)->name;

	return *name ? name : "Data";
}

/* The next field of the group's key from `index` on; the number of fields when there is none. */
static guint find(const struct field_groups *groups, guint index)
{
	while (index < groups->event->fields->len) {
		const char *other = get_key(groups, index);

		if (*other == *groups->key && strcmp(other, groups->key) == 0)
			break;
		index++;
	}
	return index;
}

void field_groups_init(struct field_groups *groups, const struct event *event)
{
	*groups = (struct field_groups){
		.event = event,
		.taken = g_new0(bool, event->fields->len + 1),
	};
}

void field_groups_release(struct field_groups *groups)
{
	g_free(groups->taken);
}

bool field_groups_next(struct field_groups *groups, const char **key, bool *is_list)
{
	guint count = groups->event->fields->len;

	while (groups->next < count && groups->taken[groups->next])
		groups->next++;
	if (groups->next == count)
		return false;
	groups->at = groups->next++;
	groups->key = get_key(groups, groups->at);
	groups->is_list =
		!*get_field(groups, groups->at)->name || find(groups, groups->next) < count;
	*key = groups->key;
	*is_list = groups->is_list;
	return true;
}

const char *field_groups_next_value(struct field_groups *groups)
{
	guint at = groups->at, count = groups->event->fields->len;

	if (at == count)
		return NULL;
	groups->taken[at] = true;
	groups->at = groups->is_list ? find(groups, at + 1) : count;
	return get_field(groups, at)->value;
}
