/* SPDX-License-Identifier: Apache-2.0 */
#include "map/export_twins.h"

#include <glib.h>
#include <string.h>

#include "base/arena.h"
#include "event/event_times.h"

#define MAX_CHAIN 64 /* times of one key, which an attacker may make many */

/* One event that was added. */
struct twin {
	struct digest key;
	struct event_time time;
	uint32_t file; /* it was read from */
	uint32_t taken_by; /* the file of the last one that was found to be the same; 0: none */
	struct twin *next; /* of that key */
};

/* Files are known by numbers from 1 on, as there are many events of each. */
struct numbered_file {
	struct digest key;
	uint32_t number;
};

/* How often a content was met in a file. */
struct content_count {
	struct digest key;
	uint64_t count;
};

struct export_twins {
	const struct hash_secret *secret;
	GHashTable *twins; /* struct twin, in the arena; none before there is an export's event */
	struct twin *waiting; /* until then, in order */
	struct twin **last; /* of these */
	bool has_exports;
	struct arena arena;
	GHashTable *files; /* struct numbered_file, in the arena */
	uint32_t file; /* being read; 0: none yet */
	char *path, *entry; /* of that */
	GHashTable *counts; /* struct content_count, of that file */
	GString *form; /* scratch */
};

struct export_twins *export_twins_new(const struct hash_secret *secret)
{
	struct export_twins *twins = g_new0(struct export_twins, 1);

	twins->secret = secret;
	twins->twins = g_hash_table_new(digest_hash, digest_equal);
	twins->last = &twins->waiting;
	twins->files = g_hash_table_new(digest_hash, digest_equal);
	twins->counts = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	twins->form = g_string_new(NULL);
	arena_init(&twins->arena);
	return twins;
}

void export_twins_free(struct export_twins *twins)
{
	g_hash_table_unref(twins->twins);
	g_hash_table_unref(twins->files);
	g_free(twins->path);
	g_free(twins->entry);
	g_hash_table_unref(twins->counts);
	g_string_free(twins->form, TRUE);
	arena_release(&twins->arena);
	g_free(twins);
}

/* With its NUL, so that no two texts run together. */
static void append(GString *form, const char *text)
{
	g_string_append_len(form, text ? text : "", text ? (gssize)strlen(text) + 1 : 1);
}

static void append_folded(GString *form, const char *text, size_t length)
{
	gsize begin = form->len;

	g_string_append_len(form, text, (gssize)length);
	for (gsize i = begin; i < form->len; i++)
		form->str[i] = g_ascii_tolower(form->str[i]);
	g_string_append_c(form, '\0');
}

/* Fields in any order: some exporters keep none. */
static void append_fields(struct export_twins *twins, const struct event *event, GString *form)
{
	struct digest sum = {0, 0};

	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);
		uint64_t name = secret_hash(twins->secret, field->name, strlen(field->name));
		uint64_t value = secret_hash(twins->secret, field->value, strlen(field->value));

		sum.low += name * (value | 1);
		sum.high += value ^ (name << 32 | name >> 32);
	}
	g_string_append_len(form, (const char *)&sum, sizeof(sum));
}

/* What events that are one say alike. A host may be named with its domain or without, in any case.
 */
static void begin_key(struct export_twins *twins, const struct event *event)
{
	const struct event_ref *ref = &event->ref;
	GString *form = twins->form;

	g_string_truncate(form, 0);
	if (event->host)
		append_folded(form, event->host, strcspn(event->host, "."));
	if (ref->channel)
		append_folded(form, ref->channel, strlen(ref->channel));
	append_fields(twins, event, form);
}

/* Adds the numbers to what begin_key() wrote, which stays for the next. */
static struct digest end_key(struct export_twins *twins, const struct event_ref *ref,
			     bool with_record_id)
{
	uint64_t numbers[] = {ref->event_id, with_record_id ? ref->record_id : 0, with_record_id};
	GString *form = twins->form;
	gsize begin = form->len;
	struct digest key;

	g_string_append_len(form, (const char *)numbers, sizeof(numbers));
	key = secret_digest(twins->secret, form->str, form->len);
	g_string_truncate(form, begin);
	return key;
}

