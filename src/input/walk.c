/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

struct walk {
	char *const *first;
	char *const *paths; /* those not begun */
	bool open;
	FTS *tree; /* of the path before `paths`, NULL between paths */
};

struct walk *walk_new(char *const *paths, bool open)
{
	struct walk *walk = g_new0(struct walk, 1);

	walk->first = walk->paths = paths;
	walk->open = open;
	return walk;
}

void walk_free(struct walk *walk)
{
	if (walk->tree)
		fts_close(walk->tree);
	g_free(walk);
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

/* False for what is passed over. */
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
		return give_file(walk, entry, named, out);
	case FTS_SL:
	case FTS_SLNONE:
	case FTS_DEFAULT:
		/* A pipe that the user names (a process substitution) is an input, and a link that
		 * leads nowhere is told of. */
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
