/* SPDX-License-Identifier: Apache-2.0 */
#include "repository_write.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../evtxgen/yaml_read.h"
#include "bytes_add.h"
#include "map_write.h"

static char *in_folder(const struct repository_writer *repository, const char *name)
{
	return g_build_filename(repository->folder, name, NULL);
}

bool repository_open(struct repository_writer *repository, const struct repository_options *options,
		     const char *folder, GError **error)
{
	g_autofree char *objects = NULL;
	g_autofree char *index = NULL;
	uint32_t first = (uint32_t)options->first_id;

	memset(repository, 0, sizeof *repository);
	repository->options = *options;
	repository->folder = folder;
	class_set_init(&repository->classes);
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return set_file_error(error, folder);
	objects = in_folder(repository, "OBJECTS.DATA");
	index = in_folder(repository, "INDEX.BTR");
	return object_pages_open(&repository->objects, options->layout, objects, first,
				 options->reuse_pages, error) &&
	       index_pages_open(&repository->index, options->layout, options->keys_per_page, index,
				first, options->reuse_pages, error);
}

bool repository_close(struct repository_writer *repository, GError **error)
{
	bool closed = paged_file_close(&repository->objects.pages, error) &&
		      index_pages_close(&repository->index, error);

	class_set_release(&repository->classes);
	return closed;
}

void repository_set_session(struct repository_writer *repository, uint64_t time)
{
	if (repository->session != time)
		repository->written = 0;
	repository->session = time;
}

/* Objects bear no time of their own: the start of the service, and a tick for each before. */
static struct record_writer get_writer(struct repository_writer *repository, const char *name_space,
				       uint64_t turn)
{
	return (struct record_writer){
		.layout = repository->options.layout,
		.classes = &repository->classes,
		.name_space = name_space,
		.moment = {.n = turn, .time = repository->session + repository->written},
	};
}

static char *hash_text(const struct repository_writer *repository, const char *text)
{
	return hashed_name_text(repository->options.layout, text);
}

static char *make_class_key(const struct repository_writer *repository, const char *name_space,
			    const char *name)
{
	g_autofree char *space = hash_text(repository, name_space);
	g_autofree char *hash = hash_text(repository, name);

	return g_strdup_printf("NS_%s\\CD_%s", space, hash);
}

/* NS_…\FOLDER_class\KEY_hash of the key. */
static char *make_instance_key(const struct repository_writer *repository, const char *name_space,
			       const char *folder, const char *class_name, const char *item,
			       const GByteArray *key)
{
	g_autofree char *space = hash_text(repository, name_space);
	g_autofree char *class_hash = hash_text(repository, class_name);
	g_autofree char *hash = hashed_name(repository->options.layout, key);

	return g_strdup_printf("NS_%s\\%s_%s\\%s_%s", space, folder, class_hash, item, hash);
}

static bool remove_record(struct repository_writer *repository, const char *key, GError **error)
{
	struct record_place place;

	return !index_pages_remove(&repository->index, key, &place) ||
	       object_pages_remove(&repository->objects, &place, error);
}

static void add_child_key(struct repository_writer *repository, const struct class_plan *plan)
{
	g_autofree char *space = hash_text(repository, plan->name_space);
	g_autofree char *name = hash_text(repository, plan->name);
	g_autofree char *parent =
		hash_text(repository, plan->parent != NULL ? plan->parent->name : "");

	index_pages_add(&repository->index,
			g_strdup_printf("NS_%s\\CR_%s\\C_%s", space, parent, name), NULL);
}

bool repository_put_class(struct repository_writer *repository, const char *name_space,
			  struct fy_node *step, GError **error)
{
	struct class_plan *plan = class_set_read(&repository->classes, name_space, step, error);
	struct record_writer writer = get_writer(repository, name_space, 0);
	g_autoptr(GByteArray) record = NULL;
	g_autofree char *key = NULL;
	struct record_place place;

	if (plan == NULL)
		return false;
	plan->time = writer.moment.time;
	record = record_write_class(&writer, plan, error);
	if (record == NULL)
		return false;
	key = make_class_key(repository, name_space, plan->name);
	if (!remove_record(repository, key, error) ||
	    !object_pages_add(&repository->objects, record, &place, error))
		return false;
	index_pages_add(&repository->index, g_steal_pointer(&key), &place);
	add_child_key(repository, plan);
	repository->written++;
	return true;
}

/* How records and reference keys name an instance. */
static char *make_path(const struct repository_writer *repository, const char *key)
{
	return g_strconcat(repository->options.layout == LAYOUT_XP ? "\\" : "", key, NULL);
}

