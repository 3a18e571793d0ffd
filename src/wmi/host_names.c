/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/host_names.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "event/collection.h"
#include "event/filetime.h"
#include "wmi/host_name_log.h"

/* What events say of names, and where, until all are there; host_machines.c then decides. */

struct host_names *host_names_new(void)
{
	struct host_names *names = g_new0(struct host_names, 1);

	hash_secret_init(&names->secret);
	arena_init(&names->arena);
	text_pool_init(&names->texts, &names->arena, &names->secret);
	names->logs = g_hash_table_new(digest_hash, digest_equal);
	names->places = g_hash_table_new(NULL, NULL);
	names->by_name = g_hash_table_new(NULL, NULL);
	names->spellings = g_hash_table_new(NULL, NULL);
	names->hosts = g_hash_table_new(digest_hash, digest_equal);
	names->strangers = g_hash_table_new(NULL, NULL);
	names->all = g_ptr_array_new();
	names->identities = g_ptr_array_new();
	names->notes = g_ptr_array_new_with_free_func(g_free);
	return names;
}

static void free_lists(struct host_names *names)
{
	GHashTableIter iter;
	gpointer value;

	for (struct name_log *log = names->first_log; log; log = log->next)
		g_ptr_array_unref(log->names);
	g_hash_table_iter_init(&iter, names->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_unref(((struct host_name *)value)->logged);
	for (guint i = 0; i < names->identities->len; i++) {
		struct host_identity *identity = names->identities->pdata[i];

		g_clear_pointer(&identity->names, g_ptr_array_unref);
	}
}

void host_names_free(struct host_names *names)
{
	if (!names)
		return;
	free_lists(names);
	g_hash_table_unref(names->logs);
	g_hash_table_unref(names->places);
	g_hash_table_unref(names->by_name);
	g_hash_table_unref(names->spellings);
	g_hash_table_unref(names->hosts);
	g_hash_table_unref(names->strangers);
	g_ptr_array_unref(names->all);
	g_ptr_array_unref(names->identities);
	g_ptr_array_unref(names->notes);
	text_pool_release(&names->texts);
	arena_release(&names->arena);
	g_free(names);
}

void *host_names_alloc(struct host_names *names, size_t size)
{
	names->size += size + 64; /* and its slots in tables */
	return memset(arena_alloc(&names->arena, size), 0, size);
}

static const char *keep(struct host_names *names, const char *text)
{
	return text_pool_keep(&names->texts, text);
}

static struct name_place *get_place(struct host_names *names, const struct event_ref *ref)
{
	g_autofree char *root = collection_root(ref);
	g_autofree char *file = root ? NULL : event_ref_text(ref);
	const char *text = keep(names, root ? root : file);
	struct name_place *place = g_hash_table_lookup(names->places, text);

	if (place)
		return place;
	place = host_names_alloc(names, sizeof(*place));
	place->root = root ? text : NULL;
	g_hash_table_insert(names->places, (char *)text, place);
	return place;
}

static bool is_of(const struct name_log *log, const struct event_ref *ref)
{
	return log && g_strcmp0(log->path, ref->path) == 0 &&
	       g_strcmp0(log->entry, ref->entry) == 0 && g_strcmp0(log->via, ref->via) == 0 &&
	       log->claimed == ref->claimed;
}

static struct digest log_key(struct host_names *names, const struct event_ref *ref)
{
	const void *const key[] = {keep(names, ref->path), keep(names, ref->entry),
				   keep(names, ref->via), GINT_TO_POINTER(ref->claimed)};

	return secret_digest(&names->secret, key, sizeof(key));
}

static struct name_log *get_log(struct host_names *names, const struct event_ref *ref)
{
	struct digest key = log_key(names, ref);
	struct name_log *log = g_hash_table_lookup(names->logs, &key);

	if (log)
		return log;
	log = host_names_alloc(names, sizeof(*log));
	log->key = key;
	log->path = keep(names, ref->path);
	log->entry = keep(names, ref->entry);
	log->via = keep(names, ref->via);
	log->claimed = ref->claimed;
	log->place = get_place(names, ref);
	log->names = g_ptr_array_new();
	log->next = names->first_log;
	names->first_log = log;
	g_hash_table_add(names->logs, log);
	return log;
}

static bool is_address(const char *name)
{
	return name[strspn(name, "0123456789.")] == '\0' || strchr(name, ':');
}

static struct host_name *make_name(struct host_names *names, const char *folded)
{
	struct host_name *name = host_names_alloc(names, sizeof(*name));
	size_t length = is_address(folded) ? strlen(folded) : strcspn(folded, ".");
	g_autofree char *label = g_strndup(folded, length);

	name->folded = folded;
	name->label = keep(names, label);
	name->is_long = folded[length] == '.';
	name->logged = g_ptr_array_new();
	g_hash_table_insert(names->by_name, (char *)folded, name);
	return name;
}

static struct host_name *get_name(struct host_names *names, const char *computer)
{
	const char *spelling = keep(names, computer);
	struct host_name *name = g_hash_table_lookup(names->spellings, spelling);
	g_autofree char *folded = name ? NULL : text_fold(computer);
	const char *kept;

	if (name)
		return name;
	kept = keep(names, folded);
	name = g_hash_table_lookup(names->by_name, kept);
	if (!name)
		name = make_name(names, kept);
	g_hash_table_insert(names->spellings, (char *)spelling, name);
	return name;
}

struct digest named_host_key(struct host_names *names, const void *name,
			     const struct name_place *place)
{
	const void *const key[] = {name, place};

	return secret_digest(&names->secret, key, sizeof(key));
}

struct named_host *named_host_get(struct host_names *names, const struct host_name *name,
				  const struct name_place *place)
{
	struct digest key = named_host_key(names, name, place);

	return g_hash_table_lookup(names->hosts, &key);
}

static struct named_host *get_host(struct host_names *names, struct host_name *name,
				   struct name_place *place)
{
	struct named_host *host = named_host_get(names, name, place);
	struct digest *key;

	if (host)
		return host;
	key = host_names_alloc(names, sizeof(*key));
	*key = named_host_key(names, name, place);
	host = host_names_alloc(names, sizeof(*host));
	host->name = name;
	host->place = place;
	host->parent = host;
	g_hash_table_insert(names->hosts, key, host);
	g_ptr_array_add(names->all, host);
	return host;
}

static void note_times(uint64_t *first, uint64_t *last, uint64_t time)
{
	if (time && (!*first || time < *first))
		*first = time;
	*last = MAX(*last, time);
}

static void note_spelling(struct host_names *names, struct named_host *host, const char *computer,
			  uint64_t time)
{
	if (!host->spelling || time < host->first ||
	    (time == host->first && strcmp(computer, host->spelling) < 0))
		host->spelling = keep(names, computer);
}

/* What stands in slack may be of a log that was cleared, and a hidden record of any. */
static bool is_sound(const struct event_ref *ref)
{
	return ref->has_record_id && !ref->recovered && !ref->hidden && !ref->chimera;
}

/* What was exported has no header that says whether the numbers are those of one log. */
static void note_order(struct host_names *names, struct name_log *log, const struct event_ref *ref)
{
	uint64_t gap = ref->record_id - ref->header_record_id;

	if (!log->has_gap) {
		log->has_gap = true;
		log->gap = gap;
		log->channel = keep(names, ref->channel);
	}
	/* A collector keeps the numbers of each machine. */
	log->is_mixed |= log->gap != gap || ref->header_record_id == 0 ||
			 g_strcmp0(log->channel, ref->channel) != 0;
}

static struct logged_name *get_logged(struct host_names *names, struct name_log *log,
				      struct named_host *host)
{
	struct logged_name *logged;

	for (guint i = 0; i < log->names->len; i++) {
		logged = log->names->pdata[i];
		if (logged->host == host)
			return logged;
	}
	/* More are of no one machine. */
	if (log->names->len > WH_MAX_LOG_NAMES)
		return log->names->pdata[0];
	logged = host_names_alloc(names, sizeof(*logged));
	logged->host = host;
	logged->log = log;
	logged->first_id = UINT64_MAX;
	g_ptr_array_add(log->names, logged);
	g_ptr_array_add(host->name->logged, logged);
	return logged;
}

static void note_rename(struct host_names *names, struct name_log *log, const struct event *event)
{
	const GArray *fields = event->fields;
	struct said_rename *said;
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;

	if (!event->ref.has_event_id || event->ref.event_id != 6011 || fields->len < 2 ||
	    g_strcmp0(event->provider, "EventLog") != 0)
		return;
	from = text_fold(g_array_index(fields, struct event_field, 0).value);
	to = text_fold(g_array_index(fields, struct event_field, 1).value);
	said = host_names_alloc(names, sizeof(*said));
	*said = (struct said_rename){log, keep(names, from), keep(names, to), event->ref.time,
				     names->said};
	names->said = said;
}

static void note_record(struct host_names *names, struct name_log *log, struct named_host *host,
			const struct event *event)
{
	const struct event_ref *ref = &event->ref;
	struct logged_name *logged = get_logged(names, log, host);

	note_order(names, log, ref);
	logged->first_id = MIN(logged->first_id, ref->record_id);
	logged->last_id = MAX(logged->last_id, ref->record_id);
	note_times(&logged->first, &logged->last, ref->time);
	note_rename(names, log, event);
}

/* NULL when there is no room, or no name. */
static struct named_host *add_name(struct host_names *names, const char *computer,
				   const struct event_ref *ref)
{
	if (!computer || names->size + names->texts.size > WH_HOST_NAMES_MEMORY)
		return NULL;
	if (!is_of(names->log, ref))
		names->log = get_log(names, ref);
	return get_host(names, get_name(names, computer), names->log->place);
}

void host_names_add(struct host_names *names, const struct event *event)
{
	const struct event_ref *ref = &event->ref;
	struct named_host *host = add_name(names, event->host, ref);

	if (!host)
		return;
	note_spelling(names, host, event->host, ref->time);
	note_times(&host->first, &host->last, ref->time);
	if (is_sound(ref))
		note_record(names, names->log, host, event);
}

void host_names_add_log(struct host_names *names, const char *computer, const struct event_ref *ref,
			uint64_t first, uint64_t last)
{
	struct named_host *host = add_name(names, computer, ref);

	if (!host)
		return;
	note_spelling(names, host, computer, first);
	note_times(&host->first, &host->last, first);
	note_times(&host->first, &host->last, last);
}

void host_names_add_shared(struct host_names *names, const struct event_ref *ref)
{
	if (names->size + names->texts.size <= WH_HOST_NAMES_MEMORY)
		get_log(names, ref)->is_mixed = true;
}

struct named_host *named_host_find(struct named_host *host)
{
	while (host->parent != host)
		host = host->parent = host->parent->parent;
	return host;
}

void named_host_join(struct named_host *a, struct named_host *b)
{
	named_host_find(a)->parent = named_host_find(b);
}

/* One that there was no room for goes by its name alone. */
static const struct host_identity *find_stranger(struct host_names *names, const char *computer)
{
	g_autofree char *folded = text_fold(computer);
	const char *key = keep(names, folded);
	struct host_identity *identity = g_hash_table_lookup(names->strangers, key);

	if (identity)
		return identity;
	identity = host_names_alloc(names, sizeof(*identity));
	identity->name = keep(names, computer);
	g_hash_table_insert(names->strangers, (char *)key, identity);
	return identity;
}

const struct host_identity *host_names_find(struct host_names *names, const char *computer,
					    const struct event_ref *ref)
{
	const struct host_name *name;
	struct named_host *host = NULL;

	if (!computer)
		return &names->nameless;
	if (!is_of(names->log, ref)) {
		struct digest key = log_key(names, ref);

		names->log = g_hash_table_lookup(names->logs, &key);
	}
	name = g_hash_table_lookup(names->spellings, keep(names, computer));
	if (name && names->log)
		host = named_host_get(names, name, names->log->place);
	return host ? named_host_find(host)->identity : find_stranger(names, computer);
}

const GPtrArray *host_names_list(const struct host_names *names)
{
	return names->identities;
}

const GPtrArray *host_names_get_notes(const struct host_names *names)
{
	return names->notes;
}

static bool is_longer(const char *name, const char *other)
{
	size_t length = strlen(name), other_length = strlen(other);
	g_autofree char *folded = NULL, *other_folded = NULL;

	if (length != other_length)
		return length > other_length;
	folded = text_fold(name);
	other_folded = text_fold(other);
	return strcmp(folded, other_folded) < 0;
}

static bool share_label(const char *name, const char *other)
{
	g_autofree char *label = g_strndup(name, strcspn(name, "."));
	g_autofree char *other_label = g_strndup(other, strcspn(other, "."));
	g_autofree char *folded = text_fold(label);
	g_autofree char *other_folded = text_fold(other_label);

	return strcmp(folded, other_folded) == 0;
}

const char *host_identity_full_name(const struct host_identity *identity)
{
	const GPtrArray *names = identity->names;
	const char *longest = identity->name;

	for (guint i = 0; longest && names && i < names->len; i++) {
		const char *name = names->pdata[i];

		if (share_label(name, identity->name) && is_longer(name, longest))
			longest = name;
	}
	return longest;
}

void host_identity_append_names(const struct host_identity *identity, GString *out)
{
	if (!identity || !identity->names)
		return;
	json_open_array(out, "host_names");
	for (guint i = 0; i < identity->names->len; i++)
		json_add_string(out, NULL, identity->names->pdata[i]);
	json_close_array(out);
}
