/* SPDX-License-Identifier: Apache-2.0 */
#include "damage.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "chunk_write.h"
#include "encode.h"

struct damage {
	bool truncates;
	uint64_t cut_from, cut_to; /* bytes lost when they differ */
	bool in_chunk, in_record;
	bool merges, renumbers; /* the record with the one behind it */
	bool frees; /* the record and those behind it */
	bool seals;
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
	uint64_t zeros = 0;

	if (yaml_get(node, "zeros") != NULL && yaml_get(node, "bytes") == NULL) {
		if (!yaml_get_number(node, "zeros", &zeros, error))
			return false;
		g_byte_array_set_size(damage->bytes, (guint)zeros);
		memset(damage->bytes->data, 0, (size_t)zeros);
		return true;
	}
	if (yaml_get(node, "bytes") == NULL)
		return yaml_refuse(node, error, "bytes are missing");
	hex = yaml_dup(yaml_get(node, "bytes"), error);
	if (hex == NULL)
		return false;
	return encode_hex(hex, damage->bytes, error) || yaml_locate(node, error);
}

static bool read_merge(struct damage *damage, struct fy_node *node, GError **error)
{
	static const char *const keys[] = {"chunk", "merge", "renumber", NULL};
	static const char *const words[] = {"false", "true", NULL};
	unsigned renumbers = 0;

	damage->merges = true;
	if (!yaml_check_keys(node, keys, error) ||
	    !yaml_get_number(node, "chunk", &damage->chunk, error) ||
	    !yaml_get_number(node, "merge", &damage->record, error) ||
	    !yaml_get_choice(node, "renumber", words, &renumbers, error))
		return false;
	damage->renumbers = renumbers == 1;
	return true;
}

static bool read_free(struct damage *damage, struct fy_node *node, GError **error)
{
	static const char *const keys[] = {"chunk", "free", NULL};

	damage->frees = true;
	return yaml_check_keys(node, keys, error) &&
	       yaml_get_number(node, "chunk", &damage->chunk, error) &&
	       yaml_get_number(node, "free", &damage->record, error);
}

static bool read_seal(struct damage *damage, struct fy_node *node, GError **error)
{
	static const char *const keys[] = {"seal", NULL};
	static const char *const words[] = {"true", NULL};
	unsigned word;

	damage->seals = true;
	return yaml_check_keys(node, keys, error) &&
	       yaml_get_choice(node, "seal", words, &word, error);
}

