/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "input/volume_name.h"

struct walk {
	char *const *first;
	char *const *paths; /* those not begun */
	bool open;
	GHashTable *sets; /* char*: split archives that were met, by folder and shared name */
	char *path; /* of the one given last */
	char *problem;
	FTS *tree; /* of the path before `paths`, NULL between paths */
};

struct walk *walk_new(char *const *paths, bool open)
{
	struct walk *walk = g_new0(struct walk, 1);

	walk->first = walk->paths = paths;
	walk->open = open;
	walk->sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return walk;
}

void walk_free(struct walk *walk)
{
	if (walk->tree)
		fts_close(walk->tree);
	g_hash_table_unref(walk->sets);
	g_free(walk->path);
	g_free(walk->problem);
	g_free(walk);
}

void walk_file_close(struct walk_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	for (guint i = 0; file->more && i < file->more->len; i++)
		close(g_array_index(file->more, int, i));
	g_clear_pointer(&file->more, g_array_unref);
}

static bool give_problem(struct walk_file *out, const char *path, const char *problem, int error)
{
	*out = (struct walk_file){
		.path = path, .fd = -1, .named = true, .problem = problem, .error = error};
	return true;
}

static bool give_standard_input(const struct walk *walk, struct walk_file *out)
{
	int fd = walk->open ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : -1;

	if (walk->open && fd < 0)
		return give_problem(out, "-", "cannot open", errno);
	*out = (struct walk_file){.path = "-", .named = true, .fd = fd};
	return true;
}

static bool give_file(const struct walk *walk, const FTSENT *entry, bool named,
		      struct walk_file *out)
{
	int fd = walk->open ? open(entry->fts_accpath, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;

	if (walk->open && fd < 0)
		return give_problem(out, entry->fts_path, "cannot open", errno);
	*out = (struct walk_file){
		.path = entry->fts_path,
		.named = named,
		.size = entry->fts_info == FTS_F ? (uint64_t)entry->fts_statp->st_size : 0,
		.fd = fd,
	};
	return true;
}

static bool give_special(const FTSENT *entry, struct walk_file *out)
{
	bool is_link = entry->fts_info != FTS_DEFAULT;

	*out = (struct walk_file){
		.path = entry->fts_path,
		.fd = -1,
		.problem = is_link ? "a link inside a folder is not followed"
				   : "a pipe or device inside a folder is not opened",
		.is_special = true,
	};
	return true;
}

/* Which volumes of a split archive are in the folder: file names by number, the last one of a
 * spanned zip under 0. */
static GHashTable *list_volumes(const char *folder, const char *base,
				const struct volume_name *volume)
{
	GHashTable *names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	struct volume_name other;

	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		if (volume_name_parse(name, &other) && other.kind == volume->kind &&
		    other.base == volume->base && strncmp(name, base, other.base) == 0)
			g_hash_table_insert(names, GUINT_TO_POINTER(other.number), g_strdup(name));
	}
	if (dir)
		g_dir_close(dir);
	return names;
}

/* Their paths in the order of the archive's bytes; NULL with the number of one that is missing. */
static GPtrArray *order_volumes(GHashTable *names, const char *folder, enum volume_kind kind,
				guint *missing)
{
	guint count = g_hash_table_size(names), lasts = kind == VOLUME_SPANNED;
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 1; i <= count; i++) {
		guint number = lasts && i == count ? 0 : i;
		const char *name = g_hash_table_lookup(names, GUINT_TO_POINTER(number));

		*missing = number;
		if (!name)
			return NULL;
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	}
	return g_steal_pointer(&paths);
}

