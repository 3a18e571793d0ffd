/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "repository/object_carve.h"
#include "repository/repository_reading.h"

/*
 * How it works. Pages are written anew when they change, so pages of older maps, free pages, and
 * the rest of a page after its last record hold what was. Each is searched for the hashes of wanted
 * classes; what the same bytes said before is not given again. Best comes first: the pages of other
 * maps, whose checks hold, then free pages, then rests. An instance does not say its namespace:
 * pages of the index that are not in use any more do, as the hash of its key can be computed.
 */

/* In the order in which they are searched. */
enum page_use {
	USE_SYSTEM, /* only for what others depend on, where there is no index */
	USE_CURRENT, /* damaged, or of nobody knows which state */
	USE_OTHER_MAP,
	USE_FREE,
	USE_TAIL,
	USES
};

#define SEVERAL G_MAXUINT
#define MOST_LAYOUTS 16 /* of one class, in as many namespaces, that are tried */

struct object_searching {
	struct repository_reading *reading;
	GHashTable *wanted; /* uint64_t: class -> namespace that has instances of it + 1; 0: none,
			       SEVERAL */
	GHashTable *stale; /* struct instance_id -> namespace + 1 */
	uint8_t *owners; /* of each page: 0 none, 1 the current map, 2 + number of another */
	uint32_t *logical; /* of each page in its owner's map */
	bool is_for_system; /* nothing else is looked for now */
	uint64_t registration; /* the class of those of consumers */
	GByteArray *joined; /* a record of several pages */
	uint8_t page[WH_CIM_PAGE]; /* the one at hand */
};

static void add_wanted(struct object_searching *search, uint64_t class_hash)
{
	if (!g_hash_table_contains(search->wanted, &class_hash))
		g_hash_table_insert(search->wanted, g_memdup2(&class_hash, sizeof(class_hash)),
				    NULL);
}

static void list_wanted(struct object_searching *search)
{
	struct repository_reading *reading = search->reading;
	const GArray *entries = reading->classes.entries;

	for (guint i = 0; i < entries->len; i++) {
		const struct class_entry *entry = &g_array_index(entries, struct class_entry, i);

		if (reading_wants_class(reading, entry, entry->class_hash))
			add_wanted(search, entry->class_hash);
	}
	for (size_t i = 0; i < WH_KNOWN_CLASSES; i++)
		if (reading_wants_class(reading, NULL, reading->known.hashes[i]))
			add_wanted(search, reading->known.hashes[i]);
}

/* Notes that a namespace has, or had, an instance of the class. */
static void note_namespace(struct object_searching *search, uint64_t class_hash, guint number)
{
	gpointer value;

	if (!g_hash_table_lookup_extended(search->wanted, &class_hash, NULL, &value) ||
	    GPOINTER_TO_UINT(value) == number)
		return;
	g_hash_table_insert(search->wanted, g_memdup2(&class_hash, sizeof(class_hash)),
			    GUINT_TO_POINTER(value ? SEVERAL : number));
}

static void note_live_namespaces(struct object_searching *search)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, search->reading->live);
	while (g_hash_table_iter_next(&iter, &key, &value))
		note_namespace(search, ((const struct instance_id *)key)->class_hash,
			       GPOINTER_TO_UINT(value));
}

/* Without an index: class definitions, as the tables of pages have them. */
static void add_classes(struct repository_reading *reading, uint32_t logical)
{
	const uint8_t *page;
	struct object_row rows[WH_MAX_OBJECT_ROWS];
	uint32_t physical = page_map_find(reading->objects_map, logical), count;

	page = physical == WH_NO_PAGE ? NULL : page_file_get(&reading->objects, physical);
	if (!page || !object_rows_read(page, rows, &count))
		return;
	for (uint32_t i = 0; i < count; i++) {
		struct cim_decoding decoding = {.arena = &reading->arena,
						.budget = WH_MAX_CIM_COST};
		struct cim_class_record record;
		struct cim_class_part part;
		struct name_hash hash;
		const char *name;
		uint64_t offset;

		object_store_read(&reading->store, logical, rows[i].record, rows[i].size,
				  reading->record, &offset);
		arena_clear(&reading->arena);
		if (!cim_class_record_read(reading->record->data, reading->record->len, &record) ||
		    !cim_class_part_read(record.part, record.part_size, &part))
			continue;
		name = cim_heap_get_text(&part.heap, part.name, &decoding);
		if (!name || part.is_damaged)
			continue;
		name_hash_text(name, reading->is_xp, &hash);
		class_table_add(&reading->classes, WH_NO_NAMESPACE, name_hash_short(&hash), logical,
				rows[i].record, rows[i].size);
	}
}

static void find_classes(struct repository_reading *reading)
{
	for (uint32_t i = 0; i < reading->objects_map->count; i++)
		add_classes(reading, i);
	class_table_seal(&reading->classes);
}

