/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/line_without_id.h"

#include <string.h>

#include "base/line_id.h"
#include "tests/unit/cmocka_test.h"

char *line_without_id(char *line)
{
	static const char key[] = "\"id\":\"", after[] = "\",\"schema\":1,";
	char *begin = strchr(line, ',') + 1, *id = begin + strlen(key);
	char *end = id + strcspn(id, "\"");
	g_autofree char *text = g_strndup(id, (gsize)(end - id));

	assert_true(g_str_has_prefix(begin, key));
	assert_true(line_id_is_valid(text));
	assert_true(g_str_has_prefix(end, after));
	end += strlen(after);
	memmove(begin, end, strlen(end) + 1);
	return line;
}