static bool open_volumes(const struct walk *walk, const GPtrArray *paths, struct walk_file *out)
{
	struct stat status;

	for (guint i = 0; i < paths->len; i++) {
		int fd = open(paths->pdata[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);

		if (fd < 0) {
			walk_file_close(out);
			return false;
		}
		out->size += fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
		if (!walk->open)
			close(fd);
		else if (i == 0)
			out->fd = fd;
		else
			g_array_append_val(out->more, fd);
	}
	return true;
}

static bool give_volumes(struct walk *walk, const FTSENT *entry, const struct volume_name *volume,
			 struct walk_file *out)
{
	g_autofree char *folder = g_path_get_dirname(entry->fts_path);
	GHashTable *names = list_volumes(folder, entry->fts_name, volume);
	guint missing = 0;
	GPtrArray *paths = order_volumes(names, folder, volume->kind, &missing);
	bool ok = true;

	g_free(walk->path);
	walk->path = g_strdup(!paths			       ? entry->fts_path
			      : volume->kind == VOLUME_SPANNED ? paths->pdata[paths->len - 1]
							       : paths->pdata[0]);
	*out = (struct walk_file){
		.path = walk->path, .named = entry->fts_level == FTS_ROOTLEVEL, .fd = -1};
	if (!paths || paths->len > WH_MAX_VOLUMES) {
		g_free(walk->problem);
		walk->problem =
			paths ? g_strdup_printf("more than %d volumes", WH_MAX_VOLUMES)
			: missing
				? g_strdup_printf("volume %u of the split archive is missing",
						  missing)
				: g_strdup(
					  "the last volume (.zip) of the split archive is missing");
		out->problem = walk->problem;
		out->is_volume = true;
	} else {
		out->more = g_array_new(FALSE, FALSE, sizeof(int));
		ok = open_volumes(walk, paths, out);
	}
	g_hash_table_unref(names);
	if (paths)
		g_ptr_array_unref(paths);
	return ok || give_problem(out, walk->path, "cannot open a volume", errno);
}

/* Whether a zip is the last volume of others beside it, which count from .z01. */
static bool is_spanned(const FTSENT *entry, const struct volume_name *volume)
{
	size_t length = strlen(entry->fts_path) - strlen(entry->fts_name) + volume->base;
	g_autofree char *first = g_strdup_printf("%.*s.z01", (int)length, entry->fts_path);
	g_autofree char *upper = g_strdup_printf("%.*s.Z01", (int)length, entry->fts_path);

	return volume->number > 0 || access(first, F_OK) == 0 || access(upper, F_OK) == 0;
}

/* A file, or the archive that it is a volume of; false when that was given before. */
static bool give_file_or_volumes(struct walk *walk, const FTSENT *entry, bool named,
				 struct walk_file *out)
{
	g_autofree char *base = g_path_get_basename(entry->fts_path);
	struct volume_name volume;
	char *key;

	if (!volume_name_parse(base, &volume))
		return give_file(walk, entry, named, out);
	key = g_strdup_printf("%d%.*s", volume.kind,
			      (int)(strlen(entry->fts_path) - strlen(base) + volume.base),
			      entry->fts_path);
	if (g_hash_table_contains(walk->sets, key)) {
		g_free(key);
		return false;
	}
	if (volume.kind == VOLUME_SPANNED && !is_spanned(entry, &volume)) {
		g_free(key);
		return give_file(walk, entry, named, out);
	}
	g_hash_table_add(walk->sets, key);
	return give_volumes(walk, entry, &volume, out);
}

/* False for what is left out. */
static bool give_entry(struct walk *walk, FTSENT *entry, struct walk_file *out)
{
	bool named = entry->fts_level == FTS_ROOTLEVEL;

	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level <= WH_MAX_PATH_DEPTH)
			return false;
		fts_set(walk->tree, entry, FTS_SKIP);
		return give_problem(out, entry->fts_path, "folders are too deep", ELOOP);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return give_problem(out, entry->fts_path, "cannot read", entry->fts_errno);
	case FTS_F:
		return give_file_or_volumes(walk, entry, named, out);
	case FTS_SL:
	case FTS_SLNONE:
	case FTS_DEFAULT:
		/* A pipe that the user names (a process substitution) is an input, and a link that
		 * leads nowhere is a problem to report. */
		return named ? give_file(walk, entry, named, out) : give_special(entry, out);
	default:
		return false;
	}
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The next entry of the folder at hand; false when it has no more. */
static bool next_entry(struct walk *walk, struct walk_file *out)
{
	FTSENT *entry;

	while (walk->tree && (entry = fts_read(walk->tree)) != NULL) {
		if (give_entry(walk, entry, out))
			return true;
	}
	if (walk->tree)
		fts_close(g_steal_pointer(&walk->tree));
	return false;
}

static bool find_next(struct walk *walk, struct walk_file *out)
{
	while (!next_entry(walk, out)) {
		char *path[] = {*walk->paths, NULL};

		if (!*walk->paths)
			return false;
		walk->paths++;
		if (strcmp(path[0], "-") == 0)
			return give_standard_input(walk, out);
		walk->tree = fts_open(path, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
		if (!walk->tree)
			return give_problem(out, path[0], "cannot read", errno);
	}
	return true;
}

bool walk_next(struct walk *walk, struct walk_file *out)
{
	if (!find_next(walk, out))
		return false;
	out->root = (size_t)(walk->paths - walk->first) - 1;
	return true;
}
