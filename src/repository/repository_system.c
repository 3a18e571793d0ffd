/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "repository/repository_reading.h"

static const char *get_text(const struct cim_value *properties, const char *name)
{
	const struct wmi_object object = {.properties = *properties};

	return wmi_object_get_text(&object, name);
}

static int by_namespace(gconstpointer a, gconstpointer b)
{
	return memcmp(&((const struct index_key *)a)->key_namespace,
		      &((const struct index_key *)b)->key_namespace, sizeof(struct name_hash));
}

/* The first helper of the namespace of that path. */
static guint find_first_helper(const struct repository_reading *reading, const char *path)
{
	struct index_key wanted = {0};
	guint low = 0, high = reading->helpers->len;

	name_hash_text(path, reading->is_xp, &wanted.key_namespace);
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (by_namespace(&g_array_index(reading->helpers, struct index_key, middle),
				 &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool reading_note_system(struct repository_reading *reading, uint64_t class_hash,
			 const struct cim_value *properties)
{
	const char *host = get_text(properties, "targetName");
	const char *version = get_text(properties, "VersionCurrentlyRunning");

	if (class_hash == name_hash_short(&reading->helper_hashes[HELPER_SESSION])) {
		/* Of a user it is DOMAIN\USER. */
		if (host && *host && !strchr(host, '\\') && !reading->host)
			reading->host = g_strdup(host);
		return true;
	}
	if (class_hash == name_hash_short(&reading->helper_hashes[HELPER_SYSTEM])) {
		if (version && *version && !reading->system_version)
			reading->system_version = g_strdup(version);
		return true;
	}
	return false;
}

/* Reads the helpers of a namespace; the paths of those below it are added to `waiting`. */
static void read_helpers(struct repository_reading *reading, const char *path, GQueue *waiting)
{
	struct name_hash hash;

	name_hash_text(path, reading->is_xp, &hash);
	for (guint i = find_first_helper(reading, path); i < reading->helpers->len; i++) {
		const struct index_key *key = &g_array_index(reading->helpers, struct index_key, i);
		bool is_session =
			name_hash_equal(&key->class_hash, &reading->helper_hashes[HELPER_SESSION]);
		struct object_place place = {0};
		const struct cim_layout *layout;
		struct cim_value properties;
		uint32_t number;
		const char *name;

		if (!name_hash_equal(&key->key_namespace, &hash))
			break;
		if (!reading_read_instance(reading, key, &layout, &properties, &place))
			continue;
		if (is_session && g_ascii_strcasecmp(path, "root\\RSOP\\Computer") != 0)
			continue;
		if (reading_note_system(reading, name_hash_short(&key->class_hash), &properties))
			continue;
		name = get_text(&properties, "Name");
		if (name && strlen(path) < WH_MAX_FACT_TEXT) {
			char *child = g_strconcat(path, "\\", name, NULL);

			if (namespace_table_name(&reading->namespaces, child, &number))
				g_queue_push_tail(waiting, child);
			else
				g_free(child);
		}
	}
}

/* From root to those below it. */
void reading_name_namespaces(struct repository_reading *reading)
{
	static const char *const often[] = {"root\\subscription", "root\\DEFAULT", "root\\CIMV2",
					    "root\\WMI"};
	GQueue waiting = G_QUEUE_INIT;
	uint32_t number;

	g_array_sort(reading->helpers, by_namespace);
	namespace_table_name(&reading->namespaces, "root", &number);
	g_queue_push_tail(&waiting, g_strdup("root"));
	while (waiting.length) {
		g_autofree char *path = g_queue_pop_head(&waiting);

		read_helpers(reading, path, &waiting);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(often); i++)
		namespace_table_name(&reading->namespaces, often[i], &number);
}
