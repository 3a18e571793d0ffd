/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/repository.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "repository/repository_reading.h"

/*
 * How it works. The newest mapping file whose checks hold says which page of each file stands for
 * which logical page. The index, a tree of keys, names each class and instance with the place of
 * its record. It is walked twice: for the classes, and for what names namespaces and the host;
 * then for the instances, which can be decoded by then. What the current state does not name,
 * object_search.c looks for by content: in pages that only older maps have or none, after the last
 * record of each page, and everywhere when there is no state that can be read.
 */

static const char *const helper_classes[HELPERS] = {
	[HELPER_NAMESPACE] = "__NAMESPACE",
	[HELPER_SESSION] = "RSOP_Session",
	[HELPER_SYSTEM] = "__CIMOMIdentification",
};

void reading_report(struct repository_reading *reading, const char *what, uint64_t offset)
{
	struct fault fault = {.code = FAULT_REPOSITORY_DAMAGED,
			      .what = what,
			      .path = reading->source->path,
			      .entry = reading->source->entry,
			      .offset = offset,
			      .has_offset = true};

	fault_report(reading->calls->faults, &fault);
}

guint instance_id_hash(gconstpointer id)
{
	const struct instance_id *of = id;

	return (guint)(of->class_hash ^ of->key);
}

gboolean instance_id_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct instance_id)) == 0;
}

static void init(struct repository_reading *reading, const struct object_wants *wants,
		 const struct repository_calls *calls)
{
	*reading = (struct repository_reading){.wants = wants, .calls = calls};
	hash_secret_init(&reading->secret);
	reading->contents = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	reading->live = g_hash_table_new_full(instance_id_hash, instance_id_equal, g_free, NULL);
	reading->lost = g_hash_table_new_full(instance_id_hash, instance_id_equal, g_free, NULL);
	reading->helpers = g_array_new(FALSE, FALSE, sizeof(struct index_key));
	reading->providers = g_array_new(FALSE, FALSE, sizeof(struct index_key));
	reading->provider_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	reading->record = g_byte_array_new();
	arena_init(&reading->arena);
	session_times_init(&reading->times);
}

/* After the maps are read, which say how names are hashed. */
static void begin_tables(struct repository_reading *reading)
{
	struct name_hash hash;

	reading->is_xp = reading->maps.is_xp;
	reading->digits = reading->is_xp ? 32 : 64;
	namespace_table_init(&reading->namespaces, reading->is_xp);
	known_classes_init(&reading->known, reading->is_xp);
	class_table_init(&reading->classes, &reading->store, reading->is_xp);
	name_hash_text("__SystemClass", reading->is_xp, &hash);
	reading->classes.system_namespace = namespace_table_add(&reading->namespaces, &hash);
	for (int i = 0; i < HELPERS; i++)
		name_hash_text(helper_classes[i], reading->is_xp, &reading->helper_hashes[i]);
	if (reading->wants->class_name)
		name_hash_text(reading->wants->class_name, reading->is_xp, &reading->wanted_class);
}

static void release(struct repository_reading *reading)
{
	g_hash_table_unref(reading->contents);
	g_hash_table_unref(reading->live);
	g_hash_table_unref(reading->lost);
	g_hash_table_unref(reading->provider_names);
	g_array_unref(reading->helpers);
	g_array_unref(reading->providers);
	g_byte_array_unref(reading->record);
	arena_release(&reading->arena);
	session_times_release(&reading->times);
	namespace_table_release(&reading->namespaces);
	known_classes_release(&reading->known);
	class_table_release(&reading->classes);
	repository_maps_release(&reading->maps);
	page_map_release(&reading->plain);
	page_file_release(&reading->objects);
	page_file_release(&reading->index);
	g_free(reading->host);
	g_free(reading->system_version);
	g_free(reading->tails);
}

static bool is_a(struct repository_reading *reading, const struct class_entry *entry,
		 uint64_t class_hash, uint64_t wanted)
{
	for (unsigned depth = 0; depth < WH_MAX_CIM_CHAIN; depth++) {
		if (class_hash == wanted)
			return true;
		if (!entry || !entry->has_parent)
			return false;
		class_hash = entry->parent_hash;
		entry = class_table_find(&reading->classes, entry->namespace_number, class_hash);
	}
	return false;
}

bool reading_wants_class(struct repository_reading *reading, const struct class_entry *entry,
			 uint64_t class_hash)
{
	if (reading->wants->every)
		return true;
	if (reading->wants->class_name)
		return is_a(reading, entry, class_hash, name_hash_short(&reading->wanted_class));
	return (entry && entry->role != CLASS_OTHER) ||
	       known_classes_find(&reading->known, class_hash) != NULL;
}

