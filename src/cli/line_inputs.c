/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/line_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/line_buffer.h"
#include "base/text.h"
#include "map/run_lines.h"
#include "run/process.h"

#define READ_SIZE 65536
#define OTHER_FILES 64 /* that the process may have open */
#define MOST_NUMBERS 8 /* of lines, that a fault names */

static void report_unreadable(const char *path, const char *what, const struct fault_sink *faults)
{
	g_autofree char *shown = text_from_bytes(path, strlen(path));

	fault_report(faults,
		     &(struct fault){.code = FAULT_UNREADABLE, .what = what, .path = shown});
}

static void open_one(struct line_inputs *inputs, const char *path, struct tally *tally,
		     const struct fault_sink *faults)
{
	int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
					: open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		report_unreadable(path, g_strerror(errno), faults);
		return;
	}
	if (S_ISDIR(status.st_mode)) {
		report_unreadable(path, "is a folder, not a file of lines", faults);
		close(fd);
		return;
	}
	tally->files++;
	tally->bytes += S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
	g_ptr_array_add(inputs->paths, text_from_bytes(path, strlen(path)));
	g_array_append_val(inputs->descriptors, fd);
}

/* How many may be opened: a process that is made has two descriptors of each for a moment. */
static guint get_most_files(void)
{
	uint64_t most = process_allow_files();

	return most > 2 * OTHER_FILES ? (guint)MIN((most - OTHER_FILES) / 2, G_MAXUINT) : 1;
}

void line_inputs_open(struct line_inputs *inputs, char *const *paths, GArray *descriptors,
		      struct tally *tally, const struct fault_sink *faults)
{
	guint most = get_most_files();

	inputs->paths = g_ptr_array_new_with_free_func(g_free);
	inputs->descriptors = descriptors;
	inputs->first = descriptors->len;
	for (; *paths; paths++)
		if (inputs->paths->len < most)
			open_one(inputs, *paths, tally, faults);
		else
			report_unreadable(*paths,
					  "too many files at once; their lines may come "
					  "from standard input",
					  faults);
}

void line_inputs_release(struct line_inputs *inputs)
{
	for (guint i = inputs->first; inputs->descriptors && i < inputs->descriptors->len; i++)
		close(g_array_index(inputs->descriptors, int, i));
	g_clear_pointer(&inputs->paths, g_ptr_array_unref);
}

/* Lines of one file that have one thing wrong with them. */
struct bad_lines {
	char *reason;
	GString *numbers; /* of the first */
	uint64_t count;
	uint64_t offset; /* of the first */
};

static void bad_lines_free(struct bad_lines *bad)
{
	g_string_free(bad->numbers, TRUE);
	g_free(bad->reason);
	g_free(bad);
}

struct line_reading {
	const char *path;
	int fd;
	struct reducer_link *link;
	const struct line_taker *taker;
	const struct fault_sink *faults;
	GPtrArray *bad; /* struct bad_lines, in the order of their first */
	struct line_buffer line; /* as far as it was read */
	uint64_t number; /* of it */
	uint64_t offset; /* of its first byte, in the file */
	uint64_t passed; /* bytes of the file */
	bool go_on;
};

static struct bad_lines *find_bad(struct line_reading *reading, const char *reason)
{
	struct bad_lines *bad;

	for (guint i = 0; i < reading->bad->len; i++) {
		bad = reading->bad->pdata[i];
		if (strcmp(bad->reason, reason) == 0)
			return bad;
	}
	bad = g_new0(struct bad_lines, 1);
	bad->reason = g_strdup(reason);
	bad->numbers = g_string_new(NULL);
	bad->offset = reading->offset;
	g_ptr_array_add(reading->bad, bad);
	return bad;
}

static void note_bad(struct line_reading *reading, const char *reason)
{
	struct bad_lines *bad = find_bad(reading, reason);

	if (bad->count++ < MOST_NUMBERS)
		g_string_append_printf(bad->numbers, "%s%" G_GUINT64_FORMAT,
				       bad->count > 1 ? ", " : "", reading->number);
}

static void report_bad(const struct line_reading *reading)
{
	for (guint i = 0; i < reading->bad->len; i++) {
		const struct bad_lines *bad = reading->bad->pdata[i];
		g_autofree char *what = g_strdup_printf(
			"line%s %s%s: %s", bad->count > 1 ? "s" : "", bad->numbers->str,
			bad->count > MOST_NUMBERS ? ", …" : "", bad->reason);
		const struct fault fault = {.code = FAULT_LINE_DAMAGED,
					    .what = what,
					    .path = reading->path,
					    .offset = bad->offset,
					    .has_offset = true,
					    .count = bad->count};

		fault_report(reading->faults, &fault);
	}
}

static void end_line(struct line_reading *reading)
{
	const char *reason = NULL;
	size_t length;
	const char *text = line_buffer_get(&reading->line, &length);

	reading->number++;
	if (reading->line.overlong)
		note_bad(reading, "longer than a line of hunt can be");
	else if (text && !reading->taker->take(reading->taker->context, reading->path, text, length,
					       &reason, &reading->go_on))
		note_bad(reading, reason);
	line_buffer_clear(&reading->line);
}

static void take_bytes(struct line_reading *reading, const char *data, size_t size)
{
	while (size > 0 && reading->go_on) {
		const char *feed = memchr(data, '\n', size);
		size_t part = feed ? (size_t)(feed - data) : size;

		line_buffer_add(&reading->line, data, part);
		reading->passed += part;
		if (!feed)
			return;
		end_line(reading);
		reading->offset = ++reading->passed;
		data += part + 1;
		size -= part + 1;
	}
}

static void read_one(struct line_reading *reading)
{
	g_autofree char *data = g_malloc(READ_SIZE);
	ssize_t size = 0;

	while (reading->go_on && reducer_link_wait(reading->link, reading->fd)) {
		size = read(reading->fd, data, READ_SIZE);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			break;
		take_bytes(reading, data, (size_t)size);
	}
	if (reading->go_on && (reading->line.text->len > 0 || reading->line.overlong))
		end_line(reading);
	report_bad(reading);
	if (size < 0)
		report_unreadable(reading->path, g_strerror(errno), reading->faults);
}

void line_inputs_read(const struct line_inputs *inputs, int fd, struct reducer_link *link,
		      const struct line_taker *taker, const struct fault_sink *faults)
{
	bool go_on = true;

	for (guint i = 0; go_on && i < inputs->paths->len; i++) {
		struct line_reading reading = {
			.path = inputs->paths->pdata[i],
			.fd = fd + (int)(inputs->first + i),
			.link = link,
			.taker = taker,
			.faults = faults,
			.bad = g_ptr_array_new_with_free_func((GDestroyNotify)bad_lines_free),
			.go_on = true,
		};

		line_buffer_init(&reading.line, WH_MAX_FINDING_LINE);
		read_one(&reading);
		go_on = reading.go_on;
		g_ptr_array_unref(reading.bad);
		line_buffer_release(&reading.line);
	}
	reducer_link_stop(link);
}

bool line_inputs_read_saved(struct saved_lines *lines, const char *path, const char *text,
			    size_t length, const struct fault_sink *faults,
			    const struct saved_line **line, const char **reason)
{
	struct run_lines messages = {.via = strcmp(path, "-") == 0 ? NULL : path};

	*line = saved_lines_read(lines, text, length, reason);
	return *line || run_line_read(text, length, &messages, faults);
}
