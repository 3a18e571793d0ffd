/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_collections.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/entry_name.h"
#include "map/collection_notes.h"

#define MOST_NOTES 2u

struct input_collections {
	char *folder; /* with its slash; NULL: none is at hand */
	char *paths[MOST_NOTES];
	int fds[MOST_NOTES];
	unsigned count;
};

struct input_collections *input_collections_new(void)
{
	return g_new0(struct input_collections, 1);
}

static void end(struct input_collections *collections)
{
	for (unsigned i = 0; i < collections->count; i++) {
		close(collections->fds[i]);
		g_free(collections->paths[i]);
	}
	collections->count = 0;
	g_clear_pointer(&collections->folder, g_free);
}

void input_collections_free(struct input_collections *collections)
{
	end(collections);
	g_free(collections);
}

static int copy_descriptor(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

void input_collections_note(struct input_collections *collections, const struct walk_file *file)
{
	size_t length = (size_t)(entry_name_base(file->path) - file->path);
	int fd;

	if (file->problem || file->more || file->fd < 0 || !collection_notes_is_note(file->path))
		return;
	if (!collections->folder || strlen(collections->folder) != length ||
	    strncmp(collections->folder, file->path, length) != 0) {
		end(collections);
		collections->folder = g_strndup(file->path, length);
	}
	if (collections->count == MOST_NOTES || (fd = copy_descriptor(file->fd)) < 0)
		return;
	collections->fds[collections->count] = fd;
	collections->paths[collections->count++] = g_strdup(file->path);
}

struct input *input_collections_make(const struct input_collections *collections,
				     const struct walk_file *file, struct root *root)
{
	struct walk_file all = *file;
	g_autoptr(GPtrArray) paths = NULL;

	if (file->problem || file->more || file->fd < 0 || !collections->folder ||
	    !g_str_has_prefix(file->path, collections->folder) ||
	    collection_notes_is_note(file->path) || !collection_notes_is_name(file->path))
		return NULL;
	paths = g_ptr_array_new();
	g_ptr_array_add(paths, (gpointer)file->path);
	all.more = g_array_new(FALSE, FALSE, sizeof(int));
	for (unsigned i = 0; i < collections->count; i++) {
		int fd = copy_descriptor(collections->fds[i]);

		if (fd < 0)
			continue;
		g_array_append_val(all.more, fd);
		g_ptr_array_add(paths, collections->paths[i]);
	}
	return input_new_of_files(&all, paths, root);
}
