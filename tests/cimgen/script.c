/* SPDX-License-Identifier: Apache-2.0 */
/* A description is done as it is read: each step changes the repository. */
#include "script.h"

#include "../evtxgen/yaml_read.h"
#include "spoil.h"

static char *read_name_space(struct fy_node *step, GError **error)
{
	struct fy_node *node = yaml_get(step, "in");

	if (node != NULL)
		return yaml_dup(node, error);
	yaml_refuse(step, error, "in is missing");
	return NULL;
}

static bool put_class(struct repository_writer *repository, struct fy_node *step, GError **error)
{
	static const char *const keys[] = {"class",	 "in",	 "parent", "qualifiers",
					   "properties", "page", NULL};
	g_autofree char *name_space = NULL;

	if (!yaml_check_keys(step, keys, error))
		return false;
	name_space = read_name_space(step, error);
	return name_space != NULL && repository_put_class(repository, name_space, step, error);
}

static bool put_instances(struct repository_writer *repository, struct fy_node *step,
			  GError **error)
{
	static const char *const keys[] = {
		"instance", "in",   "properties", "qualifiers", "property_qualifiers",
		"repeat",   "page", NULL};
	g_autofree char *name_space = NULL;
	uint64_t repeat = 1;

	if (!yaml_check_keys(step, keys, error) || !yaml_get_number(step, "repeat", &repeat, error))
		return false;
	name_space = read_name_space(step, error);
	if (name_space == NULL)
		return false;
	for (uint64_t turn = 0; turn < repeat; turn++)
		if (!repository_put_instance(repository, name_space, step, turn, error))
			return false;
	return true;
}

static bool delete_instance(struct repository_writer *repository, struct fy_node *step,
			    GError **error)
{
	static const char *const keys[] = {"delete", "in", "key", NULL};
	g_autofree char *name_space = NULL;

	if (!yaml_check_keys(step, keys, error))
		return false;
	name_space = read_name_space(step, error);
	return name_space != NULL && repository_delete(repository, name_space, step, error);
}

static bool run_step(struct repository_writer *repository, struct fy_node *step, GError **error)
{
	static const char *const pages[] = {"same", "new", NULL};
	unsigned page = 0;

	if (!yaml_is_map(step))
		return yaml_refuse(step, error, "should be a map");
	if (!yaml_get_choice(step, "page", pages, &page, error))
		return false;
	if (page == 1)
		object_pages_break(&repository->objects);
	if (yaml_get(step, "class") != NULL)
		return put_class(repository, step, error);
	if (yaml_get(step, "instance") != NULL)
		return put_instances(repository, step, error);
	if (yaml_get(step, "delete") != NULL)
		return delete_instance(repository, step, error);
	return yaml_refuse(step, error, "neither class, instance nor delete");
}

static bool run_steps(struct repository_writer *repository, struct fy_node *list, GError **error)
{
	struct fy_node *step;
	void *state = NULL;

	if (list == NULL)
		return true;
	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((step = yaml_next(list, &state)) != NULL)
		if (!run_step(repository, step, error))
			return false;
	return true;
}

static bool run_checkpoint(struct repository_writer *repository, struct fy_node *node,
			   GError **error)
{
	static const char *const keys[] = {"session", "clean", "write", NULL};
	bool clean = false, given;
	uint64_t session;

	if (!yaml_check_keys(node, keys, error) ||
	    !yaml_get_time(node, "session", &given, &session, error) ||
	    !yaml_get_bool(node, "clean", &clean, error))
		return false;
	if (given)
		repository_set_session(repository, session);
	return run_steps(repository, yaml_get(node, "write"), error) &&
	       repository_checkpoint(repository, clean, error);
}

/* What other descriptions share: steps that belong to the first checkpoint. */
static bool run_include(struct repository_writer *repository, struct fy_document *document,
			GError **error)
{
	static const char *const keys[] = {"session", "write", "texts", NULL};
	struct fy_node *root = yaml_root(document);
	bool given;
	uint64_t session;

	if (!yaml_check_keys(root, keys, error) ||
	    !yaml_get_time(root, "session", &given, &session, error))
		return false;
	if (given)
		repository_set_session(repository, session);
	return run_steps(repository, yaml_get(root, "write"), error);
}

static bool run_checkpoints(struct repository_writer *repository, struct fy_node *root,
			    GError **error)
{
	struct fy_node *list = yaml_get(root, "checkpoints");
	struct fy_node *node;
	void *state = NULL;

	if (!yaml_is_list(list))
		return yaml_refuse(root, error, "checkpoints should be a list");
	while ((node = yaml_next(list, &state)) != NULL)
		if (!run_checkpoint(repository, node, error))
			return false;
	return true;
}

static bool run_damage(struct repository_writer *repository, struct fy_node *list, GError **error)
{
	struct fy_node *entry;
	void *state = NULL;

	if (list == NULL)
		return true;
	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((entry = yaml_next(list, &state)) != NULL)
		if (!spoil_files(repository, entry, error))
			return false;
	return true;
}

static bool read_options(struct repository_options *options, struct fy_node *root, GError **error)
{
	static const char *const keys[] = {
		"layout",      "include", "first_id",	 "sequence", "keys_per_page",
		"reuse_pages", "texts",	  "checkpoints", "damage",   NULL};
	static const char *const layouts[] = {"v6", "xp", NULL};
	unsigned layout = LAYOUT_V6;

	*options = (struct repository_options){
		.first_id = 388, .sequence = 21340, .keys_per_page = 40};
	if (!yaml_check_keys(root, keys, error) ||
	    !yaml_get_choice(root, "layout", layouts, &layout, error) ||
	    !yaml_get_number(root, "first_id", &options->first_id, error) ||
	    !yaml_get_number(root, "sequence", &options->sequence, error) ||
	    !yaml_get_number(root, "keys_per_page", &options->keys_per_page, error) ||
	    !yaml_get_bool(root, "reuse_pages", &options->reuse_pages, error))
		return false;
	options->layout = layout;
	if (options->keys_per_page < 2 || options->first_id < 3)
		return yaml_refuse(root, error, "keys_per_page under 2, or first_id under 3");
	return true;
}

static bool run_root(struct fy_node *root, struct fy_document *include, const char *folder,
		     GError **error)
{
	struct repository_options options;
	struct repository_writer repository;
	bool written;

	if (!read_options(&options, root, error))
		return false;
	written = repository_open(&repository, &options, folder, error) &&
		  (include == NULL || run_include(&repository, include, error)) &&
		  run_checkpoints(&repository, root, error) &&
		  run_damage(&repository, yaml_get(root, "damage"), error);
	return repository_close(&repository, written ? error : NULL) && written;
}

/* *out stays NULL when nothing is included. */
static bool open_include(const char *path, struct fy_node *root, struct fy_document **out,
			 GError **error)
{
	struct fy_node *node = yaml_get(root, "include");
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = NULL;
	g_autofree char *beside = NULL;

	if (node == NULL)
		return true;
	name = yaml_dup(node, error);
	if (name == NULL)
		return false;
	beside = g_build_filename(folder, name, NULL);
	*out = yaml_open(beside, error);
	return *out != NULL;
}

bool script_run(const char *path, const char *folder, GError **error)
{
	struct fy_document *document = yaml_open(path, error);
	struct fy_document *include = NULL;
	bool run;

	if (document == NULL)
		return false;
	run = open_include(path, yaml_root(document), &include, error) &&
	      run_root(yaml_root(document), include, folder, error);
	if (include != NULL)
		yaml_close(include);
	yaml_close(document);
	if (!run)
		g_prefix_error(error, "%s: ", path);
	return run;
}