const struct cim_layout *reading_get_layout(struct repository_reading *reading,
					    const struct class_entry *entry, uint64_t class_hash)
{
	const struct cim_layout *layout =
		entry ? class_table_get_layout(&reading->classes, entry) : NULL;

	const struct cim_layout *known = known_classes_find(&reading->known, class_hash);

	return known && (!layout || layout->is_damaged) ? known : layout;
}

enum cim_fit reading_decode(struct repository_reading *reading, const struct cim_layout *layout,
			    const uint8_t *data, size_t size, struct cim_value *out, size_t *used)
{
	struct cim_decoding decoding = {.arena = &reading->arena, .budget = WH_MAX_CIM_COST};
	size_t head = WH_CIM_HEAD(reading->digits);
	enum cim_fit fit;

	arena_clear(&reading->arena);
	*used = 0;
	if (size < head)
		return CIM_UNFIT;
	fit = cim_instance_read(layout, data + head, size - head, &decoding, out, used);
	*used += head;
	return fit;
}

/* Both times, the instance's and its class's, stand after the class hash. */
bool reading_add_content(struct repository_reading *reading, const uint8_t *record, size_t size)
{
	size_t head = WH_CIM_HEAD(reading->digits);
	struct digest parts[2] = {secret_digest(&reading->secret, record, head - 16),
				  secret_digest(&reading->secret, record + head, size - head)};

	struct digest content = secret_digest(&reading->secret, parts, sizeof(parts));

	return g_hash_table_add(reading->contents, g_memdup2(&content, sizeof(content)));
}

static uint32_t list_derivation(const struct cim_layout *layout, const char **names)
{
	uint32_t count = 0;

	for (; layout && layout->parent_name && count < WH_MAX_CIM_CHAIN; layout = layout->parent)
		names[count++] = layout->parent_name;
	return count;
}

void reading_describe(struct repository_reading *reading, const struct cim_layout *layout,
		      uint64_t time, const struct object_place *place, const char **derivation,
		      struct wmi_object *out)
{
	*out = (struct wmi_object){
		.host = reading->host,
		.system_version = reading->system_version,
		.object_namespace =
			namespace_table_get(&reading->namespaces, place->namespace_number),
		.class_name = layout->name,
		.derivation = derivation,
		.derivation_count = list_derivation(layout, derivation),
		.state = place->state,
		.found_in = place->found_in,
		.map_number = place->map ? place->map->number : 0,
		.checkpoint = place->map ? place->map->objects.id : 0,
		.partial = place->partial,
		.path = reading->source->path,
		.entry = reading->source->entry,
		.offset = place->offset,
	};
	out->has_session = session_times_find(&reading->times, time, &out->session, &out->sequence);
}

void reading_give(struct repository_reading *reading, const struct cim_layout *layout,
		  const struct cim_value *properties, uint64_t time,
		  const struct object_place *place)
{
	const char *wanted = reading->wants->object_namespace;
	const char *derivation[WH_MAX_CIM_CHAIN];
	struct wmi_object object;

	reading_describe(reading, layout, time, place, derivation, &object);
	object.properties = *properties;
	if (!wanted ||
	    (object.object_namespace && g_ascii_strcasecmp(object.object_namespace, wanted) == 0))
		reading->calls->take(reading->calls->take_context, &object);
}

/* The record of a key, and what it was found to be; false when there is none that can be used. */
static bool read_record(struct repository_reading *reading, const struct index_key *key,
			struct object_place *place)
{
	size_t head = WH_CIM_HEAD(reading->digits);
	struct name_hash class_hash;
	enum object_find find = object_store_read(&reading->store, key->page, key->record,
						  key->size, reading->record, &place->offset);

	if (find == OBJECT_ABSENT || reading->record->len < head ||
	    !name_hash_parse_wide(reading->record->data, reading->digits, &class_hash) ||
	    !name_hash_equal(&class_hash, &key->class_hash))
		return false;
	place->partial = find != OBJECT_FOUND;
	return true;
}

static uint64_t get_time(const struct repository_reading *reading, const uint8_t *record)
{
	uint64_t time = 0;

	bytes_get_u64(record, WH_CIM_HEAD(reading->digits), 2 * (size_t)reading->digits, &time);
	return time;
}

bool reading_read_instance(struct repository_reading *reading, const struct index_key *key,
			   const struct cim_layout **layout, struct cim_value *out,
			   struct object_place *place)
{
	uint64_t class_hash = name_hash_short(&key->class_hash);
	const struct class_entry *entry;
	enum cim_fit fit;
	size_t used;

