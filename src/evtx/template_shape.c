/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_shape.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml.h"

/*
 * A definition is cut into pieces: bytes that must be the same, sizes that depend on which names
 * stand in place (and that no reader needs), and names, which are compared as text. Walking the
 * pieces is several times faster than reading tokens, and each chunk has its templates anew.
 */

enum piece_kind { PIECE_BYTES, PIECE_SIZE, PIECE_NAME };

struct shape_piece {
	enum piece_kind kind;
	uint32_t at; /* in shape->bytes */
	uint32_t size;
};

struct template_shape {
	GArray *pieces; /* struct shape_piece */
	GByteArray *bytes;
	bool has_end; /* a sign says where it ends */
};

#define SIZE_FIELD 4
#define NAME_FIELD 4
#define NAME_HEADER 8
#define NAME_END 2

void template_shape_free(struct template_shape *shape)
{
	if (!shape)
		return;
	g_array_unref(shape->pieces);
	g_byte_array_unref(shape->bytes);
	g_free(shape);
}

size_t template_shape_size(const struct template_shape *shape)
{
	return sizeof(*shape) + shape->bytes->len + shape->pieces->len * sizeof(struct shape_piece);
}

/* Bytes that follow each other are one piece. */
static void add_piece(struct template_shape *shape, enum piece_kind kind, const uint8_t *data,
		      size_t size)
{
	struct shape_piece piece = {kind, shape->bytes->len, (uint32_t)size};
	struct shape_piece *last =
		shape->pieces->len
			? &g_array_index(shape->pieces, struct shape_piece, shape->pieces->len - 1)
			: NULL;

	if (size)
		g_byte_array_append(shape->bytes, data, (guint)size);
	if (kind == PIECE_BYTES && last && last->kind == PIECE_BYTES)
		last->size += (uint32_t)size;
	else
		g_array_append_val(shape->pieces, piece);
}

static bool add_name(struct template_shape *shape, const struct binxml_cursor *cursor, size_t size,
		     const struct binxml_token *token)
{
	const uint8_t *text;
	uint16_t units;

	if (!binxml_get_name(cursor->data, size, token->name_offset, &text, &units))
		return false;
	add_piece(shape, PIECE_NAME, text, 2u * units);
	return true;
}

/* The token between `start` and the cursor. */
static bool add_token(struct template_shape *shape, const struct binxml_cursor *cursor, size_t size,
		      const struct binxml_token *token, size_t start)
{
	const uint8_t *data = cursor->data + start;

	switch (token->type) {
	case BINXML_OPEN_START:
		add_piece(shape, PIECE_BYTES, data, 3);
		add_piece(shape, PIECE_SIZE, NULL, 0);
		if (!add_name(shape, cursor, size, token))
			return false;
		if (token->more)
			add_piece(shape, PIECE_SIZE, NULL, 0);
		return true;
	case BINXML_ATTRIBUTE:
		add_piece(shape, PIECE_BYTES, data, 1);
		return add_name(shape, cursor, size, token);
	case BINXML_CLOSE_START:
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
	case BINXML_VALUE:
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
	case BINXML_FRAGMENT_HEADER:
	case BINXML_END_OF_STREAM:
		add_piece(shape, PIECE_BYTES, data, cursor->offset - start);
		return true;
	default:
		return false;
	}
}

static bool read_shape(struct template_shape *shape, const uint8_t *data, size_t size,
		       uint32_t offset)
{
	struct binxml_cursor cursor;
	struct binxml_token token;

	if (!binxml_get_definition(data, size, offset, &cursor))
		return false;
	while (cursor.offset < cursor.end && !shape->has_end) {
		size_t start = cursor.offset;

		if (!binxml_next(&cursor, &token) ||
		    !add_token(shape, &cursor, size, &token, start))
			return false;
		shape->has_end = token.type == BINXML_END_OF_STREAM;
	}
	return true;
}

struct template_shape *template_shape_new(const uint8_t *data, size_t size, uint32_t offset)
{
	struct template_shape *shape = g_new0(struct template_shape, 1);

	shape->pieces = g_array_new(FALSE, FALSE, sizeof(struct shape_piece));
	shape->bytes = g_byte_array_new();
	if (read_shape(shape, data, size, offset))
		return shape;
	template_shape_free(shape);
	return NULL;
}

/* Moves *at after the name, which may stand in place. */
static bool name_fits(const struct binxml_cursor *cursor, size_t size, size_t *at,
		      const uint8_t *name, size_t length)
{
	uint32_t offset;
	const uint8_t *text;
	uint16_t units;

	if (!bytes_get_u32(cursor->data, cursor->end, *at, &offset))
		return false;
	*at += NAME_FIELD;
	if (!binxml_get_name(cursor->data, size, offset, &text, &units) || 2u * units != length ||
	    memcmp(text, name, length) != 0)
		return false;
	if (offset == *at)
		*at += NAME_HEADER + length + NAME_END;
	return *at <= cursor->end;
}

bool template_shape_fits(const struct template_shape *shape, const uint8_t *data, size_t size,
			 uint32_t offset)
{
	const struct shape_piece *pieces = (const struct shape_piece *)shape->pieces->data;
	struct binxml_cursor cursor;
	size_t at;

	if (!binxml_get_definition(data, size, offset, &cursor))
		return false;
	at = cursor.offset;
	for (guint i = 0; i < shape->pieces->len; i++) {
		const uint8_t *bytes = shape->bytes->data + pieces[i].at;

		if (pieces[i].kind == PIECE_NAME) {
			if (!name_fits(&cursor, size, &at, bytes, pieces[i].size))
				return false;
		} else if (pieces[i].kind == PIECE_SIZE) {
			if (!bytes_inside(cursor.end, at, SIZE_FIELD))
				return false;
			at += SIZE_FIELD;
		} else {
			if (!bytes_inside(cursor.end, at, pieces[i].size) ||
			    memcmp(data + at, bytes, pieces[i].size) != 0)
				return false;
			at += pieces[i].size;
		}
	}
	return shape->has_end || at == cursor.end;
}
