/* SPDX-License-Identifier: Apache-2.0 */
#include "map/collection_notes.h"

#include <string.h>

#include "archive/entry_name.h"
#include "base/limits.h"
#include "base/text.h"
#include "export/export_time.h"
#include "export/json_tree.h"

/* What stands between an archive and its entry. */
#define MOST_HELD (16 << 20) /* bytes of objects that wait */
#define MOST_READ (1 << 20) /* of a file that says something of the collection */

struct collection {
	char *key; /* the folder's name, with what ends it */
	char *host;
	bool has_time;
	uint64_t time;
	GPtrArray *objects; /* GBytes: packed */
};

struct collection_notes {
	GPtrArray *collections; /* struct collection* */
	size_t held;
};

static void free_collection(gpointer data)
{
	struct collection *collection = data;

	g_free(collection->key);
	g_free(collection->host);
	g_ptr_array_unref(collection->objects);
	g_free(collection);
}

struct collection_notes *collection_notes_new(void)
{
	struct collection_notes *notes = g_new0(struct collection_notes, 1);

	notes->collections = g_ptr_array_new_with_free_func(free_collection);
	return notes;
}

bool collection_notes_is_note(const char *name)
{
	const char *base = entry_name_base(name);

	return strcmp(base, "client_info.json") == 0 ||
	       strcmp(base, "collection_context.json") == 0;
}

/* Length of the folder of a collection that has this result; 0: it is none. */
static size_t folder_of_result(const char *name, size_t *out)
{
	const char *base = entry_name_base(name);
	size_t length = (size_t)(base - name);

	if (length < 8 || g_ascii_strncasecmp(base - 8, "results", 7) != 0 ||
	    (length > 8 && !strchr("/\\ ", base[-9])))
		return 0;
	*out = length - 8;
	return length;
}

bool collection_notes_is_name(const char *name)
{
	size_t folder;

	return collection_notes_is_note(name) ||
	       (folder_of_result(name, &folder) && strstr(entry_name_base(name), "WMI"));
}

static struct collection *find_collection(const struct collection_notes *notes, const char *name,
					  size_t length)
{
	for (guint i = 0; i < notes->collections->len; i++) {
		struct collection *collection = notes->collections->pdata[i];

		if (strlen(collection->key) == length &&
		    strncmp(collection->key, name, length) == 0)
			return collection;
	}
	return NULL;
}

static struct collection *get_collection(struct collection_notes *notes, const char *name,
					 size_t length)
{
	struct collection *collection = find_collection(notes, name, length);

	if (collection)
		return collection;
	collection = g_new0(struct collection, 1);
	collection->key = g_strndup(name, length);
	collection->objects = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_ptr_array_add(notes->collections, collection);
	return collection;
}

static GByteArray *read_head(struct reader *reader)
{
	GByteArray *bytes = g_byte_array_new();
	const uint8_t *data;
	size_t size;

	while (bytes->len < MOST_READ && (size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		g_byte_array_append(bytes, data, (guint)size);
		reader_skip(reader, size);
	}
	return bytes;
}

/* In seconds, or in parts of one: collectors of each age have another unit. */
static void note_time(struct collection *collection, const char *text)
{
	uint64_t time = text ? g_ascii_strtoull(text, NULL, 10) : 0;
	struct export_time read;
	g_autofree char *seconds = NULL;

	for (; time >= 100000000000ull; time /= 1000)
		;
	seconds = g_strdup_printf("%" G_GUINT64_FORMAT, time);
	if (time == 0 || !export_time_read_epoch(seconds, &read))
		return;
	collection->has_time = true;
	collection->time = read.ticks;
}

static void note(struct collection *collection, const struct json_node *object)
{
	static const char *const hosts[] = {"os_info.fqdn", "os_info.hostname", "Fqdn", "Hostname"};
	static const char *const times[] = {"create_time", "start_time"};

	for (size_t i = 0; !collection->host && i < G_N_ELEMENTS(hosts); i++) {
		const char *host = json_tree_text(object, hosts[i]);

		if (host && *host)
			collection->host = g_strdup(host);
	}
	for (size_t i = 0; !collection->has_time && i < G_N_ELEMENTS(times); i++)
		note_time(collection, json_tree_text(object, times[i]));
}

void collection_notes_read(struct collection_notes *notes, struct reader *reader)
{
	const struct stream *stream = reader->stream;
	const char *name = stream->entry ? stream->entry : stream->path;
	g_autoptr(GByteArray) bytes = read_head(reader);
	g_autofree char *text = text_from_bytes((const char *)bytes->data, bytes->len);
	const struct json_node *object;
	struct json_reader json;
	struct arena arena;

	arena_init(&arena);
	json_reader_init(&json, text, strlen(text), &arena);
	object = json_tree_read(&json);
	if (object)
		note(get_collection(notes, name, (size_t)(entry_name_base(name) - name)), object);
	arena_release(&arena);
}

bool collection_notes_hold(struct collection_notes *notes, const struct wmi_object *object)
{
	bool has_host = object->host && object->host_from == HOST_FROM_CONTENT;
	GByteArray *bytes;
	size_t length;

	if (!object->entry || object->found_in != FOUND_IN_SNAPSHOT ||
	    (has_host && object->has_collected) || !collection_notes_is_name(object->entry) ||
	    !folder_of_result(object->entry, &length) || notes->held > MOST_HELD)
		return false;
	bytes = g_byte_array_new();
	wmi_object_pack(object, true, bytes);
	notes->held += bytes->len;
	g_ptr_array_add(get_collection(notes, object->entry, length)->objects,
			g_byte_array_free_to_bytes(bytes));
	return true;
}

static void complete(const struct collection *collection, struct wmi_object *object)
{
	if (collection->host && object->host_from != HOST_FROM_CONTENT) {
		object->host = collection->host;
		object->host_from = HOST_FROM_FILE_BESIDE;
	}
	if (collection->has_time) {
		object->has_collected = true;
		object->collected = collection->time;
	}
}

void collection_notes_complete(const struct collection_notes *notes, struct wmi_object *object)
{
	const struct collection *collection;
	size_t length;

	if (object->entry || object->found_in != FOUND_IN_SNAPSHOT ||
	    !folder_of_result(object->path, &length))
		return;
	collection = find_collection(notes, object->path, length);
	if (collection)
		complete(collection, object);
}

static void give(struct collection_notes *notes, const struct collection *collection,
		 const char *path, void (*take)(void *context, const struct wmi_object *object),
		 void *context)
{
	struct arena arena;

	arena_init(&arena);
	for (guint i = 0; i < collection->objects->len; i++) {
		struct wmi_object object;
		gsize size;
		const void *data = g_bytes_get_data(collection->objects->pdata[i], &size);

		arena_clear(&arena);
		notes->held -= size;
		if (!wmi_object_unpack(&object, data, size, path, &arena, NULL))
			continue;
		complete(collection, &object);
		take(context, &object);
	}
	arena_release(&arena);
}

void collection_notes_give(struct collection_notes *notes, const char *entry, const char *path,
			   void (*take)(void *context, const struct wmi_object *object),
			   void *context)
{
	for (guint i = 0; i < notes->collections->len;) {
		const struct collection *collection = notes->collections->pdata[i];
		size_t length = entry_name_archive_length(collection->key);

		if (entry && strncmp(entry, collection->key, length) == 0) {
			i++;
			continue;
		}
		give(notes, collection, path, take, context);
		g_ptr_array_remove_index(notes->collections, i);
	}
}
