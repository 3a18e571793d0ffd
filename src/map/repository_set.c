/* SPDX-License-Identifier: Apache-2.0 */
#include "map/repository_set.h"

#include <glib.h>
#include <string.h>

#include "archive/entry_name.h"
#include "base/limits.h"
#include "input/repository_name.h"

/* What stands between an archive and its entry. */
#define FIRST_ROOM (1 << 20)

/* An entry that was unpacked. */
struct held_file {
	struct stream stream;
	char *path;
	char *entry;
	uint8_t *data;
	size_t size;
};

/* The files of one folder. */
struct repository_group {
	char *key; /* folder, and what stands before the names */
	struct repository_file files[WH_MAX_REPOSITORY_FILES];
	size_t count;
	GPtrArray *held; /* struct held_file* */
	uint64_t size; /* of those */
};

struct repository_set {
	const struct object_wants *wants;
	const struct repository_calls *calls;
	GPtrArray *groups; /* struct repository_group* */
	uint64_t size; /* held */
};

static void free_held(gpointer data)
{
	struct held_file *file = data;

	g_free(file->path);
	g_free(file->entry);
	g_free(file->data);
	g_free(file);
}

static void free_group(gpointer data)
{
	struct repository_group *group = data;

	g_free(group->key);
	g_ptr_array_unref(group->held);
	g_free(group);
}

struct repository_set *repository_set_new(const struct object_wants *wants,
					  const struct repository_calls *calls)
{
	struct repository_set *set = g_new0(struct repository_set, 1);

	set->wants = wants;
	set->calls = calls;
	set->groups = g_ptr_array_new_with_free_func(free_group);
	return set;
}

void repository_set_free(struct repository_set *set)
{
	g_ptr_array_unref(set->groups);
	g_free(set);
}

bool repository_set_is_name(const char *path)
{
	struct repository_name name;

	return repository_name_parse(entry_name_base(path), &name);
}

static const char *get_name(const struct stream *stream)
{
	return stream->entry ? stream->entry : stream->path;
}

static struct repository_group *find_group(struct repository_set *set, const struct stream *stream,
					   struct repository_name *name)
{
	const char *path = get_name(stream), *base = entry_name_base(path);
	struct repository_group *group;
	g_autofree char *key = NULL;

	if (!repository_name_parse(base, name))
		return NULL;
	key = g_strdup_printf("%.*s", (int)((size_t)(base - path) + name->base), path);
	for (guint i = 0; i < set->groups->len; i++) {
		group = set->groups->pdata[i];
		if (strcmp(group->key, key) == 0)
			return group;
	}
	group = g_new0(struct repository_group, 1);
	group->key = g_steal_pointer(&key);
	group->held = g_ptr_array_new_with_free_func(free_held);
	g_ptr_array_add(set->groups, group);
	return group;
}

static void read_group(struct repository_set *set, struct repository_group *group)
{
	if (group->count > 0)
		repository_read(group->files, group->count, set->wants, set->calls);
	set->size -= group->size;
	g_ptr_array_remove(set->groups, group);
}

static bool has_role(const struct repository_group *group, enum repository_role role,
		     unsigned number)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->files[i].role == role && group->files[i].number == number)
			return true;
	return false;
}

/* Windows since 7 has these five. */
static bool is_complete(const struct repository_group *group)
{
	return has_role(group, ROLE_OBJECTS, 0) && has_role(group, ROLE_INDEX, 0) &&
	       has_role(group, ROLE_MAP, 1) && has_role(group, ROLE_MAP, 2) &&
	       has_role(group, ROLE_MAP, 3);
}

/* A second file of a name is of another repository, whatever its folder says. */
static struct repository_group *add_file(struct repository_set *set, struct stream *stream)
{
	struct repository_name name;
	struct repository_group *group = find_group(set, stream, &name);

	if (!group)
		return NULL;
	if (has_role(group, name.role, name.number) || group->count == WH_MAX_REPOSITORY_FILES) {
		read_group(set, group);
		group = find_group(set, stream, &name);
	}
	group->files[group->count++] = (struct repository_file){name.role, name.number, stream};
	return group;
}

void repository_set_add(struct repository_set *set, struct stream *stream)
{
	add_file(set, stream);
}

static ssize_t read_held_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	const struct held_file *file = (const struct held_file *)stream;

	if (offset >= file->size)
		return 0;
	size = MIN(size, file->size - offset);
	memcpy(buffer, file->data + offset, size);
	return (ssize_t)size;
}

/* The whole of the stream; NULL when it is larger than `most`. */
static struct held_file *unpack(struct reader *reader, uint64_t most)
{
	struct held_file *file = g_new0(struct held_file, 1);
	size_t room = 0, got;
	const uint8_t *data;

	while ((got = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		if (got > most - file->size) {
			free_held(file);
			return NULL;
		}
		if (got > room - file->size) {
			room = MAX(FIRST_ROOM, room + room / 4);
			file->data = g_realloc(file->data, room);
		}
		memcpy(file->data + file->size, data, got);
		file->size += got;
		reader_skip(reader, got);
	}
	file->path = g_strdup(reader->stream->path);
	file->entry = g_strdup(reader->stream->entry);
	file->stream = (struct stream){.path = file->path,
				       .entry = file->entry,
				       .read_at = read_held_at,
				       .size = file->size};
	return file;
}

static void report_too_large(const struct repository_set *set, const struct stream *stream)
{
	struct fault fault = {
		.code = FAULT_LIMIT,
		.what = "files of WMI repositories in this archive are larger than is "
			"kept in memory: unpack them first",
		.path = stream->path,
		.entry = stream->entry};

	fault_report(set->calls->faults, &fault);
}

/* The repository that takes most of the memory, but for that one. */
static struct repository_group *find_largest(const struct repository_set *set,
					     const struct repository_group *other)
{
	struct repository_group *largest = NULL;

	for (guint i = 0; i < set->groups->len; i++) {
		struct repository_group *group = set->groups->pdata[i];

		if (group != other && has_role(group, ROLE_OBJECTS, 0) &&
		    (!largest || group->size > largest->size))
			largest = group;
	}
	return largest;
}

void repository_set_keep(struct repository_set *set, struct reader *reader)
{
	struct repository_name name;
	struct repository_group *own = find_group(set, reader->stream, &name), *group;
	struct held_file *file;

	while (set->size > WH_MAX_HELD_REPOSITORY / 2 && (group = find_largest(set, own)) != NULL)
		read_group(set, group);
	file = unpack(reader, WH_MAX_HELD_REPOSITORY - set->size);
	if (!file) {
		report_too_large(set, reader->stream);
		return;
	}
	group = add_file(set, &file->stream);
	g_ptr_array_add(group->held, file);
	group->size += file->size;
	set->size += file->size;
	if (is_complete(group))
		read_group(set, group);
}

void repository_set_reach(struct repository_set *set, const char *entry)
{
	for (guint i = 0; i < set->groups->len;) {
		struct repository_group *group = set->groups->pdata[i];
		size_t length = entry_name_archive_length(group->key);

		if (strncmp(entry ? entry : "", group->key, length) == 0)
			i++;
		else
			read_group(set, group), i = 0;
	}
}

void repository_set_read(struct repository_set *set)
{
	while (set->groups->len)
		read_group(set, set->groups->pdata[0]);
}
