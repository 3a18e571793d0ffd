/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_YAML_READ_H
#define WH_EVTXGEN_YAML_READ_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fy_node;
struct fy_document;

/* Reads a YAML file; aliases are resolved. The caller destroys it. */
struct fy_document *yaml_open(const char *path, GError **error);
void yaml_close(struct fy_document *document);
struct fy_node *yaml_root(struct fy_document *document);

/* Sets an error that names the place of `node`. Returns false, for return statements. */
bool yaml_refuse(struct fy_node *node, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Puts the place of `node` before an error that is set. Returns false too. */
bool yaml_locate(struct fy_node *node, GError **error);

bool yaml_is_scalar(struct fy_node *node);
bool yaml_is_list(struct fy_node *node);
bool yaml_is_map(struct fy_node *node);

/* The value of a key, or NULL (also when `map` is NULL). */
struct fy_node *yaml_get(struct fy_node *map, const char *key);
/* The text of a scalar, not terminated; NULL when it is none. */
const char *yaml_text(struct fy_node *node, size_t *length);
/* A copy of the text, or NULL and an error when it is no scalar or holds a NUL. */
char *yaml_dup(struct fy_node *node, GError **error);

/* Walk a list or a map: start with *state = NULL. NULL at the end. */
struct fy_node *yaml_next(struct fy_node *list, void **state);
bool yaml_next_pair(struct fy_node *map, void **state, struct fy_node **key,
		    struct fy_node **value);

/* False, with an error, unless `map` is a map of only these keys (NULL ends). */
bool yaml_check_keys(struct fy_node *map, const char *const *keys, GError **error);

/* Values of a key; `out` stays as it is when the key is missing. */
bool yaml_get_number(struct fy_node *map, const char *key, uint64_t *out, GError **error);
bool yaml_get_bool(struct fy_node *map, const char *key, bool *out, GError **error);
/* A duration: a number and d, h, m, s or ms; in 100 ns. */
bool yaml_get_duration(struct fy_node *map, const char *key, uint64_t *out, GError **error);
/* A time as base FILETIME; *present tells whether the key was there. */
bool yaml_get_time(struct fy_node *map, const char *key, bool *present, uint64_t *out,
		   GError **error);
/* The place of a word in `words` (NULL ends). */
bool yaml_get_choice(struct fy_node *map, const char *key, const char *const *words, unsigned *out,
		     GError **error);

#endif