static uint32_t get_number(struct export_twins *twins, const struct digest *key)
{
	struct numbered_file *file = g_hash_table_lookup(twins->files, key);

	if (file)
		return file->number;
	file = arena_alloc(&twins->arena, sizeof(*file));
	*file = (struct numbered_file){*key, g_hash_table_size(twins->files) + 1};
	g_hash_table_add(twins->files, file);
	return file->number;
}

/* Events of one file come one after another. */
static void set_file(struct export_twins *twins, const struct event *event)
{
	const struct event_ref *ref = &event->ref;
	struct digest key;

	if (twins->file && g_strcmp0(ref->path, twins->path) == 0 &&
	    g_strcmp0(ref->entry, twins->entry) == 0)
		return;
	g_free(twins->path);
	g_free(twins->entry);
	twins->path = g_strdup(ref->path);
	twins->entry = g_strdup(ref->entry);
	g_string_truncate(twins->form, 0);
	append(twins->form, ref->path);
	append(twins->form, ref->entry);
	key = secret_digest(twins->secret, twins->form->str, twins->form->len);
	twins->file = get_number(twins, &key);
	g_hash_table_remove_all(twins->counts);
}

static bool find_twin(const struct export_twins *twins, struct twin *first,
		      const struct event_time *time)
{
	for (struct twin *twin = first; twin; twin = twin->next) {
		if (twin->file == twins->file || twin->taken_by == twins->file ||
		    !event_times_agree(&twin->time, time))
			continue;
		twin->taken_by = twins->file;
		return true;
	}
	return false;
}

static unsigned chain_length(const struct twin *twin)
{
	unsigned length = 0;

	for (; twin; twin = twin->next)
		length++;
	return length;
}

/* `first`: of its key, or NULL. */
static void link_twin(struct export_twins *twins, struct twin *first, struct twin *twin)
{
	twin->next = first ? first->next : NULL;
	if (first)
		first->next = twin;
	else
		g_hash_table_add(twins->twins, twin);
}

/* In most runs there is no export, and nobody looks for a log's events. */
static void begin_exports(struct export_twins *twins)
{
	struct twin *next;

	twins->has_exports = true;
	for (struct twin *twin = twins->waiting; twin; twin = next) {
		struct twin *first = g_hash_table_lookup(twins->twins, &twin->key);

		next = twin->next;
		if (chain_length(first) < MAX_CHAIN)
			link_twin(twins, first, twin);
	}
}

static bool add(struct export_twins *twins, const struct event *event, bool with_record_id)
{
	struct digest key = end_key(twins, &event->ref, with_record_id);
	struct event_time time = event_time_of(&event->ref);
	struct twin *first = NULL, *twin;

	if (twins->has_exports)
		first = g_hash_table_lookup(twins->twins, &key);
	if (event->ref.format != EVENT_FORMAT_LOG && find_twin(twins, first, &time))
		return true;
	if (chain_length(first) >= MAX_CHAIN)
		return false;
	twin = arena_alloc(&twins->arena, sizeof(*twin));
	*twin = (struct twin){.key = key, .time = time, .file = twins->file};
	if (twins->has_exports) {
		link_twin(twins, first, twin);
	} else {
		*twins->last = twin;
		twins->last = &twin->next;
	}
	return false;
}

bool export_twins_add(struct export_twins *twins, const struct event *event, bool is_fact)
{
	bool known;

	if (event->ref.format != EVENT_FORMAT_LOG && !twins->has_exports)
		begin_exports(twins);
	set_file(twins, event);
	begin_key(twins, event);
	known = add(twins, event, event->ref.has_record_id);
	if (!known && is_fact && event->ref.has_record_id)
		add(twins, event, false);
	return known;
}

uint64_t export_twins_count(struct export_twins *twins, const struct event *event,
			    const struct digest *digest)
{
	struct content_count *count;

	set_file(twins, event);
	count = g_hash_table_lookup(twins->counts, digest);
	if (!count) {
		count = g_new0(struct content_count, 1);
		count->key = *digest;
		g_hash_table_add(twins->counts, count);
	}
	return count->count++;
}