static void take_stale(void *context, const struct index_key *key)
{
	struct object_searching *search = context;
	struct repository_reading *reading = search->reading;
	const struct instance_id id = {name_hash_short(&key->class_hash),
				       name_hash_short(&key->key)};
	guint number;

	if (key->kind != KEY_INSTANCE || !g_hash_table_contains(search->wanted, &id.class_hash) ||
	    g_hash_table_size(search->stale) >= WH_MAX_CIM_STALE)
		return;
	number = namespace_table_add(&reading->namespaces, &key->key_namespace) + 1;
	g_hash_table_insert(search->stale, g_memdup2(&id, sizeof(id)), GUINT_TO_POINTER(number));
	note_namespace(search, id.class_hash, number);
}

/* Pages of the index that the current state does not use. */
static void read_stale(struct object_searching *search)
{
	static const char *const often[] = {"root", "root\\subscription", "root\\DEFAULT",
					    "root\\CIMV2", "root\\WMI"};
	struct repository_reading *reading = search->reading;
	const struct index_calls calls = {.take = take_stale, .context = search};
	uint32_t pages = reading->index.pages, number;
	g_autofree uint8_t *used = g_malloc0(pages + 1);

	for (uint32_t i = 0; reading->index_map && i < reading->index_map->count; i++)
		if (reading->index_map->physical[i] < pages)
			used[reading->index_map->physical[i]] = 1;
	for (uint32_t i = 0; i < pages; i++)
		if (!used[i])
			index_read_page(&reading->index, i, reading->digits, &calls);
	for (size_t i = 0; i < G_N_ELEMENTS(often); i++)
		namespace_table_name(&reading->namespaces, often[i], &number);
}

/* The pages of the current map, then those that the newest of the others has whose check holds. */
static void find_owners(struct object_searching *search)
{
	struct repository_reading *reading = search->reading;
	const struct page_map *current = reading->objects_map;
	uint32_t pages = reading->objects.pages;

	search->owners = g_malloc0((size_t)pages + 1);
	search->logical = g_new0(uint32_t, (size_t)pages + 1);
	for (uint32_t i = 0; current != &reading->plain && i < current->count; i++)
		if (current->physical[i] < pages) {
			search->owners[current->physical[i]] = 1;
			search->logical[current->physical[i]] = i;
		}
	for (unsigned number = 0; number < reading->maps.count; number++) {
		const struct page_map *map = &reading->maps.maps[number].objects;

		for (uint32_t i = 0; map != current && map->checks && i < map->count; i++) {
			uint32_t physical = map->physical[i];

			if (physical >= pages || search->owners[physical] ||
			    !page_map_fits(map, i, page_file_get(&reading->objects, physical)))
				continue;
			search->owners[physical] = (uint8_t)(2 + number);
			search->logical[physical] = i;
		}
	}
}

static int compare_properties(const void *a, const void *b)
{
	return g_ascii_strcasecmp(((const struct cim_property *)a)->name,
				  ((const struct cim_property *)b)->name);
}

/* The hash of the key properties' values, by their names. */
static uint64_t hash_key(const struct repository_reading *reading, const struct cim_layout *layout,
			 const struct cim_value *properties)
{
	struct cim_property keys[16];
	g_autoptr(GString) text = g_string_new(NULL);
	struct name_hash hash;
	size_t count = 0;

	for (uint32_t i = 0; i < layout->count; i++)
		for (uint32_t j = 0; layout->properties[i].is_key && j < properties->count; j++)
			if (properties->properties[j].name == layout->properties[i].name &&
			    count < G_N_ELEMENTS(keys))
				keys[count++] = properties->properties[j];
	qsort(keys, count, sizeof(keys[0]), compare_properties);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			g_string_append(text, "\xEF\xBF\xBF");
		if (keys[i].value.kind == CIM_TEXT || keys[i].value.kind == CIM_NUMBER)
			g_string_append(text, keys[i].value.text);
	}
	if (count == 0)
		g_string_append_c(text, '@');
	name_hash_text(text->str, reading->is_xp, &hash);
	return name_hash_short(&hash);
}

