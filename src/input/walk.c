/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "input/volume_name.h"

/* A folder whose entries are being walked over. */
struct folder {
	char *path;
	dev_t device;
	ino_t inode;
	GPtrArray *names; /* char*, in their order */
	guint next;
};

struct walk {
	char *const *first;
	char *const *paths; /* those not begun */
	bool open;
	GHashTable *sets; /* char*: split archives that were met, by folder and shared name */
	GPtrArray *folders; /* struct folder*: the one at hand is the last, in those before it */
	char *entry; /* path of the one at hand */
	char *path; /* of an archive whose volumes were given last */
	char *problem;
	void (*watch)(void *context, const struct walk_place *place);
	void *context;
	GHashTable *left_out; /* char*: paths */
	char *after; /* NULL, or the entry that the walk goes on after */
	size_t after_root;
};

static void folder_free(void *data)
{
	struct folder *folder = data;

	g_ptr_array_unref(folder->names);
	g_free(folder->path);
	g_free(folder);
}

struct walk *walk_new(char *const *paths, bool open)
{
	struct walk *walk = g_new0(struct walk, 1);

	walk->first = walk->paths = paths;
	walk->open = open;
	walk->sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	walk->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	walk->folders = g_ptr_array_new_with_free_func(folder_free);
	return walk;
}

void walk_free(struct walk *walk)
{
	g_ptr_array_unref(walk->folders);
	g_hash_table_unref(walk->sets);
	g_hash_table_unref(walk->left_out);
	g_free(walk->entry);
	g_free(walk->after);
	g_free(walk->path);
	g_free(walk->problem);
	g_free(walk);
}

void walk_watch(struct walk *walk, void (*watch)(void *context, const struct walk_place *place),
		void *context)
{
	walk->watch = watch;
	walk->context = context;
}

void walk_leave_out(struct walk *walk, const char *path)
{
	g_hash_table_add(walk->left_out, g_strdup(path));
}

static bool is_root(const struct walk *walk)
{
	return walk->folders->len == 0;
}

static size_t root_number(const struct walk *walk)
{
	return (size_t)(walk->paths - walk->first) - 1;
}

/* Before each call that a dead file system may never answer. */
static void step(const struct walk *walk)
{
	const struct walk_place place = {walk->entry, root_number(walk), is_root(walk)};

	if (walk->watch)
		walk->watch(walk->context, &place);
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

/* What was opened for writing too (a terminal, a shell's <>) is not written to by who reads it,
 * where it can be opened anew. Reading goes on from the same place. */
static int open_standard_input(void)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);
	off_t place = lseek(STDIN_FILENO, 0, SEEK_CUR);
	int fd = -1;

	/* Closed, and filled by main(). */
	if (flags >= 0 && (flags & O_ACCMODE) == O_WRONLY) {
		errno = EBADF;
		return -1;
	}
	if (flags >= 0 && (flags & O_ACCMODE) == O_RDWR)
		fd = open("/proc/self/fd/0", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && place > 0 && lseek(fd, place, SEEK_SET) != place) {
		close(fd);
		fd = -1;
	}
	return fd >= 0 ? fd : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
}

static bool give_standard_input(const struct walk *walk, struct walk_file *out)
{
	int fd;

	step(walk);
	fd = walk->open ? open_standard_input() : -1;
	if (walk->open && fd < 0)
		return give_problem(out, "-", "cannot open", errno);
	*out = (struct walk_file){.path = "-", .named = true, .fd = fd};
	return true;
}

