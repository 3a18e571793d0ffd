/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_read.h"

#include <glib.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "event/filetime.h"

struct fy_document *yaml_open(const char *path, GError **error)
{
	struct fy_parse_cfg config = {.flags = FYPCF_RESOLVE_DOCUMENT};
	struct fy_document *document = fy_document_build_from_file(&config, path);

	if (document == NULL)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: cannot be read as YAML",
			    path);
	return document;
}

void yaml_close(struct fy_document *document)
{
	fy_document_destroy(document);
}

struct fy_node *yaml_root(struct fy_document *document)
{
	return fy_document_root(document);
}

bool yaml_locate(struct fy_node *node, GError **error)
{
	char *path = fy_node_get_path(node);

	g_prefix_error(error, "%s: ", path != NULL ? path : "?");
	free(path);
	return false;
}

bool yaml_refuse(struct fy_node *node, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, text);
	return yaml_locate(node, error);
}

bool yaml_is_scalar(struct fy_node *node)
{
	return node != NULL && fy_node_is_scalar(node);
}

bool yaml_is_list(struct fy_node *node)
{
	return node != NULL && fy_node_is_sequence(node);
}

bool yaml_is_map(struct fy_node *node)
{
	return node != NULL && fy_node_is_mapping(node);
}

struct fy_node *yaml_get(struct fy_node *map, const char *key)
{
	if (!yaml_is_map(map))
		return NULL;
	return fy_node_mapping_lookup_by_string(map, key, FY_NT);
}

const char *yaml_text(struct fy_node *node, size_t *length)
{
	const char *text;

	if (!yaml_is_scalar(node))
		return NULL;
	text = fy_node_get_scalar(node, length);
	if (text == NULL)
		*length = 0;
	return text != NULL ? text : "";
}

char *yaml_dup(struct fy_node *node, GError **error)
{
	size_t length = 0;
	const char *text = yaml_text(node, &length);

	if (text == NULL || memchr(text, '\0', length) != NULL) {
		yaml_refuse(node, error, "should be plain text");
		return NULL;
	}
	return g_strndup(text, length);
}

struct fy_node *yaml_next(struct fy_node *list, void **state)
{
	return fy_node_sequence_iterate(list, state);
}

bool yaml_next_pair(struct fy_node *map, void **state, struct fy_node **key, struct fy_node **value)
{
	struct fy_node_pair *pair = fy_node_mapping_iterate(map, state);

	if (pair == NULL)
		return false;
	*key = fy_node_pair_key(pair);
	*value = fy_node_pair_value(pair);
	return true;
}

bool yaml_check_keys(struct fy_node *map, const char *const *keys, GError **error)
{
	struct fy_node *key, *value;
	void *state = NULL;

	if (!yaml_is_map(map))
		return yaml_refuse(map, error, "should be a map");
	while (yaml_next_pair(map, &state, &key, &value)) {
		g_autofree char *name = yaml_dup(key, error);

		if (name == NULL)
			return false;
		if (!g_strv_contains(keys, name))
			return yaml_refuse(map, error, "unknown key \"%s\"", name);
	}
	return true;
}

bool yaml_get_number(struct fy_node *map, const char *key, uint64_t *out, GError **error)
{
	struct fy_node *node = yaml_get(map, key);
	g_autofree char *text = NULL;

	if (node == NULL)
		return true;
	text = yaml_dup(node, error);
	if (text == NULL)
		return false;
	return parse_number(text, UINT64_MAX, out, error) || yaml_locate(node, error);
}

bool yaml_get_bool(struct fy_node *map, const char *key, bool *out, GError **error)
{
	static const char *const words[] = {"false", "true", NULL};
	unsigned choice = *out;

	if (!yaml_get_choice(map, key, words, &choice, error))
		return false;
	*out = choice == 1;
	return true;
}

static bool parse_duration(const char *text, uint64_t *out)
{
	static const struct {
		const char *name;
		uint64_t ticks;
	} units[] = {{"ms", 10000},
		     {"s", 10000000},
		     {"m", UINT64_C(60) * 10000000},
		     {"h", UINT64_C(3600) * 10000000},
		     {"d", UINT64_C(86400) * 10000000}};
	char *end;
	guint64 count = g_ascii_strtoull(text, &end, 10);

	if (end == text)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(end, units[i].name) == 0 && count <= UINT64_MAX / units[i].ticks) {
			*out = count * units[i].ticks;
			return true;
		}
	}
	return false;
}

bool yaml_get_duration(struct fy_node *map, const char *key, uint64_t *out, GError **error)
{
	struct fy_node *node = yaml_get(map, key);
	g_autofree char *text = NULL;

	if (node == NULL)
		return true;
	text = yaml_dup(node, error);
	if (text == NULL)
		return false;
	return parse_duration(text, out) ||
	       yaml_refuse(node, error, "not a duration: \"%s\"", text);
}

bool yaml_get_time(struct fy_node *map, const char *key, bool *present, uint64_t *out,
		   GError **error)
{
	struct fy_node *node = yaml_get(map, key);
	g_autofree char *text = NULL;

	*present = node != NULL;
	if (node == NULL)
		return true;
	text = yaml_dup(node, error);
	if (text == NULL)
		return false;
	return filetime_parse(text, out) || yaml_refuse(node, error, "not a time: \"%s\"", text);
}

bool yaml_get_choice(struct fy_node *map, const char *key, const char *const *words, unsigned *out,
		     GError **error)
{
	struct fy_node *node = yaml_get(map, key);
	g_autofree char *text = NULL;

	if (node == NULL)
		return true;
	text = yaml_dup(node, error);
	if (text == NULL)
		return false;
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0) {
			*out = i;
			return true;
		}
	}
	return yaml_refuse(node, error, "unknown word \"%s\"", text);
}
