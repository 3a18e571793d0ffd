/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/object_gather.h"

#include <string.h>

struct gathered_object {
	GBytes *packed; /* without namespace, offset, path and entry */
	char *object_namespace; /* NULL: not known, or they differ */
	uint64_t offset;
};

struct object_gather {
	GTree *by_content; /* GBytes → struct gathered_object, both of `objects` */
	GPtrArray *objects; /* struct gathered_object* */
	size_t size;
};

static int compare_bytes(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return g_bytes_compare(a, b);
}

static void free_gathered(gpointer data)
{
	struct gathered_object *object = data;

	g_bytes_unref(object->packed);
	g_free(object->object_namespace);
	g_free(object);
}

static void begin(struct object_gather *gather)
{
	/* A tree, as contents could be chosen that all fall into one place of a hash table. */
	gather->by_content = g_tree_new_full(compare_bytes, NULL, NULL, NULL);
	gather->objects = g_ptr_array_new_with_free_func(free_gathered);
	gather->size = 0;
}

struct object_gather *object_gather_new(void)
{
	struct object_gather *gather = g_new0(struct object_gather, 1);

	begin(gather);
	return gather;
}

void object_gather_add(struct object_gather *gather, const struct wmi_object *object)
{
	struct wmi_object content = *object;
	GByteArray *bytes = g_byte_array_new();
	struct gathered_object *known;
	GBytes *packed;

	content.object_namespace = NULL;
	content.path = content.entry = NULL;
	content.offset = 0;
	wmi_object_pack(&content, false, bytes);
	packed = g_byte_array_free_to_bytes(bytes);
	known = g_tree_lookup(gather->by_content, packed);
	if (known) {
		g_bytes_unref(packed);
		if (g_strcmp0(known->object_namespace, object->object_namespace) != 0)
			g_clear_pointer(&known->object_namespace, g_free);
		return;
	}
	known = g_new0(struct gathered_object, 1);
	known->packed = packed;
	known->object_namespace = g_strdup(object->object_namespace);
	known->offset = object->offset;
	g_ptr_array_add(gather->objects, known);
	g_tree_insert(gather->by_content, packed, known);
	gather->size += g_bytes_get_size(packed) + sizeof(*known);
}

size_t object_gather_get_size(const struct object_gather *gather)
{
	return gather->size;
}

static void end(struct object_gather *gather)
{
	g_tree_unref(gather->by_content);
	g_ptr_array_unref(gather->objects);
}

void object_gather_give(struct object_gather *gather, const char *path, const char *entry,
			void (*take)(void *context, const struct wmi_object *object), void *context)
{
	struct arena arena;

	arena_init(&arena);
	for (guint i = 0; i < gather->objects->len; i++) {
		const struct gathered_object *gathered = gather->objects->pdata[i];
		struct wmi_object object;
		gsize size;
		const void *data = g_bytes_get_data(gathered->packed, &size);

		arena_clear(&arena);
		if (!wmi_object_unpack(&object, data, size, NULL, &arena, NULL))
			continue;
		object.object_namespace = gathered->object_namespace;
		object.path = path;
		object.entry = entry;
		object.offset = gathered->offset;
		take(context, &object);
	}
	arena_release(&arena);
	end(gather);
	begin(gather);
}

void object_gather_free(struct object_gather *gather)
{
	end(gather);
	g_free(gather);
}