/* [\\HOST\NAMESPACE:]CLASS.KEY="VALUE". NULL when it has another form, or no such class is there.
 */
static char *find_target(const struct repository_writer *repository, const char *name_space,
			 const char *reference)
{
	g_autoptr(GRegex) form = g_regex_new(
		"^(?:\\\\\\\\[^\\\\]+\\\\([^:\"]+):)?(\\w+)\\.\\w+=\"((?:[^\"\\\\]|\\\\.)*)\"$", 0,
		0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *space = NULL, *class_name = NULL, *quoted = NULL, *value = NULL;
	g_autoptr(GByteArray) key = NULL;
	const struct class_plan *plan;

	if (!g_regex_match(form, reference, 0, &match))
		return NULL;
	space = g_match_info_fetch(match, 1);
	class_name = g_match_info_fetch(match, 2);
	quoted = g_match_info_fetch(match, 3);
	value = g_strcompress(quoted);
	if (*space != '\0')
		name_space = space;
	plan = class_set_find(&repository->classes, name_space, class_name);
	if (plan == NULL)
		return NULL;
	key = utf16_new(value);
	return make_instance_key(repository, name_space, "KI", class_plan_key_root(plan)->name,
				 "IR", key);
}

/* Under the key of what a reference names stands who refers to it. */
static bool add_reference(struct repository_writer *repository, const struct record_writer *writer,
			  const struct class_plan *plan, const struct property_plan *property,
			  struct fy_node *value, const char *own_key, GError **error)
{
	g_autofree char *path = make_path(repository, own_key);
	g_autofree char *hash = hash_text(repository, path);
	g_autoptr(GByteArray) text = record_value_text(writer, value, error);
	g_autoptr(GByteArray) record = NULL;
	g_autofree char *reference = NULL;
	g_autofree char *target = NULL;
	struct record_place place;

	if (text == NULL)
		return false;
	reference = g_utf16_to_utf8((const gunichar2 *)(void *)text->data, text->len / 2, NULL,
				    NULL, NULL);
	if (reference != NULL)
		target = find_target(repository, writer->name_space, reference);
	if (target == NULL)
		return true;
	record = record_write_reference(writer, plan->name, property->name, path);
	if (!object_pages_add(&repository->objects, record, &place, error))
		return false;
	index_pages_add(&repository->index, g_strdup_printf("%s\\R_%s", target, hash), &place);
	return true;
}

static bool add_references(struct repository_writer *repository, const struct record_writer *writer,
			   const struct class_plan *plan, struct fy_node *properties,
			   const char *own_key, GError **error)
{
	for (guint i = 0; i < plan->all->len; i++) {
		const struct property_plan *property = plan->all->pdata[i];
		struct fy_node *value = yaml_get(properties, property->name);

		if (property->type == CIM_REFERENCE && yaml_is_scalar(value) &&
		    !add_reference(repository, writer, plan, property, value, own_key, error))
			return false;
	}
	return true;
}

static bool remove_references(struct repository_writer *repository, const char *own_key,
			      GError **error)
{
	g_autofree char *path = make_path(repository, own_key);
	g_autofree char *hash = hash_text(repository, path);
	g_autofree char *end = g_strconcat("\\R_", hash, NULL);
	struct record_place place;

	while (index_pages_remove_end(&repository->index, end, &place))
		if (!object_pages_remove(&repository->objects, &place, error))
			return false;
	return true;
}

/* The two keys of an instance: under its own class, and where others look for it. */
struct instance_keys {
	char *own;
	char *root;
};

static void free_keys(struct instance_keys *keys)
{
	g_free(keys->own);
	g_free(keys->root);
}

static bool make_keys(const struct repository_writer *repository,
		      const struct record_writer *writer, const struct class_plan *plan,
		      struct fy_node *properties, struct instance_keys *out, GError **error)
{
	g_autoptr(GByteArray) key = record_key_text(writer, plan, properties, error);

	if (key == NULL)
		return false;
	out->own = make_instance_key(repository, writer->name_space, "CI", plan->name, "IL", key);
	out->root = make_instance_key(repository, writer->name_space, "KI",
				      class_plan_key_root(plan)->name, "I", key);
	return true;
}

static bool remove_instance(struct repository_writer *repository, const struct class_plan *plan,
			    const struct instance_keys *keys, bool *was_there, GError **error)
{
	struct record_place place;

	*was_there = index_pages_remove(&repository->index, keys->own, &place);
	if (!*was_there)
		return true;
	if (!object_pages_remove(&repository->objects, &place, error) ||
	    !index_pages_remove(&repository->index, keys->root, &place))
		return false;
	for (guint i = 0; i < plan->all->len; i++)
		if (((const struct property_plan *)plan->all->pdata[i])->type == CIM_REFERENCE)
			return remove_references(repository, keys->root, error);
	return true;
}

static const struct class_plan *find_class(const struct repository_writer *repository,
					   const char *name_space, struct fy_node *name_node,
					   GError **error)
{
	g_autofree char *name = yaml_dup(name_node, error);
	const struct class_plan *plan;

	if (name == NULL)
		return NULL;
	plan = class_set_find(&repository->classes, name_space, name);
	if (plan == NULL)
		yaml_refuse(name_node, error, "no class \"%s\" here", name);
	return plan;
}

static bool add_instance(struct repository_writer *repository, const struct record_writer *writer,
			 const struct class_plan *plan, struct fy_node *step,
			 const struct instance_keys *keys, GError **error)
{
	g_autoptr(GByteArray) record = record_write_instance(writer, plan, step, error);
	struct record_place place;

	if (record == NULL || !object_pages_add(&repository->objects, record, &place, error))
		return false;
	index_pages_add(&repository->index, g_strdup(keys->own), &place);
	index_pages_add(&repository->index, g_strdup(keys->root), &place);
	repository->written++;
	return add_references(repository, writer, plan, yaml_get(step, "properties"), keys->root,
			      error);
}

bool repository_put_instance(struct repository_writer *repository, const char *name_space,
			     struct fy_node *step, uint64_t turn, GError **error)
{
	const struct class_plan *plan =
		find_class(repository, name_space, yaml_get(step, "instance"), error);
	struct fy_node *properties = yaml_get(step, "properties");
	struct record_writer writer = get_writer(repository, name_space, turn);
	struct instance_keys keys;
	bool put, was_there;

	if (plan == NULL)
		return false;
	if (!make_keys(repository, &writer, plan, properties, &keys, error))
		return yaml_locate(step, error);
	put = remove_instance(repository, plan, &keys, &was_there, error) &&
	      add_instance(repository, &writer, plan, step, &keys, error);
	free_keys(&keys);
	return put;
}

bool repository_delete(struct repository_writer *repository, const char *name_space,
		       struct fy_node *step, GError **error)
{
	const struct class_plan *plan =
		find_class(repository, name_space, yaml_get(step, "delete"), error);
	struct record_writer writer = get_writer(repository, name_space, 0);
	struct instance_keys keys;
	bool removed, was_there;

	if (plan == NULL)
		return false;
	if (!make_keys(repository, &writer, plan, yaml_get(step, "key"), &keys, error))
		return yaml_locate(step, error);
	removed = remove_instance(repository, plan, &keys, &was_there, error);
	free_keys(&keys);
	return removed && (was_there || yaml_refuse(step, error, "no such instance"));
}

static bool write_small(const struct repository_writer *repository, const char *name,
			const GByteArray *bytes, GError **error)
{
	g_autofree char *path = in_folder(repository, name);

	return g_file_set_contents(path, (const char *)bytes->data, bytes->len, error);
}

/* XP names the current map in a file of its own; later systems have the numbers in the maps. */
static bool write_map(const struct repository_writer *repository, const GByteArray *map,
		      GError **error)
{
	static const uint32_t numbers[] = {2, 3, 1};
	bool xp = repository->options.layout == LAYOUT_XP;
	uint32_t number = xp ? repository->checkpoints % 2 + 1
			     : numbers[repository->index.pages.checkpoint % 3];
	g_autofree char *name = g_strdup_printf("MAPPING%u.MAP", number);
	g_autoptr(GByteArray) version = g_byte_array_new();

	bytes_add_u32(version, number);
	return write_small(repository, name, map, error) &&
	       (!xp || write_small(repository, "MAPPING.VER", version, error));
}

bool repository_checkpoint(struct repository_writer *repository, bool clean, GError **error)
{
	const struct repository_options *options = &repository->options;
	uint32_t sequence = (uint32_t)options->sequence + 3 * repository->checkpoints;
	g_autoptr(GByteArray) map = g_byte_array_new();

	if (!index_pages_write(&repository->index, error))
		return false;
	map_append(map, options->layout, &repository->objects.pages, sequence, 0);
	map_append(map, options->layout, &repository->index.pages, sequence,
		   repository->index.root);
	if (options->layout == LAYOUT_V6)
		bytes_add_u32(map, clean);
	if (!write_map(repository, map, error))
		return false;
	paged_file_next_checkpoint(&repository->objects.pages);
	paged_file_next_checkpoint(&repository->index.pages);
	repository->checkpoints++;
	return true;
}