static bool read_damage(struct damage *damage, struct fy_node *node, GError **error)
{
	static const char *const truncate[] = {"truncate", NULL};
	static const char *const cut[] = {"cut", NULL};
	static const char *const at[] = {"at", "bytes", "zeros", NULL};
	static const char *const chunk[] = {"chunk", "record", "offset", "bytes", "zeros", NULL};

	if (yaml_get(node, "truncate") != NULL) {
		damage->truncates = true;
		return yaml_check_keys(node, truncate, error) &&
		       yaml_get_number(node, "truncate", &damage->offset, error);
	}
	if (yaml_get(node, "merge") != NULL)
		return read_merge(damage, node, error);
	if (yaml_get(node, "free") != NULL)
		return read_free(damage, node, error);
	if (yaml_get(node, "seal") != NULL)
		return read_seal(damage, node, error);
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
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
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

static void add_u64(uint8_t *at, int64_t difference)
{
	uint64_t value = 0;

	bytes_get_u64(at, 8, 0, &value);
	bytes_put_u64(at, value + (uint64_t)difference);
}

static void renumber_records(GByteArray *log, size_t chunk, size_t at)
{
	uint32_t end = 0, size = 0;

	bytes_get_u32(log->data, log->len, chunk + 48, &end);
	while (at < chunk + end && bytes_get_u32(log->data, log->len, at + 4, &size) && size > 0) {
		add_u64(log->data + at + 8, -1);
		at += size;
	}
	add_u64(log->data + chunk + 16, -1);
	add_u64(log->data + chunk + 32, -1);
}

/* As if the record that is gone had never been: those behind it, and what headers say. */
static void renumber(GByteArray *log, uint64_t number, size_t at)
{
	size_t chunk;

	for (bool first = true; find_chunk(log, number, &chunk); number++, first = false) {
		if (!first) {
			add_u64(log->data + chunk + 8, -1);
			add_u64(log->data + chunk + 24, -1);
			at = chunk + WH_CHUNK_HEADER_SIZE;
		}
		renumber_records(log, chunk, at);
	}
	if (memcmp(log->data, "ElfFile", 8) == 0)
		add_u64(log->data + 24, -1);
}

static bool merge(const struct damage *damage, GByteArray *log, GError **error)
{
	size_t chunk, at, next;
	uint32_t size = 0, more = 0, last = 0;

	if (!find_chunk(log, damage->chunk, &chunk) ||
	    !find_record(log, chunk, damage->record, &at) ||
	    !find_record(log, chunk, damage->record + 1, &next) ||
	    !bytes_get_u32(log->data, log->len, at + 4, &size) ||
	    !bytes_get_u32(log->data, log->len, next + 4, &more) || more == 0)
		return no_such_place(error);
	bytes_put_u32(log->data + at + 4, size + more);
	bytes_put_u32(log->data + at + size + more - 4, size + more);
	bytes_get_u32(log->data, log->len, chunk + 44, &last);
	if (chunk + last == next)
		bytes_put_u32(log->data + chunk + 44, (uint32_t)(at - chunk));
	if (damage->renumbers)
		renumber(log, damage->chunk, at + size + more);
	return true;
}

/* The headers end before the record, which leaves it in the slack. */
static bool free_records(const struct damage *damage, GByteArray *log, GError **error)
{
	size_t chunk, before, at;
	uint64_t id = 0, first = 0;

	if (damage->record == 0 || !find_chunk(log, damage->chunk, &chunk) ||
	    !find_record(log, chunk, damage->record - 1, &before) ||
	    !find_record(log, chunk, damage->record, &at) ||
	    !bytes_get_u64(log->data, log->len, before + 8, &id))
		return no_such_place(error);
	bytes_get_u64(log->data, log->len, chunk + 8, &first);
	bytes_put_u64(log->data + chunk + 16, first + damage->record - 1);
	bytes_put_u64(log->data + chunk + 32, id);
	bytes_put_u32(log->data + chunk + 44, (uint32_t)(before - chunk));
	bytes_put_u32(log->data + chunk + 48, (uint32_t)(at - chunk));
	if (memcmp(log->data, "ElfFile", 8) == 0)
		bytes_put_u64(log->data + 24, id + 1);
	return true;
}

/* All checksums as they should be of what stands there. */
static void seal(GByteArray *log)
{
	size_t chunk;

	if (log->len >= WH_FILE_HEADER_SIZE && memcmp(log->data, "ElfFile", 8) == 0)
		bytes_put_u32(log->data + 124, crc32_update(0, log->data, 120));
	for (uint64_t n = 0; find_chunk(log, n, &chunk); n++) {
		uint8_t *data = log->data + chunk;
		uint32_t end = 0, crc;

		bytes_get_u32(data, WH_CHUNK_SIZE, 48, &end);
		if (end >= WH_CHUNK_HEADER_SIZE && end <= WH_CHUNK_SIZE)
			bytes_put_u32(data + 52, crc32_update(0, data + WH_CHUNK_HEADER_SIZE,
							      end - WH_CHUNK_HEADER_SIZE));
		crc = crc32_update(0, data, 120);
		bytes_put_u32(data + 124,
			      crc32_update(crc, data + 128, WH_CHUNK_HEADER_SIZE - 128));
	}
}

bool damage_apply(const struct damage *damage, GByteArray *log, GError **error)
{
	size_t at;

	if (damage->merges)
		return merge(damage, log, error);
	if (damage->frees)
		return free_records(damage, log, error);
	if (damage->seals) {
		seal(log);
		return true;
	}
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
