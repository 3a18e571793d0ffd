/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/names.h"

#include <string.h>

#include "wmi/literal.h"

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

static const char *skip_blanks(const char *at)
{
	while (literal_is_blank(*at))
		at++;
	return at;
}

/* g_utf8_strdown() would follow the locale: I is not i in Turkish. */
static void append_lower(GString *out, const char *text, size_t length)
{
	const char *end = text + length;

	for (; text < end; text = g_utf8_next_char(text)) {
		if ((unsigned char)*text < 0x80)
			g_string_append_c(out, g_ascii_tolower(*text));
		else
			g_string_append_unichar(out, g_unichar_tolower(g_utf8_get_char(text)));
	}
}

/* "\\HOST\…" names a host, but "\\root\\cimv2" is only "\root\cimv2" with doubled backslashes. */
static bool is_host(const char *component, size_t length, size_t separators)
{
	if (length == 1 && *component == '.')
		return true;
	if (separators < 2 || component[length] == '\0')
		return false;
	return length != 4 || g_ascii_strncasecmp(component, "root", 4) != 0;
}

static const char *skip_host(const char *at)
{
	const char *start = at;
	size_t length;

	while (is_separator(*at))
		at++;
	length = strcspn(at, "\\/");
	return is_host(at, length, (size_t)(at - start)) ? at + length : at;
}

char *namespace_normalise(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *at = skip_host(skip_blanks(text));

	while (*at) {
		size_t length;

		while (is_separator(*at))
			at++;
		length = strcspn(at, "\\/");
		if (length && out->len)
			g_string_append_c(out, '\\');
		append_lower(out, at, length);
		at += length;
	}
	while (out->len && literal_is_blank(out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
	return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* True at the end of a path, and before a further ",key=". */
static bool ends_value(const char *at)
{
	at = skip_blanks(at);
	if (*at == '\0')
		return true;
	if (*at != ',')
		return false;
	at = skip_blanks(at + 1);
	if (!g_ascii_isalpha(*at) && *at != '_')
		return false;
	while (g_ascii_isalnum(*at) || *at == '_')
		at++;
	return *skip_blanks(at) == '=';
}

/* In a path only quotes and backslashes are escaped: the rest of MOF's escapes would eat "C:\new".
 */
static const char *read_quoted_value(const char *at, GString *out)
{
	const char quote = *at++;

	for (; *at; at++) {
		if (*at == '\\' && (at[1] == '\\' || at[1] == quote))
			at++;
		else if (*at == quote && ends_value(at + 1))
			return at + 1;
		g_string_append_c(out, *at);
	}
	return at;
}

static const char *read_value(const char *at, GString *out)
{
	size_t length;

	at = skip_blanks(at);
	if (*at == '"' || *at == '\'')
		return read_quoted_value(at, out);
	length = strcspn(at, ",");
	g_string_append_len(out, at, (gssize)length);
	return at + length;
}

/* Reads KEY="value" pairs that follow the class; the key may be missing. */
static char *read_name(const char *at)
{
	char *name = NULL;

	while (*at) {
		g_autoptr(GString) value = g_string_new(NULL);
		g_autofree char *key = NULL;
		size_t length = strcspn(at, "=");
		bool is_name;

		if (at[length] == '\0')
			break;
		key = g_strstrip(g_strndup(at, length));
		is_name = g_ascii_strcasecmp(key, "name") == 0;
		at = skip_blanks(read_value(at + length + 1, value));
		if (!name || is_name) {
			g_free(name);
			name = g_strdup(value->str);
		}
		if (is_name || *at != ',')
			break;
		at++;
	}
	return name;
}

bool object_path_parse(const char *text, struct object_path *out)
{
	const char *class_name = skip_blanks(text);
	size_t head = strcspn(class_name, "=\"'");
	const char *equals = class_name + head;
	const char *colon = memchr(class_name, ':', head);
	struct object_path path = {0};
	size_t length;

	if (*equals != '=')
		return false;
	if (colon) {
		g_autofree char *prefix = g_strndup(class_name, (size_t)(colon - class_name));

		path.namespace = namespace_normalise(prefix);
		class_name = colon + 1;
	}
	length = strcspn(class_name, ".=");
	path.class_name = g_strstrip(g_strndup(class_name, length));
	path.name = read_name(class_name[length] == '.' ? class_name + length + 1 : equals);
	if (!*path.class_name || !path.name) {
		object_path_release(&path);
		return false;
	}
	*out = path;
	return true;
}

void object_path_release(struct object_path *path)
{
	g_clear_pointer(&path->namespace, g_free);
	g_clear_pointer(&path->class_name, g_free);
	g_clear_pointer(&path->name, g_free);
}
