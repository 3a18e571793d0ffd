/* SPDX-License-Identifier: Apache-2.0 */
#include "damage.h"

#include <gio/gio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "chunk_write.h"
#include "encode.h"

struct damage {
	bool truncates;
	uint64_t cut_from, cut_to; /* bytes lost when they differ */
	bool in_chunk, in_record;
	uint64_t chunk, record;
	uint64_t offset; /* from the chunk, the record or the start; or the size to keep */
	GByteArray *bytes;
};

void damage_free(struct damage *damage)
{
	if (damage == NULL)
		return;
	g_byte_array_unref(damage->bytes);
	g_free(damage);
}

static bool read_cut(struct damage *damage, struct fy_node *list, GError **error)
{
	uint64_t *ends[] = {&damage->cut_from, &damage->cut_to};
	struct fy_node *node;
	void *state = NULL;
	size_t count = 0;

	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list: [from, to]");
	while ((node = yaml_next(list, &state)) != NULL) {
		g_autofree char *text = yaml_dup(node, error);

		if (text == NULL)
			return false;
		if (count == 2)
			return yaml_refuse(list, error, "should be a list: [from, to]");
		if (!parse_number(text, UINT64_MAX, ends[count++], error))
			return yaml_locate(node, error);
	}
	if (count != 2 || damage->cut_from >= damage->cut_to)
		return yaml_refuse(list, error, "should be a list: [from, to]");
	return true;
}

static bool read_place(struct damage *damage, struct fy_node *node, GError **error)
{
	damage->in_chunk = yaml_get(node, "chunk") != NULL;
	damage->in_record = yaml_get(node, "record") != NULL;
	if (damage->in_chunk == (yaml_get(node, "at") != NULL) ||
	    (damage->in_record && !damage->in_chunk))
		return yaml_refuse(node, error, "needs either at, or chunk (and record)");
	return yaml_get_number(node, "at", &damage->offset, error) &&
	       yaml_get_number(node, "offset", &damage->offset, error) &&
	       yaml_get_number(node, "chunk", &damage->chunk, error) &&
	       yaml_get_number(node, "record", &damage->record, error);
}

static bool read_bytes(struct damage *damage, struct fy_node *node, GError **error)
{
	g_autofree char *hex = NULL;

	if (yaml_get(node, "bytes") == NULL)
		return yaml_refuse(node, error, "bytes are missing");
	hex = yaml_dup(yaml_get(node, "bytes"), error);
	if (hex == NULL)
		return false;
	return encode_hex(hex, damage->bytes, error) || yaml_locate(node, error);
}

static bool read_damage(struct damage *damage, struct fy_node *node, GError **error)
{
	static const char *const truncate[] = {"truncate", NULL};
	static const char *const cut[] = {"cut", NULL};
	static const char *const at[] = {"at", "bytes", NULL};
	static const char *const chunk[] = {"chunk", "record", "offset", "bytes", NULL};

	if (yaml_get(node, "truncate") != NULL) {
		damage->truncates = true;
		return yaml_check_keys(node, truncate, error) &&
		       yaml_get_number(node, "truncate", &damage->offset, error);
	}
	if (yaml_get(node, "cut") != NULL)
		return yaml_check_keys(node, cut, error) &&
		       read_cut(damage, yaml_get(node, "cut"), error);
	return yaml_check_keys(node, yaml_get(node, "at") != NULL ? at : chunk, error) &&
	       read_place(damage, node, error) && read_bytes(damage, node, error);
}

struct damage *damage_read(struct fy_node *node, GError **error)
{
	struct damage *damage = g_new0(struct damage, 1);

	damage->bytes = g_byte_array_new();
	if (read_damage(damage, node, error))
		return damage;
	damage_free(damage);
	return NULL;
}

static bool no_such_place(GError **error)
{
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    "damage: no such place in the log");
	return false;
}

static bool find_chunk(const GByteArray *log, uint64_t number, size_t *out)
{
	for (size_t at = 0; bytes_inside(log->len, at, WH_CHUNK_SIZE);) {
		if (memcmp(log->data + at, "ElfChnk", 8) != 0) {
			at += WH_FILE_HEADER_SIZE;
			continue;
		}
		if (number-- == 0) {
			*out = at;
			return true;
		}
		at += WH_CHUNK_SIZE;
	}
	return false;
}

static bool find_record(const GByteArray *log, size_t chunk, uint64_t number, size_t *out)
{
	size_t at = chunk + WH_CHUNK_HEADER_SIZE;
	uint32_t size;

	for (; number > 0; number--) {
		if (!bytes_get_u32(log->data, log->len, at + 4, &size) || size == 0)
			return false;
		at += size;
	}
	*out = at;
	return true;
}

static bool find_place(const struct damage *damage, const GByteArray *log, size_t *out)
{
	size_t at = 0;

	if (damage->in_chunk && !find_chunk(log, damage->chunk, &at))
		return false;
	if (damage->in_record && !find_record(log, at, damage->record, &at))
		return false;
	if (!bytes_inside(log->len, at, damage->offset) ||
	    !bytes_inside(log->len, at + damage->offset, damage->bytes->len))
		return false;
	*out = at + damage->offset;
	return true;
}

bool damage_apply(const struct damage *damage, GByteArray *log, GError **error)
{
	size_t at;

	if (damage->truncates) {
		if (damage->offset > log->len)
			return no_such_place(error);
		g_byte_array_set_size(log, (guint)damage->offset);
		return true;
	}
	if (damage->cut_from < damage->cut_to) {
		if (damage->cut_to > log->len)
			return no_such_place(error);
		g_byte_array_remove_range(log, (guint)damage->cut_from,
					  (guint)(damage->cut_to - damage->cut_from));
		return true;
	}
	if (!find_place(damage, log, &at))
		return no_such_place(error);
	if (damage->bytes->len > 0)
		memcpy(log->data + at, damage->bytes->data, damage->bytes->len);
	return true;
}
