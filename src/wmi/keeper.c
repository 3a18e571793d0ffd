/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/keeper.h"

#include <string.h>

#include "wmi/mof.h"

void keeper_init(struct keeper *keeper)
{
	hash_secret_init(&keeper->secret);
	arena_init(&keeper->arena);
	text_pool_init(&keeper->texts, &keeper->arena, &keeper->secret);
	keeper->structs = 0;
}

void keeper_release(struct keeper *keeper)
{
	text_pool_release(&keeper->texts);
	arena_release(&keeper->arena);
}

uint64_t keeper_size(const struct keeper *keeper)
{
	return keeper->structs + keeper->texts.size;
}

void *keeper_alloc(struct keeper *keeper, size_t size)
{
	keeper->structs += size;
	return memset(arena_alloc(&keeper->arena, size), 0, size);
}

const char *keeper_copy_text(struct keeper *keeper, const char *text)
{
	return text_pool_keep(&keeper->texts, text);
}

struct wmi_filter *keeper_copy_filter(struct keeper *keeper, const struct wmi_filter *filter)
{
	struct wmi_filter *copy;

	if (!filter)
		return NULL;
	copy = keeper_alloc(keeper, sizeof(*copy));
	copy->name = keeper_copy_text(keeper, filter->name);
	copy->event_namespace = keeper_copy_text(keeper, filter->event_namespace);
	copy->query = keeper_copy_text(keeper, filter->query);
	copy->query_language = keeper_copy_text(keeper, filter->query_language);
	copy->creator_sid = keeper_copy_text(keeper, filter->creator_sid);
	return copy;
}

static struct mof_property *copy_properties(struct keeper *keeper,
					    const struct mof_property *property);

static struct mof_instance *copy_instance(struct keeper *keeper,
					  const struct mof_instance *instance)
{
	struct mof_instance *copy = keeper_alloc(keeper, sizeof(*copy));

	copy->class_name = keeper_copy_text(keeper, instance->class_name);
	copy->properties = copy_properties(keeper, instance->properties);
	copy->complete = instance->complete;
	return copy;
}

/* As deep as the reader of MOF text lets values nest. */
static struct mof_value *copy_values(struct keeper *keeper, const struct mof_value *value)
{
	struct mof_value *first = NULL, **last = &first;

	for (; value; value = value->next) {
		struct mof_value *copy = keeper_alloc(keeper, sizeof(*copy));

		copy->type = value->type;
		copy->cut = value->cut;
		copy->text = keeper_copy_text(keeper, value->text);
		copy->elements = copy_values(keeper, value->elements);
		if (value->instance)
			copy->instance = copy_instance(keeper, value->instance);
		*last = copy;
		last = &copy->next;
	}
	return first;
}

static struct mof_property *copy_properties(struct keeper *keeper,
					    const struct mof_property *property)
{
	struct mof_property *first = NULL, **last = &first;

	for (; property; property = property->next) {
		struct mof_property *copy = keeper_alloc(keeper, sizeof(*copy));

		copy->name = keeper_copy_text(keeper, property->name);
		copy->value = copy_values(keeper, property->value);
		*last = copy;
		last = &copy->next;
	}
	return first;
}

struct wmi_consumer *keeper_copy_consumer(struct keeper *keeper,
					  const struct wmi_consumer *consumer)
{
	struct wmi_consumer *copy;

	if (!consumer)
		return NULL;
	copy = keeper_alloc(keeper, sizeof(*copy));
	copy->class_name = keeper_copy_text(keeper, consumer->class_name);
	copy->name = keeper_copy_text(keeper, consumer->name);
	copy->properties = copy_properties(keeper, consumer->properties);
	copy->creator_sid = keeper_copy_text(keeper, consumer->creator_sid);
	return copy;
}