static bool give_file(const struct walk *walk, const struct stat *status, struct walk_file *out)
{
	int fd = walk->open ? open(walk->entry, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;

	if (walk->open && fd < 0)
		return give_problem(out, walk->entry, "cannot open", errno);
	*out = (struct walk_file){
		.path = walk->entry,
		.named = is_root(walk),
		.size = S_ISREG(status->st_mode) ? (uint64_t)status->st_size : 0,
		.fd = fd,
	};
	return true;
}

static bool give_special(const struct walk *walk, const struct stat *status, struct walk_file *out)
{
	*out = (struct walk_file){
		.path = walk->entry,
		.fd = -1,
		.problem = S_ISLNK(status->st_mode)
				   ? "a link inside a folder is not followed"
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
		int fd;

		step(walk);
		fd = open(paths->pdata[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
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

static bool give_volumes(struct walk *walk, const char *base, const struct volume_name *volume,
			 struct walk_file *out)
{
	g_autofree char *folder = g_path_get_dirname(walk->entry);
	GHashTable *names = list_volumes(folder, base, volume);
	guint missing = 0;
	GPtrArray *paths = order_volumes(names, folder, volume->kind, &missing);
	bool ok = true;

	g_free(walk->path);
	walk->path = g_strdup(!paths			       ? walk->entry
			      : volume->kind == VOLUME_SPANNED ? paths->pdata[paths->len - 1]
							       : paths->pdata[0]);
	*out = (struct walk_file){.path = walk->path, .named = is_root(walk), .fd = -1};
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

/* Bytes of the entry's path before what tells its volume from the others. */
static size_t shared_length(const struct walk *walk, const char *base,
			    const struct volume_name *volume)
{
	return strlen(walk->entry) - strlen(base) + volume->base;
}

/* Whether a zip is the last volume of others beside it, which count from .z01. */
static bool is_spanned(const struct walk *walk, const char *base, const struct volume_name *volume)
{
	int length = (int)shared_length(walk, base, volume);
	g_autofree char *first = g_strdup_printf("%.*s.z01", length, walk->entry);
	g_autofree char *upper = g_strdup_printf("%.*s.Z01", length, walk->entry);

	return volume->number > 0 || access(first, F_OK) == 0 || access(upper, F_OK) == 0;
}

static char *set_name(const struct walk *walk, const char *base, const struct volume_name *volume)
{
	return g_strdup_printf("%d%.*s", volume->kind, (int)shared_length(walk, base, volume),
			       walk->entry);
}

/* A file, or the archive that it is a volume of; false when that was given before. */
static bool give_file_or_volumes(struct walk *walk, const struct stat *status,
				 struct walk_file *out)
{
	g_autofree char *base = g_path_get_basename(walk->entry);
	g_autofree char *set = NULL;
	struct volume_name volume;

	if (!volume_name_parse(base, &volume))
		return give_file(walk, status, out);
	set = set_name(walk, base, &volume);
	if (g_hash_table_contains(walk->sets, set))
		return false;
	if (volume.kind == VOLUME_SPANNED && !is_spanned(walk, base, &volume))
		return give_file(walk, status, out);
	g_hash_table_add(walk->sets, g_steal_pointer(&set));
	return give_volumes(walk, base, &volume, out);
}

/* The other volumes of what a walk before this one came to are not given. */
static void note_set(struct walk *walk)
{
	g_autofree char *base = g_path_get_basename(walk->entry);
	struct volume_name volume;

	if (volume_name_parse(base, &volume))
		g_hash_table_add(walk->sets, set_name(walk, base, &volume));
}

/* As a walk comes to them: below 0 when `a` comes first. A folder comes before what is in it, and
 * that before all whose names begin with the folder's. */
static int compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b || *a == '/' || *b == '/')
		return *a == *b ? 0 : !*a ? -1 : !*b ? 1 : *a == '/' ? -1 : 1;
	return (unsigned char)*a - (unsigned char)*b;
}

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 &&
	       (path[length] == '/' || (length && folder[length - 1] == '/'));
}

void walk_go_on_after(struct walk *walk, size_t root, const char *entry)
{
	while (*walk->paths && (size_t)(walk->paths - walk->first) < root) {
		g_free(walk->entry);
		walk->entry = g_strdup(*walk->paths++);
		note_set(walk);
	}
	g_free(walk->after);
	walk->after = g_strdup(entry);
	walk->after_root = root;
}

/* Whether it comes at or before the entry that this walk goes on after. */
static bool is_before(const struct walk *walk)
{
	return walk->after && root_number(walk) == walk->after_root &&
	       compare_paths(walk->entry, walk->after) <= 0;
}

static bool is_open_folder(const struct walk *walk, const struct stat *status)
{
	for (guint i = 0; i < walk->folders->len; i++) {
		const struct folder *folder = walk->folders->pdata[i];

		if (folder->device == status->st_dev && folder->inode == status->st_ino)
			return true;
	}
	return false;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns errno of what kept it from the rest, or 0. */
static int read_names(const struct walk *walk, DIR *dir, GPtrArray *names)
{
	const struct dirent *item;

	while (errno = 0, (item = readdir(dir)) != NULL) {
		step(walk);
		if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0)
			g_ptr_array_add(names, g_strdup(item->d_name));
	}
	return errno;
}

/* False when there is nothing to say of it. */
static bool enter_folder(struct walk *walk, const struct stat *status, struct walk_file *out)
{
	struct folder *folder;
	DIR *dir;
	int error;

	if (is_open_folder(walk, status))
		return false;
	if (walk->folders->len > WH_MAX_PATH_DEPTH)
		return give_problem(out, walk->entry, "folders are too deep", ELOOP);
	dir = opendir(walk->entry);
	if (!dir)
		return give_problem(out, walk->entry, "cannot read", errno);
	folder = g_new0(struct folder, 1);
	folder->path = g_strdup(walk->entry);
	folder->device = status->st_dev;
	folder->inode = status->st_ino;
	folder->names = g_ptr_array_new_with_free_func(g_free);
	error = read_names(walk, dir, folder->names);
	closedir(dir);
	g_ptr_array_sort(folder->names, by_name);
	g_ptr_array_add(walk->folders, folder);
	return error != 0 && give_problem(out, walk->entry, "cannot read", error);
}

/* Follows links of paths that were given only. One that leads nowhere is looked at itself. */
static int look(const struct walk *walk, struct stat *out)
{
	int error;

	if (!is_root(walk))
		return lstat(walk->entry, out) == 0 ? 0 : errno;
	if (stat(walk->entry, out) == 0)
		return 0;
	error = errno;
	return lstat(walk->entry, out) == 0 ? 0 : error;
}

/* The entry at hand; false for what is left out. */
static bool give_entry(struct walk *walk, struct walk_file *out)
{
	bool before = is_before(walk);
	struct stat status;
	int error;

	if (g_hash_table_contains(walk->left_out, walk->entry) ||
	    (before && !is_below(walk->after, walk->entry))) {
		note_set(walk);
		return false;
	}
	step(walk);
	error = look(walk, &status);
	if (error)
		return give_problem(out, walk->entry, "cannot read", error);
	if (S_ISDIR(status.st_mode))
		return enter_folder(walk, &status, out);
	if (before)
		return false;
	if (S_ISREG(status.st_mode))
		return give_file_or_volumes(walk, &status, out);
	/* A pipe that the user names (a process substitution) is an input, and a link that leads
	 * nowhere is a problem to report. */
	return is_root(walk) ? give_file(walk, &status, out) : give_special(walk, &status, out);
}

/* Makes the next one the entry at hand: of the folder at hand, of those around it, or the next path
 * that was given. False at the end. */
static bool next_entry(struct walk *walk)
{
	while (walk->folders->len) {
		struct folder *folder = walk->folders->pdata[walk->folders->len - 1];
		const char *slash = g_str_has_suffix(folder->path, "/") ? "" : "/";

		if (folder->next < folder->names->len) {
			g_free(walk->entry);
			walk->entry = g_strconcat(folder->path, slash,
						  folder->names->pdata[folder->next++], NULL);
			return true;
		}
		g_ptr_array_remove_index(walk->folders, walk->folders->len - 1);
	}
	if (!*walk->paths)
		return false;
	g_free(walk->entry);
	walk->entry = g_strdup(*walk->paths++);
	return true;
}

static bool give_next(struct walk *walk, struct walk_file *out)
{
	while (next_entry(walk)) {
		if (is_root(walk) && strcmp(walk->entry, "-") == 0) {
			if (!is_before(walk))
				return give_standard_input(walk, out);
		} else if (give_entry(walk, out)) {
			return true;
		}
	}
	return false;
}

bool walk_next(struct walk *walk, struct walk_file *out)
{
	if (!give_next(walk, out))
		return false;
	out->root = root_number(walk);
	return true;
}
