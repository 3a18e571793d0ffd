/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"

struct file_stream {
	struct stream stream;
	int fd;
};

static ssize_t read_file(struct stream *stream, void *buffer, size_t size)
{
	struct file_stream *file = (struct file_stream *)stream;
	ssize_t got;

	do
		got = read(file->fd, buffer, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static void report(const struct walk *walk, const char *path, const char *action, int error)
{
	g_autofree char *what = g_strdup_printf("%s: %s", action, g_strerror(error));
	g_autofree char *text = text_from_bytes(path, strlen(path));
	struct fault fault = {.what = what, .path = text};

	fault_report(walk->faults, &fault);
}

static bool visit_fd(const struct walk *walk, const char *path, int fd, bool named)
{
	g_autofree char *text = text_from_bytes(path, strlen(path));
	struct file_stream file = {{.path = text, .read = read_file}, fd};

	return walk->visit(walk->context, &file.stream, named);
}

static bool visit_file(const struct walk *walk, const char *access_path, const char *path,
		       bool named)
{
	int fd = open(access_path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool go_on;

	if (fd < 0) {
		report(walk, path, "cannot open", errno);
		return true;
	}
	go_on = visit_fd(walk, path, fd, named);
	close(fd);
	return go_on;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool visit_entry(const struct walk *walk, FTS *tree, FTSENT *entry)
{
	bool named = entry->fts_level == FTS_ROOTLEVEL;

	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level > WH_MAX_PATH_DEPTH) {
			report(walk, entry->fts_path, "folders are too deep", ELOOP);
			fts_set(tree, entry, FTS_SKIP);
		}
		return true;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		report(walk, entry->fts_path, "cannot read", entry->fts_errno);
		return true;
	case FTS_F:
		return visit_file(walk, entry->fts_accpath, entry->fts_path, named);
	case FTS_DEFAULT:
		/* A pipe that the user names (a process substitution) is an input. */
		return !named || visit_file(walk, entry->fts_accpath, entry->fts_path, named);
	default:
		return true;
	}
}

bool walk_path(const struct walk *walk, const char *path)
{
	char *paths[] = {(char *)path, NULL};
	bool go_on = true;
	FTSENT *entry;
	FTS *tree;

	if (strcmp(path, "-") == 0)
		return visit_fd(walk, path, STDIN_FILENO, true);
	tree = fts_open(paths, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (!tree) {
		report(walk, path, "cannot read", errno);
		return true;
	}
	while (go_on && (entry = fts_read(tree)) != NULL)
		go_on = visit_entry(walk, tree, entry);
	fts_close(tree);
	return go_on;
}
