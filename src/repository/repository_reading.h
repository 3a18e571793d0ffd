/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_REPOSITORY_READING_H
#define WH_REPOSITORY_REPOSITORY_READING_H

#include "base/secret_hash.h"
#include "repository/class_table.h"
#include "repository/index_tree.h"
#include "repository/known_classes.h"
#include "repository/namespace_table.h"
#include "repository/repository_maps.h"
#include "repository/session_times.h"

/* What the files repository*.c and object_search.c share. */

/* An instance, as its key names it: hashes as name_hash_short() has them. */
struct instance_id {
	uint64_t class_hash;
	uint64_t key;
};

/* For tables of these. */
guint instance_id_hash(gconstpointer id);
gboolean instance_id_equal(gconstpointer a, gconstpointer b);

/* Where an object was found, and what that says of it. */
struct object_place {
	enum object_state state;
	enum object_found_in found_in;
	const struct repository_map *map; /* of another map than the current; or NULL */
	uint32_t namespace_number;
	uint64_t offset; /* in OBJECTS.DATA */
	bool partial;
};

/* Classes whose instances name what others belong to. */
enum { HELPER_NAMESPACE, HELPER_SESSION, HELPER_SYSTEM, HELPERS };

struct repository_reading {
	const struct object_wants *wants;
	const struct repository_calls *calls;
	const struct stream *source; /* OBJECTS.DATA; or NULL */
	const struct stream *index_source;
	struct page_file objects;
	struct page_file index;
	struct repository_maps maps;
	const struct page_map *objects_map; /* the current one, or `plain` */
	const struct page_map *index_map; /* the current one; or NULL */
	struct page_map plain; /* page by page, where there is no map that fits */
	struct object_store store;
	struct class_table classes;
	struct known_classes known;
	struct namespace_table namespaces;
	struct session_times times;
	bool is_xp;
	unsigned digits; /* of a hash */
	bool is_damaged; /* something that lives may have been missed */
	bool index_is_damaged;
	char *host;
	char *system_version;
	struct hash_secret secret;
	GHashTable *contents; /* struct digest: of objects that were given */
	GHashTable *live; /* struct instance_id -> namespace + 1 */
	GHashTable *
		lost; /* struct instance_id: of those, whose records are not where they should be */
	struct name_hash helper_hashes[HELPERS];
	GArray *helpers; /* struct index_key: instances that name namespaces, host and system */
	GArray *providers; /* struct index_key: not yet wanted */
	GHashTable *provider_names; /* that consumers are registered with, folded */
	struct name_hash wanted_class; /* wants->class_name */
	struct arena arena; /* of the object at hand */
	GByteArray *record; /* the one at hand */
	uint16_t *tails; /* of each page: where what its records leave over begins */
};

/* Reports damage in OBJECTS.DATA, at an offset. */
void reading_report(struct repository_reading *reading, const char *what, uint64_t offset);

/* Whether instances of the class are wanted; `entry` is NULL where its definition is not known. */
bool reading_wants_class(struct repository_reading *reading, const struct class_entry *entry,
			 uint64_t class_hash);

/* The layout of a class, or of one that every Windows has; NULL: not known. Valid until the next
 * call. */
const struct cim_layout *reading_get_layout(struct repository_reading *reading,
					    const struct class_entry *entry, uint64_t class_hash);

/* Decodes an instance record into *out, whose texts are in reading->arena, cleared first. *used:
 * bytes of it. */
enum cim_fit reading_decode(struct repository_reading *reading, const struct cim_layout *layout,
			    const uint8_t *data, size_t size, struct cim_value *out, size_t *used);

/* Decodes the instance of a key by its class; false when that does not work. `place` gets where it
 * is, and whether all of it could be read. */
bool reading_read_instance(struct repository_reading *reading, const struct index_key *key,
			   const struct cim_layout **layout, struct cim_value *out,
			   struct object_place *place);

/* Finds the paths of namespaces, from root to those below it, and what names host and system:
 * repository_system.c. */
void reading_name_namespaces(struct repository_reading *reading);

/* Takes what an instance says of host and system; false for one that says nothing of them. */
bool reading_note_system(struct repository_reading *reading, uint64_t class_hash,
			 const struct cim_value *properties);

/* Gives an object that was decoded from the record, which was written at its time. */
void reading_give(struct repository_reading *reading, const struct cim_layout *layout,
		  const struct cim_value *properties, uint64_t time,
		  const struct object_place *place);

/* Notes that what the record says was given; false when it was before. The times do not count. */
bool reading_add_content(struct repository_reading *reading, const uint8_t *record, size_t size);

/* Looks at all pages: when objects were written, where pages have bytes that no record uses, and
 * which are damaged: object_survey.c. */
void reading_survey(struct repository_reading *reading);

/* Notes which provider the registration of a consumer names. */
void reading_note_provider(struct repository_reading *reading, const struct cim_value *properties);

/* Gives the providers that are named and were not given: they are of everything in a repository,
 * and those of consumers count. */
void reading_give_providers(struct repository_reading *reading);

/* Gives classes that keep a long text as the default of a property of theirs, as payloads are
 * stored: repository_stores.c. */
void reading_give_stores(struct repository_reading *reading);

/* Fills in what all objects of the reading say, but class and properties; `derivation` gets the
 * classes above the layout's, and has room for WH_MAX_CIM_CHAIN. */
void reading_describe(struct repository_reading *reading, const struct cim_layout *layout,
		      uint64_t time, const struct object_place *place, const char **derivation,
		      struct wmi_object *out);

/* Also gives what no key of the current state names: object_search.c. */
void reading_search(struct repository_reading *reading);

#endif