/* The record at an offset of the page at hand, which may go on in others. */
static const uint8_t *get_record(struct object_searching *search, uint32_t physical,
				 const struct carve_mark *mark)
{
	struct repository_reading *reading = search->reading;
	uint8_t owner = search->owners[physical];
	const struct page_map *map = owner == 0	  ? &reading->plain
				     : owner == 1 ? reading->objects_map
						  : &reading->maps.maps[owner - 2].objects;
	uint32_t logical = search->logical[physical];

	if (mark->offset + mark->size <= WH_CIM_PAGE)
		return search->page + mark->offset;
	g_byte_array_set_size(search->joined, 0);
	g_byte_array_append(search->joined, search->page + mark->offset,
			    (guint)(WH_CIM_PAGE - mark->offset));
	while (search->joined->len < mark->size) {
		uint32_t next = owner ? page_map_find(map, ++logical) : ++physical;
		const uint8_t *page;

		/* A free page goes on in the next, if it goes on at all. */
		if (next == WH_NO_PAGE ||
		    (!owner && search->owners[next < reading->objects.pages ? next : 0]))
			return NULL;
		page = page_file_get(&reading->objects, next);
		if (!page)
			return NULL;
		g_byte_array_append(search->joined, page,
				    (guint)MIN(mark->size - search->joined->len, WH_CIM_PAGE));
	}
	return search->joined->data;
}

static bool is_state_known(const struct repository_reading *reading)
{
	return reading->index_map && reading->index.stream;
}

/* What it means that an object is there, and in which namespace it was: that of its key, or the
 * only one that has or had any of its class. */
static void judge(struct object_searching *search, const struct instance_id *id,
		  struct object_place *place)
{
	struct repository_reading *reading = search->reading;
	guint live = GPOINTER_TO_UINT(g_hash_table_lookup(reading->live, id));
	guint number = live;

	if (!number)
		number = GPOINTER_TO_UINT(g_hash_table_lookup(search->stale, id));
	if (!number)
		number = GPOINTER_TO_UINT(g_hash_table_lookup(search->wanted, &id->class_hash));
	place->namespace_number = number && number != SEVERAL ? number - 1 : WH_NO_NAMESPACE;
	/* The index names it, wherever its record is. */
	if (g_hash_table_remove(reading->lost, id) || place->found_in == FOUND_IN_CURRENT_MAP ||
	    place->found_in == FOUND_IN_NEWER_MAP)
		place->state = OBJECT_LIVE;
	else if (is_state_known(reading) && live)
		place->state = OBJECT_EARLIER;
	else if (!is_state_known(reading) || reading->index_is_damaged ||
		 (reading->maps.is_incomplete && place->found_in != FOUND_IN_OLDER_MAP))
		place->state = OBJECT_UNKNOWN;
	else
		place->state = OBJECT_DELETED;
}

/* Of namespaces that translate the texts of another's classes, and leave the rest of them out. */
static bool is_translation(struct repository_reading *reading, const struct class_entry *entry)
{
	const char *path = namespace_table_get(&reading->namespaces, entry->namespace_number);
	const char *last = path ? strrchr(path, '\\') : NULL;

	return last && g_ascii_strncasecmp(last, "\\ms_", 4) == 0;
}

/* Decodes the record by one of the class's definitions, as namespaces may have different ones;
 * *entry: NULL where it is the one that every Windows has. */
static const struct cim_layout *decode(struct object_searching *search, uint64_t class_hash,
				       const uint8_t *record, size_t size,
				       const struct class_entry **entry, struct cim_value *out)
{
	struct repository_reading *reading = search->reading;

	for (guint i = 0; i < 2 * MOST_LAYOUTS; i++) {
		const struct cim_layout *layout;
		size_t used;

		*entry = class_table_get_by_class(&reading->classes, class_hash, i % MOST_LAYOUTS);
		if (*entry && is_translation(reading, *entry) != (i >= MOST_LAYOUTS))
			continue;
		layout = reading_get_layout(reading, *entry, class_hash);
		if (layout &&
		    reading_decode(reading, layout, record, size, out, &used) == CIM_EXACT)
			return layout;
		if (!*entry && i >= MOST_LAYOUTS)
			return NULL;
		if (!*entry)
			i = MOST_LAYOUTS - 1;
	}
	return NULL;
}

static bool is_wanted_provider(const struct repository_reading *reading,
			       const struct class_entry *entry, const struct cim_value *properties)
{
	const struct wmi_object object = {.properties = *properties};
	const char *name = wmi_object_get_text(&object, "Name");
	g_autofree char *folded = name ? g_utf8_casefold(name, -1) : NULL;

	return !entry || entry->role != CLASS_PROVIDER || reading->wants->every ||
	       reading->wants->class_name ||
	       (folded && g_hash_table_contains(reading->provider_names, folded));
}

/* Whether what other objects mean depends on it. */
static bool is_helper(const struct object_searching *search, uint64_t class_hash)
{
	const struct repository_reading *reading = search->reading;

	return class_hash == search->registration ||
	       class_hash == name_hash_short(&reading->helper_hashes[HELPER_SESSION]) ||
	       class_hash == name_hash_short(&reading->helper_hashes[HELPER_SYSTEM]);
}

