/* SPDX-License-Identifier: Apache-2.0 */
#include "report/saved_members.h"

#include <string.h>

#include "event/filetime.h"

void saved_reader_init(struct saved_reader *reader)
{
	*reader = (struct saved_reader){
		.lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref),
		.arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref),
	};
	arena_init(&reader->arena);
}

void saved_reader_release(struct saved_reader *reader)
{
	g_ptr_array_unref(reader->lists);
	g_ptr_array_unref(reader->arrays);
	arena_release(&reader->arena);
	g_free(reader->problem);
}

void saved_reader_begin(struct saved_reader *reader, const char *text, size_t length)
{
	g_ptr_array_set_size(reader->lists, 0);
	g_ptr_array_set_size(reader->arrays, 0);
	arena_clear(&reader->arena);
	g_clear_pointer(&reader->problem, g_free);
	json_reader_init(&reader->json, text, length, &reader->arena);
}

void *saved_reader_alloc(struct saved_reader *reader, size_t size)
{
	return memset(arena_alloc(&reader->arena, size), 0, size);
}

GPtrArray *saved_reader_list(struct saved_reader *reader)
{
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(reader->lists, list);
	return list;
}

void saved_reader_fail(struct saved_reader *reader, const char *name, const char *what)
{
	if (!reader->problem)
		reader->problem = g_strdup_printf("%s %s", name, what);
}

bool saved_reader_expect(struct saved_reader *reader, const char *name, enum json_kind kind,
			 const char *what)
{
	enum json_kind found = json_peek(&reader->json);

	if (found == kind)
		return true;
	if (found != JSON_KIND_NULL)
		saved_reader_fail(reader, name, what);
	json_skip(&reader->json);
	return false;
}

const char *saved_read_text(struct saved_reader *reader, const char *name)
{
	const char *text = NULL;

	if (saved_reader_expect(reader, name, JSON_KIND_TEXT, "is no text"))
		json_read_text(&reader->json, &text);
	return text;
}

static void read_text(struct saved_reader *reader, const struct saved_member *member,
		      const char **out)
{
	*out = saved_read_text(reader, member->name);
	if (member->needed && *out && !**out)
		saved_reader_fail(reader, member->name, "is empty");
}

bool saved_read_time(struct saved_reader *reader, const char *name, uint64_t *out)
{
	const char *text = saved_read_text(reader, name);

	if (!text)
		return false;
	if (!filetime_parse(text, out)) {
		saved_reader_fail(reader, name, "is no time that can be read");
		return false;
	}
	return true;
}

/* The index of the word that comes next; false when it is none of them. */
static bool read_index(struct saved_reader *reader, const struct saved_member *member,
		       unsigned *out)
{
	const char *text = saved_read_text(reader, member->name), *word;

	for (unsigned i = 0; text && (word = member->word(i)); i++)
		if (strcmp(word, text) == 0)
			return *out = i, true;
	if (text)
		saved_reader_fail(reader, member->name, "is no word that is known");
	return false;
}

static void read_bits(struct saved_reader *reader, const struct saved_member *member, unsigned *out)
{
	unsigned index;

	if (!saved_reader_expect(reader, member->name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json))
		if (read_index(reader, member, &index))
			*out |= 1u << index;
}

static void read_texts(struct saved_reader *reader, const char *name, GPtrArray **out)
{
	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	*out = saved_reader_list(reader);
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		const char *text = saved_read_text(reader, name);

		if (!text || !*text)
			saved_reader_fail(reader, name, "has an element that is no text or empty");
		else
			g_ptr_array_add(*out, (gpointer)text);
	}
}

static void read_new(struct saved_reader *reader, const struct saved_member *member, void **out)
{
	*out = saved_reader_alloc(reader, member->size);
	saved_read_object(reader, member->name, member->members, *out);
}

static void read_objects(struct saved_reader *reader, const struct saved_member *member,
			 GPtrArray **out)
{
	if (!saved_reader_expect(reader, member->name, JSON_KIND_ARRAY, "is no list"))
		return;
	*out = saved_reader_list(reader);
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		void *object;

		read_new(reader, member, &object);
		g_ptr_array_add(*out, object);
	}
}

static void read_value(struct saved_reader *reader, const struct saved_member *member, void *place)
{
	const char *what = NULL;

	switch (member->kind) {
	case SAVED_IGNORED:
		json_skip(&reader->json);
		break;
	case SAVED_TEXT:
		read_text(reader, member, place);
		break;
	case SAVED_TIME:
		saved_read_time(reader, member->name, place);
		break;
	case SAVED_UINT64:
		what = json_read_whole(&reader->json, sizeof(uint64_t), place);
		break;
	case SAVED_UINT32:
		what = json_read_whole(&reader->json, sizeof(uint32_t), place);
		break;
	case SAVED_FLAG:
		what = json_read_flag(&reader->json, place);
		break;
	case SAVED_WORD:
		read_index(reader, member, place);
		break;
	case SAVED_BITS:
		read_bits(reader, member, place);
		break;
	case SAVED_TEXTS:
		read_texts(reader, member->name, place);
		break;
	case SAVED_PART:
		saved_read_object(reader, member->name, member->members, place);
		break;
	case SAVED_OBJECT:
		read_new(reader, member, place);
		break;
	case SAVED_OBJECTS:
		read_objects(reader, member, place);
		break;
	case SAVED_CALL:
		member->call(reader, member->name, place);
		break;
	}
	if (what)
		saved_reader_fail(reader, member->name, what);
}

static const struct saved_member *find_member(const struct saved_member *members, const char *key,
					      size_t length)
{
	for (; members->name; members++)
		if (strlen(members->name) == length && memcmp(members->name, key, length) == 0)
			return members;
	return NULL;
}

static void check_needed(struct saved_reader *reader, const struct saved_member *members,
			 uint64_t seen)
{
	for (unsigned i = 0; members[i].name; i++)
		if (members[i].needed && !(seen & UINT64_C(1) << i))
			saved_reader_fail(reader, members[i].name, "is missing");
}

void saved_read_object(struct saved_reader *reader, const char *name,
		       const struct saved_member *members, void *object)
{
	uint64_t seen = 0;
	const char *key;
	size_t length;

	if (!saved_reader_expect(reader, name, JSON_KIND_OBJECT, "is no object")) {
		saved_reader_fail(reader, name, "is no object");
		return;
	}
	json_open(&reader->json);
	while (json_next_member(&reader->json, &key, &length)) {
		const struct saved_member *member = find_member(members, key, length);
		uint64_t bit = member ? UINT64_C(1) << (member - members) : 0;

		if (!member || json_peek(&reader->json) == JSON_KIND_NULL) {
			json_skip(&reader->json);
			continue;
		}
		if (seen & bit)
			saved_reader_fail(reader, member->name, "stands twice");
		seen |= bit;
		read_value(reader, member, (char *)object + member->at);
		if (member->has_at)
			*((bool *)object + member->has_at) = true;
	}
	check_needed(reader, members, seen);
}
