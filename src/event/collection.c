/* SPDX-License-Identifier: Apache-2.0 */
#include "event/collection.h"

#include <string.h>

/* The length of what separates parts of a path, of entries and of archives; 0: nothing does. */
static size_t separator_length(const char *at)
{
	if (*at == '/' || *at == '\\')
		return 1;
	return strncmp(at, " > ", 3) == 0 ? 3 : 0;
}

static void add_part(GString *out, const char *part, size_t length)
{
	if (length == 0 || (length == 1 && *part == '.'))
		return;
	for (size_t i = 0; i < length; i++)
		g_string_append_c(out, g_ascii_tolower(part[i]));
	g_string_append_c(out, '/');
}

/* ".." stays: nothing that an archive names gets out of the archive by it. */
static void add_parts(GString *out, const char *text)
{
	const char *part = text, *at = text;

	while (*at) {
		size_t length = separator_length(at);

		if (length)
			add_part(out, part, (size_t)(at - part));
		at += length ? length : 1;
		if (length)
			part = at;
	}
	add_part(out, part, (size_t)(at - part));
}

/* Nearly all paths are done with here. */
static bool may_name_logs(const char *text)
{
	static const char name[] = "winevt";

	for (; text && (text = strpbrk(text, "wW")); text++)
		if (g_ascii_strncasecmp(text, name, strlen(name)) == 0)
			return true;
	return false;
}

char *collection_root(const struct event_ref *ref)
{
	static const char logs[] = "/winevt/logs/", system[] = "/windows/system32/";
	GString *root;
	char *found;

	if (!ref->path || ref->claimed || ref->format != EVENT_FORMAT_LOG ||
	    (!may_name_logs(ref->path) && !may_name_logs(ref->entry)))
		return NULL;
	root = g_string_new(*ref->path == '/' || *ref->path == '\\' ? "/" : "./");
	add_parts(root, ref->path);
	if (ref->entry)
		add_parts(root, ref->entry);
	found = strstr(root->str, logs);
	if (!found || !found[strlen(logs)]) {
		g_string_free(root, TRUE);
		return NULL;
	}
	g_string_truncate(root, (gsize)(found - root->str) + 1);
	if (g_str_has_suffix(root->str, system))
		g_string_truncate(root, root->len - strlen(system) + 1);
	return g_string_free(root, FALSE);
}
