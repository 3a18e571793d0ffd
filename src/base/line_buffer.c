/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line_buffer.h"

#include <string.h>

void line_buffer_init(struct line_buffer *line, size_t most)
{
	*line = (struct line_buffer){.text = g_string_new(NULL), .most = most};
}

void line_buffer_release(struct line_buffer *line)
{
	g_string_free(line->text, TRUE);
}

void line_buffer_clear(struct line_buffer *line)
{
	g_string_truncate(line->text, 0);
	line->overlong = false;
}

bool line_buffer_add(struct line_buffer *line, const char *data, size_t size)
{
	if (line->overlong)
		return true;
	line->overlong = size > line->most - line->text->len;
	if (line->overlong)
		g_string_truncate(line->text, 0);
	else
		g_string_append_len(line->text, data, (gssize)size);
	return !line->overlong;
}

const char *line_buffer_get(const struct line_buffer *line, size_t *length)
{
	const char *text = line->text->str;

	*length = line->text->len;
	if (line->overlong || strspn(text, " \t\r\n") == *length)
		return NULL;
	if (*length < 3 || memcmp(text, "\xEF\xBB\xBF", 3) != 0)
		return text;
	*length -= 3;
	return text + 3;
}
