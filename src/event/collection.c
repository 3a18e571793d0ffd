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

char *collection_root(const struct event_ref *ref)
{
	static const char logs[] = "/winevt/logs/", system[] = "/windows/system32/";
	GString *root;
	char *found;

	if (!ref->path || ref->claimed || ref->format != EVENT_FORMAT_LOG)
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

/* Names of such folders, in lower case. */
static bool is_of_windows(const char *name, size_t length)
{
	static const char *const names[] = {"fs",     "repository", "wbem",	 "logs",
					    "winevt", "system32",   "sysnative", "windows",
					    "c",      "c:",	    "c%3a",	 "volume_c"};
	static const char old[] = "repository.";

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return true;
	return length > strlen(old) && memcmp(name, old, strlen(old)) == 0;
}

/* The length without the last part, which ends with "/". */
static size_t without_last(const GString *folder)
{
	size_t length = folder->len ? folder->len - 1 : 0;

	while (length > 0 && folder->str[length - 1] != '/')
		length--;
	return length;
}

char *collection_folder(const char *path, const char *entry)
{
	GString *folder = g_string_new(*path == '/' || *path == '\\' ? "/" : "./");
	const size_t top = folder->len;
	size_t length;

	add_parts(folder, path);
	if (entry)
		add_parts(folder, entry);
	length = without_last(folder);
	g_string_truncate(folder, MAX(length, top));
	while (folder->len > top) {
		length = without_last(folder);
		if (!is_of_windows(folder->str + length, folder->len - 1 - length))
			break;
		g_string_truncate(folder, MAX(length, top));
	}
	return g_string_free(folder, FALSE);
}