/* An object at a mark of the page at hand; returns how many bytes it has, or 0: there is none. */
static size_t try_mark(struct object_searching *search, uint32_t physical,
		       const struct carve_mark *mark, struct object_place *place)
{
	struct repository_reading *reading = search->reading;
	uint64_t class_hash = name_hash_short(&mark->class_hash), time = 0;
	const struct class_entry *entry;
	const struct cim_layout *layout;
	struct cim_value properties;
	const uint8_t *record;
	struct instance_id id;

	if (!(search->is_for_system ? is_helper(search, class_hash)
				    : g_hash_table_contains(search->wanted, &class_hash)))
		return 0;
	record = get_record(search, physical, mark);
	layout =
		record ? decode(search, class_hash, record, mark->size, &entry, &properties) : NULL;
	if (!layout)
		return 0;
	if (class_hash == search->registration)
		reading_note_provider(reading, &properties);
	if (search->is_for_system) {
		reading_note_system(reading, class_hash, &properties);
		return mark->size;
	}
	if (!is_wanted_provider(reading, entry, &properties) ||
	    !reading_add_content(reading, record, mark->size))
		return mark->size;
	bytes_get_u64(record, mark->size, 2 * (size_t)reading->digits, &time);
	id = (struct instance_id){class_hash, hash_key(reading, layout, &properties)};
	place->offset = (uint64_t)physical * WH_CIM_PAGE + mark->offset;
	judge(search, &id, place);
	reading_give(reading, layout, &properties, time, place);
	return mark->size;
}

static void search_page(struct object_searching *search, uint32_t physical, size_t from, size_t to,
			struct object_place *place)
{
	struct carve_mark mark;

	while (carve_find(search->page, to, from, search->reading->digits, &mark)) {
		size_t used = try_mark(search, physical, &mark, place);

		from = mark.offset + (used ? used : 2);
		if (from >= to)
			break;
	}
}

/* What a page is searched for in this round; false: nothing. */
static bool begin_page(const struct object_searching *search, uint32_t physical, enum page_use use,
		       size_t *from, size_t *to, struct object_place *place)
{
	const struct repository_reading *reading = search->reading;
	uint8_t owner = search->owners[physical];
	size_t tail = MIN(reading->tails[physical], WH_CIM_PAGE);
	bool has_table = reading->tails[physical] != UINT16_MAX;

	*place = (struct object_place){0};
	*from = 0;
	*to = WH_CIM_PAGE;
	switch (use) {
	case USE_SYSTEM:
		return !is_state_known(reading);
	case USE_CURRENT:
		*to = has_table ? tail : WH_CIM_PAGE;
		place->found_in = has_table ? FOUND_IN_CURRENT_MAP : FOUND_CARVED;
		return owner == 1 && (reading->is_damaged || !is_state_known(reading));
	case USE_OTHER_MAP:
		place->map = owner > 1 ? &reading->maps.maps[owner - 2] : NULL;
		place->found_in = (int)owner - 2 < reading->maps.current ? FOUND_IN_NEWER_MAP
									 : FOUND_IN_OLDER_MAP;
		return owner > 1;
	case USE_FREE:
		place->found_in =
			reading->objects_map == &reading->plain ? FOUND_CARVED : FOUND_IN_FREE_PAGE;
		return owner == 0;
	default:
		*from = tail;
		place->found_in = FOUND_IN_PAGE_TAIL;
		return owner == 1 && tail < WH_CIM_PAGE;
	}
}

static void search_pages(struct object_searching *search, enum page_use use)
{
	struct repository_reading *reading = search->reading;

	for (uint32_t i = 0; i < reading->objects.pages; i++) {
		struct object_place place;
		const uint8_t *page;
		size_t from, to;

		if (!begin_page(search, i, use, &from, &to, &place))
			continue;
		page = page_file_get(&reading->objects, i);
		if (!page)
			continue;
		memcpy(search->page, page, WH_CIM_PAGE);
		search_page(search, i, from, to, &place);
	}
}

void reading_search(struct repository_reading *reading)
{
	struct object_searching search = {.reading = reading, .joined = g_byte_array_new()};
	struct name_hash registration;

	name_hash_text("__EventConsumerProviderRegistration", reading->is_xp, &registration);
	search.registration = name_hash_short(&registration);
	search.wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	search.stale = g_hash_table_new_full(instance_id_hash, instance_id_equal, g_free, NULL);
	if (!is_state_known(reading))
		find_classes(reading);
	list_wanted(&search);
	note_live_namespaces(&search);
	read_stale(&search);
	find_owners(&search);
	for (int use = 0; use < USES; use++) {
		search.is_for_system = use == USE_SYSTEM;
		search_pages(&search, (enum page_use)use);
	}
	reading_give_providers(reading);
	g_hash_table_unref(search.wanted);
	g_hash_table_unref(search.stale);
	g_byte_array_unref(search.joined);
	g_free(search.owners);
	g_free(search.logical);
}
