/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_repositories.h"

#include <string.h>

#include "input/repository_name.h"

struct gathered_input {
	char *key; /* folder, and what stands before the names of files */
	size_t folder; /* of that, the folder's length */
	GPtrArray *paths; /* char*, as bytes */
	GArray *fds; /* int */
	struct walk_file first; /* as it came, without what it has open */
	struct root *root;
};

struct input_repositories {
	GPtrArray *gathered; /* struct gathered_input* */
};

/* A folder may hold the files of many hosts, told apart by how they begin. */
#define MOST_GATHERED 16

static void free_gathered(gpointer data)
{
	struct gathered_input *gathered = data;

	for (guint i = 0; i < gathered->fds->len; i++)
		walk_file_close(&(struct walk_file){.fd = g_array_index(gathered->fds, int, i)});
	g_free(gathered->key);
	g_ptr_array_unref(gathered->paths);
	g_array_unref(gathered->fds);
	g_free(gathered);
}

struct input_repositories *input_repositories_new(void)
{
	struct input_repositories *repositories = g_new0(struct input_repositories, 1);

	repositories->gathered = g_ptr_array_new_with_free_func(free_gathered);
	return repositories;
}

void input_repositories_free(struct input_repositories *repositories)
{
	g_ptr_array_unref(repositories->gathered);
	g_free(repositories);
}

static const char *get_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool input_repositories_want(const struct walk_file *file)
{
	struct repository_name name;

	return !file->problem && !file->more && file->fd >= 0 && file->size > 0 &&
	       repository_name_parse(get_base(file->path), &name);
}

static struct gathered_input *find(const struct input_repositories *repositories, const char *key)
{
	for (guint i = 0; i < repositories->gathered->len; i++) {
		struct gathered_input *gathered = repositories->gathered->pdata[i];

		if (strcmp(gathered->key, key) == 0 &&
		    gathered->paths->len < WH_MAX_REPOSITORY_FILES)
			return gathered;
	}
	return NULL;
}

void input_repositories_add(struct input_repositories *repositories, const struct walk_file *file,
			    struct root *root)
{
	const char *base = get_base(file->path);
	struct gathered_input *gathered;
	struct repository_name name;
	g_autofree char *key = NULL;

	if (!repository_name_parse(base, &name))
		return;
	key = g_strdup_printf("%.*s", (int)((size_t)(base - file->path) + name.base), file->path);
	gathered = find(repositories, key);
	if (!gathered) {
		gathered = g_new0(struct gathered_input, 1);
		gathered->key = g_steal_pointer(&key);
		gathered->folder = (size_t)(base - file->path);
		gathered->paths = g_ptr_array_new_with_free_func(g_free);
		gathered->fds = g_array_new(FALSE, FALSE, sizeof(int));
		gathered->root = root;
		g_ptr_array_add(repositories->gathered, gathered);
	}
	gathered->first.named |= file->named;
	gathered->first.size += file->size;
	/* The objects' file stands for all. */
	if (name.role == ROLE_OBJECTS) {
		g_ptr_array_insert(gathered->paths, 0, g_strdup(file->path));
		g_array_prepend_val(gathered->fds, file->fd);
	} else {
		g_ptr_array_add(gathered->paths, g_strdup(file->path));
		g_array_append_val(gathered->fds, file->fd);
	}
}

static struct input *make_input(struct gathered_input *gathered)
{
	struct walk_file file = gathered->first;

	file.path = gathered->paths->pdata[0];
	file.fd = g_array_index(gathered->fds, int, 0);
	if (gathered->fds->len > 1) {
		file.more = g_array_new(FALSE, FALSE, sizeof(int));
		g_array_append_vals(file.more, &g_array_index(gathered->fds, int, 1),
				    gathered->fds->len - 1);
	}
	g_array_set_size(gathered->fds, 0);
	return input_new_of_files(&file, gathered->paths, gathered->root);
}

void input_repositories_end(struct input_repositories *repositories, const char *path, GQueue *out)
{
	for (guint i = 0; i < repositories->gathered->len;) {
		struct gathered_input *gathered = repositories->gathered->pdata[i];

		if (path && repositories->gathered->len < MOST_GATHERED &&
		    strncmp(path, gathered->key, gathered->folder) == 0) {
			i++;
			continue;
		}
		g_queue_push_tail(out, make_input(gathered));
		g_ptr_array_remove_index(repositories->gathered, i);
	}
}
