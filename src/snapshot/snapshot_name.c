/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_name.h"

#include <glib.h>
#include <string.h>

#include "event/filetime.h"

/* What files are called. */
static const struct {
	const char *word;
	const char *tool;
} words[] = {
	{"WMIEvtFilter", "Kansa"},
	{"WMIEvtConsumer", "Kansa"},
	{"WMIFltConBind", "Kansa"},
	{"WMI Event Filters", "KAPE"},
	{"WMI Event Consumers", "KAPE"},
	{"WMI Filter Consumer Binders", "KAPE"},
	{"wmi-repository-auditing", "KAPE"},
	{"wmi_event_filter", NULL},
	{"wmi_event_consumer", NULL},
	{"wmi_filter_consumer_binding", NULL},
	{"wmi_timer_instruction", NULL},
	{"autorunsc", NULL},
	{"autoruns", NULL},
};

static bool is_separator(char c)
{
	return c && strchr("-_", c) != NULL;
}

static const char *get_base(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			base = path + 1;
	return base;
}

/* What is left of a name without a word at its begin or end. */
static void read_word(struct snapshot_name *out, const char *stem, size_t i)
{
	size_t length = strlen(stem), own = strlen(words[i].word);
	const char *end = stem + length - own;

	if (length < own)
		return;
	if (g_ascii_strcasecmp(end, words[i].word) == 0 && (end == stem || is_separator(end[-1])))
		out->host = end > stem + 1 ? g_strndup(stem, (size_t)(end - stem) - 1) : NULL;
	else if (g_ascii_strncasecmp(stem, words[i].word, own) == 0 && is_separator(stem[own]))
		out->host = stem[own + 1] ? g_strdup(stem + own + 1) : NULL;
	else
		return;
	out->tool = words[i].tool;
}

static void read_base(struct snapshot_name *out, const char *path)
{
	const char *base = get_base(path), *dot = strrchr(base, '.');
	g_autofree char *stem = g_strndup(base, dot ? (size_t)(dot - base) : strlen(base));

	for (size_t i = 0; !out->host && !out->tool && i < G_N_ELEMENTS(words); i++)
		read_word(out, stem, i);
}

/* The time that stands there as -YYYY-MM-DDThh_mm_ss, of UTC. */
static bool read_time(const char *at, uint64_t *out)
{
	static const char form[] = "-dddd-dd-ddTdd_dd_dd";
	g_autofree char *text = NULL;

	if (strnlen(at, sizeof(form) - 1) < sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd'   ? !g_ascii_isdigit(at[i])
		    : form[i] == '_' ? !strchr("_:-", at[i])
				     : at[i] != form[i])
			return false;
	text = g_strdup_printf("%.10sT%.2s:%.2s:%.2s.0000000Z", at + 1, at + 12, at + 15, at + 18);
	return filetime_parse(text, out);
}

static void read_collection(struct snapshot_name *out, const char *path)
{
	static const char begin[] = "Collection-";

	while ((path = strstr(path, begin))) {
		const char *host = path += strlen(begin);

		for (; *path && *path != '/' && *path != '\\'; path++) {
			if (!read_time(path, &out->time))
				continue;
			out->has_time = true;
			g_free(out->host);
			out->host = path > host ? g_strndup(host, (size_t)(path - host)) : NULL;
			return;
		}
	}
}

void snapshot_name_read(const char *path, const char *entry, struct snapshot_name *out)
{
	*out = (struct snapshot_name){0};
	read_base(out, entry ? entry : path);
	read_collection(out, path);
	if (entry)
		read_collection(out, entry);
}

void snapshot_name_release(struct snapshot_name *name)
{
	g_free(name->host);
}