	place->namespace_number = namespace_table_add(&reading->namespaces, &key->key_namespace);
	entry = class_table_find(&reading->classes, place->namespace_number, class_hash);
	if (!read_record(reading, key, place))
		return false;
	*layout = reading_get_layout(reading, entry, class_hash);
	if (!*layout)
		return false;
	fit = reading_decode(reading, *layout, reading->record->data, reading->record->len, out,
			     &used);
	place->partial |= fit != CIM_EXACT || used != reading->record->len;
	return fit != CIM_UNFIT;
}

static const char *get_text(const struct cim_value *properties, const char *name)
{
	const struct wmi_object object = {.properties = *properties};

	return wmi_object_get_text(&object, name);
}

/* `\\.\root\x:__Win32Provider.Name="NAME"` */
void reading_note_provider(struct repository_reading *reading, const struct cim_value *properties)
{
	const char *path = get_text(properties, "provider");
	const char *begin = path ? strstr(path, "=\"") : NULL;
	const char *end = begin ? strrchr(begin + 2, '"') : NULL;
	g_autofree char *name = end ? g_strndup(begin + 2, (gsize)(end - begin - 2)) : NULL;

	if (name)
		g_hash_table_add(reading->provider_names, text_fold(name));
}

static struct instance_id *get_id(const struct index_key *key)
{
	const struct instance_id id = {name_hash_short(&key->class_hash),
				       name_hash_short(&key->key)};

	return g_memdup2(&id, sizeof(id));
}

/* Gives the instance of a key of the current state. */
static void give_live(struct repository_reading *reading, const struct index_key *key,
		      enum class_role role)
{
	struct object_place place = {.state = OBJECT_LIVE, .found_in = FOUND_IN_CURRENT_MAP};
	const struct cim_layout *layout;
	struct cim_value properties;

	g_hash_table_insert(
		reading->live, get_id(key),
		GUINT_TO_POINTER(namespace_table_add(&reading->namespaces, &key->key_namespace) +
				 1));
	if (!reading_read_instance(reading, key, &layout, &properties, &place)) {
		uint32_t physical = page_map_find(reading->objects_map, key->page);

		reading->is_damaged = true;
		g_hash_table_add(reading->lost, get_id(key));
		reading_report(reading, "an instance that the index names cannot be read",
			       physical == WH_NO_PAGE ? 0 : (uint64_t)physical * WH_CIM_PAGE);
		return;
	}
	if (place.partial) {
		reading->is_damaged = true;
		reading_report(reading, "an instance is damaged", place.offset);
	}
	reading_add_content(reading, reading->record->data, reading->record->len);
	if (role == CLASS_REGISTRATION)
		reading_note_provider(reading, &properties);
	reading_give(reading, layout, &properties, get_time(reading, reading->record->data),
		     &place);
}

static void take_instance(void *context, const struct index_key *key)
{
	struct repository_reading *reading = context;
	uint64_t class_hash = name_hash_short(&key->class_hash);
	const struct class_entry *entry;
	enum class_role role;

	if (key->kind != KEY_INSTANCE)
		return;
	entry = class_table_find(&reading->classes,
				 namespace_table_add(&reading->namespaces, &key->key_namespace),
				 class_hash);
	role = entry ? (enum class_role)entry->role
		     : class_role_by_hash(class_hash, reading->is_xp);
	if (!reading_wants_class(reading, entry, class_hash))
		return;
	if (role == CLASS_PROVIDER && !reading->wants->every && !reading->wants->class_name) {
		if (reading->providers->len < WH_MAX_CIM_STALE)
			g_array_append_val(reading->providers, *key);
		return;
	}
	give_live(reading, key, role);
}

void reading_give_providers(struct repository_reading *reading)
{
	for (guint i = 0; i < reading->providers->len; i++) {
		struct index_key *key = &g_array_index(reading->providers, struct index_key, i);
		struct object_place place = {0};
		const struct cim_layout *layout;
		struct cim_value properties;
		g_autofree char *name = NULL;

		if (key->kind == KEY_OTHER ||
		    !reading_read_instance(reading, key, &layout, &properties, &place))
			continue;
		if (get_text(&properties, "Name"))
			name = text_fold(get_text(&properties, "Name"));
		if (!name || !g_hash_table_contains(reading->provider_names, name))
			continue;
		give_live(reading, key, CLASS_PROVIDER);
		key->kind = KEY_OTHER;
	}
}

