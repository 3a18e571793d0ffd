/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule_set.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "sigma/lint.h"
#include "sigma/packs.h"

static const struct place no_place;

static bool report(struct rule_set *rules, GPtrArray *messages, const char *file, const char *text)
{
	struct lint lint = {.file = file, .messages = messages};

	lint_error(&lint, &no_place, "%s", text);
	rule_set_leave_out(rules, left_out_new(file, &no_place, text, true));
	return false;
}

/* A rule file may be a pipe, so its size is known only when it is read. */
static GString *read_text(const char *path, const char **reason)
{
	FILE *stream = fopen(path, "rbe");
	GString *text = g_string_sized_new(1 << 14);
	char block[4096];
	size_t length;

	*reason = NULL;
	if (!stream)
		*reason = g_strerror(errno);
	while (stream && !*reason && (length = fread(block, 1, sizeof block, stream)) > 0) {
		g_string_append_len(text, block, (gssize)length);
		if (text->len > WH_MAX_RULE_FILE)
			*reason = "larger than a rule file may be";
	}
	if (stream && !*reason && ferror(stream))
		*reason = g_strerror(errno);
	if (stream)
		fclose(stream);
	if (!*reason)
		return text;
	g_string_free(text, TRUE);
	return NULL;
}

static bool add_file(struct rule_set *rules, const char *path, GPtrArray *messages)
{
	const char *reason;
	g_autoptr(GString) text = read_text(path, &reason);
	g_autofree char *digest = NULL;

	if (!text)
		return report(rules, messages, path, reason);
	digest = sha256_hex(text->str, text->len);
	g_string_append(rules->digests, digest);
	return rule_set_add_text(rules, path, text->str, text->len, messages);
}

static bool is_rule_name(const char *name)
{
	return name[0] != '.' &&
	       (g_str_has_suffix(name, ".yml") || g_str_has_suffix(name, ".yaml"));
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted; NULL with a message when it cannot be read. */
static GPtrArray *list_folder(struct rule_set *rules, const char *path, GPtrArray *messages)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &error);
	GPtrArray *names;
	const char *name;

	if (!folder) {
		report(rules, messages, path, error->message);
		return NULL;
	}
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(folder)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

static bool add_folder(struct rule_set *rules, const char *path, unsigned depth, size_t *files,
		       GPtrArray *messages)
{
	g_autoptr(GPtrArray) names = NULL;
	bool ok = true;

	if (depth > WH_MAX_PATH_DEPTH)
		return report(rules, messages, path, "folders nest too deep");
	names = list_folder(rules, path, messages);
	if (!names)
		return false;
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *inner = g_build_filename(path, name, NULL);
		struct stat status;

		/* A link to a folder is not followed: it may lead back here. */
		if (name[0] != '.' && lstat(inner, &status) == 0 && S_ISDIR(status.st_mode)) {
			ok &= add_folder(rules, inner, depth + 1, files, messages);
		} else if (is_rule_name(name)) {
			ok &= add_file(rules, inner, messages);
			++*files;
		}
	}
	return ok;
}

bool rule_set_add_path(struct rule_set *rules, const char *path, GPtrArray *messages)
{
	size_t first_filter = rule_set_count_filters(rules);
	size_t files = 0;
	bool ok;

	g_ptr_array_add(rules->paths, text_from_bytes(path, strlen(path)));
	if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
		ok = add_file(rules, path, messages);
	} else {
		ok = add_folder(rules, path, 0, &files, messages);
		if (ok && files == 0)
			ok = report(rules, messages, path,
				    "there is no *.yml or *.yaml file in it");
	}
	rule_set_check_targets(rules, first_filter, messages);
	return ok;
}

bool rule_set_add_builtin(struct rule_set *rules, GPtrArray *messages)
{
	size_t first_filter = rule_set_count_filters(rules);
	const uint8_t *packed = rule_set_wants_errors_only(rules) ? hunt_packed.rules : NULL;
	bool ok = true;

	rules->has_builtin = true;
	/* The last is the table of log sources. */
	for (size_t i = 0; i + 1 < hunt_pack_count; i++) {
		const struct pack_text *pack = &hunt_pack_texts[i];

		if (packed)
			rule_set_add_packed(rules, pack->name, &packed, messages);
		else
			ok &= rule_set_add_text(rules, pack->name, pack->text, pack->length,
						messages);
	}
	rule_set_check_targets(rules, first_filter, messages);
	return ok;
}
