/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/remote_node.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define BLANKS " \t"
#define QUOTES "\"'"

static bool is_name(const char *text, size_t length, const char *name)
{
	return strlen(name) == length && g_ascii_strncasecmp(text, name, length) == 0;
}

static size_t first_label(const char *name, size_t length)
{
	const char *dot = memchr(name, '.', length);

	return dot ? (size_t)(dot - name) : length;
}

/* A short name is of whichever domain the other has. */
static bool are_one_host(const char *name, size_t length, const char *host)
{
	size_t host_length = strlen(host);
	size_t label = first_label(name, length), host_label = first_label(host, host_length);

	if (label == length || host_label == host_length)
		length = label, host_length = host_label;
	return length > 0 && length == host_length && g_ascii_strncasecmp(name, host, length) == 0;
}

static bool is_here(const char *name, size_t length, const char *host)
{
	static const char *const names[] = {"localhost", ".", "::1", "[::1]", "%computername%"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (is_name(name, length, names[i]))
			return true;
	}
	/* 127.0.0.0/8; a host's name does not begin with a number and a dot. */
	if (length > 4 && memcmp(name, "127.", 4) == 0)
		return true;
	return host && are_one_host(name, length, host);
}

/* After "node", its colon and the blanks around that; NULL when this is another word. */
static const char *find_list(const char *word)
{
	word += strspn(word, BLANKS);
	if (*word++ != ':')
		return NULL;
	return word + strspn(word, BLANKS);
}

/* Names stand between commas, alone or several of them in quotes. */
static void find_names(const char *list, const char *host,
		       void (*take)(void *context, const char *name, size_t length), void *context)
{
	char quote = 0;

	for (;;) {
		size_t length;

		if (!quote && *list && strchr(QUOTES, *list))
			quote = *list++;
		length = quote ? strcspn(list, ",\"'") : strcspn(list, BLANKS "," QUOTES);
		if (length > 0 && !is_here(list, length, host))
			take(context, list, length);
		list += length;
		if (quote && *list == quote) {
			quote = 0;
			list++;
		}
		if (*list++ != ',')
			return;
	}
}

void remote_nodes_find(const char *line, const char *host,
		       void (*take)(void *context, const char *name, size_t length), void *context)
{
	while ((line = strpbrk(line, "/-"))) {
		const char *list = NULL;

		if (g_ascii_strncasecmp(++line, "node", 4) == 0)
			list = find_list(line + 4);
		if (list)
			find_names(list, host, take, context);
	}
}
