/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <gio/gio.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

static void set_error(GError **error, const struct output *output, int number)
{
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number), "cannot write %s: %s",
		    output->path ? output->path : "standard output", g_strerror(number));
}

bool output_open(struct output *output, const char *path, GError **error)
{
	*output = (struct output){.path = path};
	output->file = path ? fopen(path, "we") : stdout;
	if (!output->file) {
		set_error(error, output, errno);
		return false;
	}
	output->is_terminal = isatty(fileno(output->file));
	if (!output->is_terminal)
		setvbuf(output->file, NULL, _IOFBF, BUFFER_SIZE);
	return true;
}

static bool note_failure(struct output *output)
{
	output->error = errno ? errno : EIO;
	return false;
}

bool output_write(struct output *output, const char *text, size_t length)
{
	if (output->error)
		return false;
	return fwrite(text, 1, length, output->file) == length || note_failure(output);
}

bool output_close(struct output *output, GError **error)
{
	if (!output->error && fflush(output->file) != 0)
		note_failure(output);
	if (output->path && fclose(output->file) != 0 && !output->error)
		note_failure(output);
	if (!output->error || output->error == EPIPE)
		return true;
	set_error(error, output, output->error);
	return false;
}