static void take_class(void *context, const struct index_key *key)
{
	struct repository_reading *reading = context;
	uint32_t number = namespace_table_add(&reading->namespaces, &key->key_namespace);

	if (key->kind == KEY_CLASS)
		class_table_add(&reading->classes, number, name_hash_short(&key->class_hash),
				key->page, key->record, key->size);
	for (int i = 0; i < HELPERS && key->kind == KEY_INSTANCE; i++)
		if (name_hash_equal(&key->class_hash, &reading->helper_hashes[i]) &&
		    reading->helpers->len < WH_MAX_CIM_NAMESPACES)
			g_array_append_val(reading->helpers, *key);
}

static void index_damaged(void *context, uint32_t physical)
{
	struct repository_reading *reading = context;
	struct fault fault = {.code = FAULT_REPOSITORY_DAMAGED,
			      .what = "a page of the index is damaged",
			      .path = reading->index_source->path,
			      .entry = reading->index_source->entry,
			      .offset =
				      physical == WH_NO_PAGE ? 0 : (uint64_t)physical * WH_CIM_PAGE,
			      .has_offset = physical != WH_NO_PAGE};

	fault_report(reading->calls->faults, &fault);
}

/* What lives. */
static void read_state(struct repository_reading *reading)
{
	const struct index_calls classes = {
		.take = take_class, .damaged = index_damaged, .context = reading};
	const struct index_calls instances = {.take = take_instance, .context = reading};

	if (!index_walk(&reading->index, reading->index_map, reading->digits, &classes))
		reading->is_damaged = reading->index_is_damaged = true;
	class_table_seal(&reading->classes);
	reading_name_namespaces(reading);
	index_walk(&reading->index, reading->index_map, reading->digits, &instances);
	reading_give_providers(reading);
	if (!reading->wants->every && !reading->wants->class_name)
		reading_give_stores(reading);
}

static void use_plain_map(struct repository_reading *reading)
{
	struct page_map *plain = &reading->plain;

	plain->count = reading->objects.pages;
	plain->physical = g_new(uint32_t, MAX(plain->count, 1));
	for (uint32_t i = 0; i < plain->count; i++)
		plain->physical[i] = i;
	reading->objects_map = plain;
}

/* What cannot be read without a file is said once. */
static void report_missing(const struct repository_reading *reading,
			   const struct repository_file *files, size_t count)
{
	struct fault fault = {.code = FAULT_REPOSITORY_INCOMPLETE,
			      .path = files[0].stream->path,
			      .entry = files[0].stream->entry};
	bool has_map = false;

	for (size_t i = 0; i < count; i++)
		has_map |= files[i].role == ROLE_MAP || files[i].role == ROLE_OBJECTS_MAP;
	if (!reading->source)
		fault.what =
			"OBJECTS.DATA, which holds the objects of this repository, is not there";
	else if (!reading->index.stream && !has_map)
		fault.what = "OBJECTS.DATA alone, without INDEX.BTR and maps: objects are found by "
			     "their content, and what lives is not known";
	else if (!reading->index.stream)
		fault.what = "INDEX.BTR is not there: objects are found by their content";
	else if (!has_map)
		fault.what = "there is no MAPPING*.MAP: objects are found by their content, and "
			     "what lives is not known";
	else
		return;
	fault_report(reading->calls->faults, &fault);
}

static struct stream *find_stream(const struct repository_file *files, size_t count,
				  enum repository_role role)
{
	for (size_t i = 0; i < count; i++)
		if (files[i].role == role)
			return files[i].stream;
	return NULL;
}

void repository_read(const struct repository_file *files, size_t count,
		     const struct object_wants *wants, const struct repository_calls *calls)
{
	struct repository_reading reading;
	const struct repository_map *current;

	init(&reading, wants, calls);
	reading.source = find_stream(files, count, ROLE_OBJECTS);
	reading.index_source = find_stream(files, count, ROLE_INDEX);
	page_file_init(&reading.objects, find_stream(files, count, ROLE_OBJECTS));
	page_file_init(&reading.index, find_stream(files, count, ROLE_INDEX));
	report_missing(&reading, files, count);
	if (reading.source)
		repository_maps_read(&reading.maps, files, count, &reading.objects, &reading.index,
				     calls->faults);
	begin_tables(&reading);
	current = reading.source && reading.maps.current >= 0
			  ? &reading.maps.maps[reading.maps.current]
			  : NULL;
	if (current) {
		reading.objects_map = &current->objects;
		reading.index_map = current->index.physical ? &current->index : NULL;
	} else {
		use_plain_map(&reading);
	}
	reading.store = (struct object_store){&reading.objects, reading.objects_map};
	if (reading.source) {
		reading_survey(&reading);
		if (reading.index_source && reading.index_map)
			read_state(&reading);
		reading_search(&reading);
	}
	release(&reading);
}
