/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/case_database.h"

#define HELD_BACK (256 * 1024)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static void set_error(GError **error, const struct output *output, int number)
{
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(number), "cannot write %s: %s",
		    output->path ? output->path : "standard output", g_strerror(number));
}

/* A name beside the target that no other file has. */
static char *make_name(const struct output *output)
{
	g_autofree char *folder = g_path_get_dirname(output->target);

	return g_strdup_printf("%s/.wmihunt-%08x%08x", folder, g_random_int(), (unsigned)getpid());
}

/* The names of descriptors that are open already: what they lead to is not to be replaced. */
static bool is_descriptor(const char *path)
{
	static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(path, names[i]))
			return true;
	return false;
}

/* A file without a name where that can be had: in a few file systems it cannot, and without /proc
 * it gets none. */
static int open_beside(struct output *output)
{
	g_autofree char *folder = g_path_get_dirname(output->target);
	bool can_name = access("/proc/self/fd", X_OK) == 0;
	int fd = -1;

	if (can_name)
		fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (fd >= 0 || (can_name && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	output->temporary = make_name(output);
	return open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/* The new file is whose the older one was, as far as that is allowed. */
static void copy_owner(const struct output *output, const struct stat *older)
{
	if (fchown(output->fd, older->st_uid, older->st_gid) != 0)
		g_debug("the owner changes: %s", g_strerror(errno));
	if (fchmod(output->fd, older->st_mode & 0777) != 0)
		g_debug("the mode changes: %s", g_strerror(errno));
}

static int open_file(struct output *output, const struct stat *older)
{
	if (older && access(output->path, W_OK) != 0)
		return -1;
	output->replaces = older != NULL;
	output->target = older ? realpath(output->path, NULL) : g_strdup(output->path);
	output->fd = output->target ? open_beside(output) : -1;
	if (output->fd >= 0 && older)
		copy_owner(output, older);
	if (output->fd >= 0 || !older || !output->target)
		return output->fd;
	g_clear_pointer(&output->temporary, g_free);
	g_clear_pointer(&output->target, g_free);
	output->replaces = false;
	output->clear_first = true;
	return open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static int open_path(struct output *output)
{
	struct stat older;
	bool there = stat(output->path, &older) == 0;

	if (is_descriptor(output->path))
		return open(output->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	if (there && !S_ISREG(older.st_mode))
		return open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return open_file(output, there ? &older : NULL);
}

bool output_open(struct output *output, const char *path, GError **error)
{
	*output = (struct output){.path = path, .fd = STDOUT_FILENO};
	if (path)
		output->fd = open_path(output);
	if (output->fd < 0) {
		set_error(error, output, errno);
		g_clear_pointer(&output->temporary, g_free);
		g_clear_pointer(&output->target, g_free);
		return false;
	}
	output->is_terminal = isatty(output->fd);
	output->lines = g_string_sized_new(HELD_BACK);
	return true;
}

static ssize_t write_some(struct output *output, const char *data, size_t size)
{
	struct output_progress none = {0};
	struct output_progress *progress = output->progress ? output->progress : &none;
	ssize_t written;

	progress->is_writing = true;
	written = write(output->fd, data, size);
	progress->written += (uint64_t)MAX(written, 0);
	progress->is_writing = false;
	return written;
}

static size_t write_all(struct output *output, const char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t written = write_some(output, data + done, size - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			output->error = written < 0 ? errno : EIO;
			break;
		}
		done += (size_t)written;
	}
	return done;
}

/* Takes the beginning of a line back from a file that could not take all of it. */
static void take_back_half_line(const struct output *output, size_t written)
{
	const char *feed = memrchr(output->lines->str, '\n', written);
	size_t whole = feed ? (size_t)(feed + 1 - output->lines->str) : 0;
	off_t end = lseek(output->fd, 0, SEEK_CUR);

	if (end >= 0 && whole < written && ftruncate(output->fd, end - (off_t)(written - whole)))
		g_debug("the half line stays: %s", g_strerror(errno));
}

static void clear(struct output *output)
{
	output->clear_first = false;
	if (ftruncate(output->fd, 0) != 0)
		output->error = errno;
}

bool output_flush(struct output *output)
{
	size_t written;

	if (output->error)
		return false;
	if (output->clear_first && output->lines->len > 0)
		clear(output);
	written = write_all(output, output->lines->str, output->lines->len);
	if (output->error)
		take_back_half_line(output, written);
	g_string_truncate(output->lines, 0);
	return !output->error;
}

bool output_write(struct output *output, const char *lines, size_t length)
{
	if (output->error)
		return false;
	g_string_append_len(output->lines, lines, (gssize)length);
	return (output->lines->len < HELD_BACK && !output->is_terminal) || output_flush(output);
}

/* Gives the file a name, so that it can take another's place. */
static bool name_temporary(struct output *output)
{
	g_autofree char *open_file = g_strdup_printf("/proc/self/fd/%d", output->fd);

	if (output->temporary)
		return true;
	output->temporary = make_name(output);
	return linkat(AT_FDCWD, open_file, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0;
}

static void put_in_place(struct output *output, enum output_end end)
{
	bool is_partial = end == OUTPUT_PARTIAL || output->error;
	g_autofree char *partial = g_strconcat(output->target, ".partial", NULL);
	const char *name = is_partial && output->replaces ? partial : output->target;

	if (end == OUTPUT_NOTHING) {
		if (output->temporary)
			unlink(output->temporary);
		return;
	}
	if (name_temporary(output) && rename(output->temporary, name) == 0)
		return;
	if (!output->error)
		output->error = errno;
	unlink(output->temporary);
}

bool output_close(struct output *output, enum output_end end, GError **error)
{
	output_flush(output);
	if (output->clear_first && end == OUTPUT_WHOLE)
		clear(output);
	if (output->target)
		put_in_place(output, end);
	if (output->path && close(output->fd) != 0 && !output->error)
		output->error = errno;
	g_string_free(output->lines, TRUE);
	g_free(output->temporary);
	g_free(output->target);
	if (!output->error || output->error == EPIPE)
		return true;
	set_error(error, output, output->error);
	return false;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_below(const char *path, const char *folder)
{
	g_autofree char *inner = realpath(path, NULL);
	g_autofree char *outer = realpath(folder, NULL);
	size_t length = outer ? strlen(outer) : 0;

	return inner && outer && strncmp(inner, outer, length) == 0 &&
	       (inner[length] == '/' || g_str_has_suffix(outer, "/"));
}

/* An empty file, or what a run wrote that nobody reads as an input. */
static bool is_result(const char *path)
{
	static const char *const beginnings[] = {"{\"kind\":\"subscription\"",
						 "{\"kind\":\"evidence\"",
						 "{\"kind\":\"correlation\"",
						 "{\"kind\":\"coverage\"",
						 "{\"kind\":\"stack\"",
						 "{\"data_type\":\"wmihunt:",
						 "{\"event\":{\"module\":\"wmihunt\"",
						 "0|WMI ",
						 "{\"name\":\"wmihunt\"",
						 "TIME (",
						 "LEVEL ",
						 "HOSTS ",
						 "0 findings on ",
						 "kind,level,host,",
						 "hosts,of_hosts,",
						 BYTE_ORDER_MARK "kind,level,host,",
						 BYTE_ORDER_MARK "hosts,of_hosts,",
						 "<!DOCTYPE html>\n<!-- wmihunt report -->",
						 "# Known-good WMI event"};
	char begin[WH_CASE_HEADER + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t size = fd >= 0 ? read(fd, begin, sizeof(begin) - 1) : -1;
	bool known = size >= 0 && !case_header_problem((const uint8_t *)begin, (size_t)size);

	if (fd >= 0)
		close(fd);
	begin[MAX(size, 0)] = '\0';
	for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
		known |= g_str_has_prefix(begin, beginnings[i]);
	return known;
}

bool output_check_inputs(const char *path, char *const *inputs, GError **error)
{
	struct stat output, input;

	if (!path || stat(path, &output) != 0 || !S_ISREG(output.st_mode))
		return true;
	for (; inputs && *inputs; inputs++) {
		bool is_stdin = strcmp(*inputs, "-") == 0;

		if ((is_stdin ? fstat(STDIN_FILENO, &input) : stat(*inputs, &input)) != 0)
			continue;
		if (!is_same(&output, &input) &&
		    (!S_ISDIR(input.st_mode) || !is_below(path, *inputs) || is_result(path)))
			continue;
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			    "cannot write %s: it is an input, or lies in one", path);
		return false;
	}
	return true;
}
