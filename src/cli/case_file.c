/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/case_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "report/case_database.h"

static bool refuse(const char *path, const char *why, GError **error)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot add to %s: %s", path, why);
	return false;
}

/* What SQLite leaves beside a file that it has not finished with would be applied to ours. */
static bool has_journal(const char *path)
{
	static const char *const ends[] = {"-journal", "-wal"};
	bool found = false;

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *journal = g_strconcat(path, ends[i], NULL);
		struct stat file;

		found |= stat(journal, &file) == 0 && file.st_size > 0;
	}
	return found;
}

static const char *find_problem(const struct case_file *file, const char *path)
{
	uint8_t header[WH_CASE_HEADER];
	ssize_t size;

	if (!S_ISREG(file->seen.st_mode))
		return "it is no file";
	if (file->seen.st_size > WH_MAX_CASE_FILE)
		return "it is too large";
	if (has_journal(path))
		return "another program is at work on it, or was not able to end (a journal lies "
		       "beside it)";
	size = pread(file->fd, header, sizeof(header), 0);
	return size < 0 ? g_strerror(errno) : case_header_problem(header, (size_t)size);
}

bool case_file_open(struct case_file *file, const char *path, GError **error)
{
	const char *problem;

	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file->fd < 0)
		return errno == ENOENT || refuse(path, g_strerror(errno), error);
	problem = fstat(file->fd, &file->seen) == 0 ? find_problem(file, path) : g_strerror(errno);
	if (!problem)
		return true;
	case_file_close(file);
	return refuse(path, problem, error);
}

bool case_file_is_unchanged(const struct case_file *file, const char *path)
{
	const struct stat *seen = &file->seen;
	struct stat now;

	if (stat(path, &now) != 0)
		return file->fd < 0 && errno == ENOENT;
	return file->fd >= 0 && now.st_dev == seen->st_dev && now.st_ino == seen->st_ino &&
	       now.st_size == seen->st_size && now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

void case_file_close(struct case_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
