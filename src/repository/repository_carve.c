/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/secret_hash.h"
#include "event/filetime.h"
#include "repository/known_classes.h"
#include "repository/object_carve.h"
#include "repository/repository.h"

/* Kept of each piece for the next: more than what tells a record. */
#define OVERLAP 512u

/* The two forms of hashes: of Windows XP, and later. */
enum { FORM_XP, FORM_LATER, FORMS };

static const unsigned form_digits[FORMS] = {[FORM_XP] = 32, [FORM_LATER] = 64};

struct carving {
	const struct object_wants *wants;
	const struct repository_calls *calls;
	struct reader *reader;
	struct known_classes known[FORMS];
	uint64_t none_before[FORMS]; /* offset in the stream: no mark begins before it */
	struct hash_secret secret;
	GHashTable *contents; /* struct digest: of objects that were given */
	struct arena arena;
	uint64_t found;
};

static void give(struct carving *carving, const struct cim_layout *layout,
		 const struct cim_value *properties, uint64_t time)
{
	const struct stream *stream = carving->reader->stream;
	const char *derivation[WH_MAX_CIM_CHAIN];
	struct wmi_object object = {
		.class_name = layout->name,
		.derivation = derivation,
		.properties = *properties,
		.has_session = true,
		.session = time,
		.state = OBJECT_UNKNOWN,
		.found_in = FOUND_CARVED,
		.path = stream->path,
		.entry = stream->entry,
		.offset = carving->reader->offset,
	};

	for (; layout && layout->parent_name && object.derivation_count < WH_MAX_CIM_CHAIN;
	     layout = layout->parent)
		derivation[object.derivation_count++] = layout->parent_name;
	/* Providers of everything are in a repository. */
	if (!object_wants_match(carving->wants, &object) ||
	    (!carving->wants->class_name && !carving->wants->every &&
	     strcmp(object.class_name, "__Win32Provider") == 0))
		return;
	carving->found++;
	carving->calls->take(carving->calls->take_context, &object);
}

/* The record that the reader stands at; returns its size, or 0 when it is none. */
static size_t try_record(struct carving *carving, int form, const struct carve_mark *mark)
{
	const struct cim_layout *layout =
		known_classes_find(&carving->known[form], name_hash_short(&mark->class_hash));
	struct cim_decoding decoding = {.arena = &carving->arena, .budget = WH_MAX_CIM_COST};
	size_t head = WH_CIM_HEAD(form_digits[form]), used;
	struct cim_value properties;
	struct digest content;
	const uint8_t *data;
	uint64_t time = 0;

	if (!layout || mark->size > WH_READER_SIZE ||
	    reader_peek(carving->reader, mark->size, &data) < mark->size)
		return 0;
	arena_clear(&carving->arena);
	if (cim_instance_read(layout, data + head, mark->size - head, &decoding, &properties,
			      &used) != CIM_EXACT)
		return 0;
	content = secret_digest(&carving->secret, data + head, mark->size - head);
	content.low ^= name_hash_short(&mark->class_hash);
	bytes_get_u64(data, mark->size, head - 16, &time);
	if (g_hash_table_add(carving->contents, g_memdup2(&content, sizeof(content))))
		give(carving, layout, &properties, time);
	return mark->size;
}

/* The first mark of a known class in the piece, of either form. */
static bool find_mark(struct carving *carving, const uint8_t *data, size_t size, int form,
		      struct carve_mark *out)
{
	uint64_t offset = carving->reader->offset, *none_before = &carving->none_before[form];
	size_t from = *none_before > offset ? (size_t)(*none_before - offset) : 0;

	while (carve_find(data, size, from, form_digits[form], out)) {
		if (known_classes_find(&carving->known[form], name_hash_short(&out->class_hash))) {
			*none_before = offset + out->offset;
			return true;
		}
		from = out->offset + 2;
	}
	*none_before = MAX(*none_before, offset + size - MIN(size, OVERLAP));
	return false;
}

static void carve_piece(struct carving *carving, const uint8_t *data, size_t size, bool is_last)
{
	struct carve_mark marks[FORMS];
	size_t most = is_last || size <= OVERLAP ? size : size - OVERLAP, first = most;
	int form = -1;

	for (int i = 0; i < FORMS; i++)
		if (find_mark(carving, data, size, i, &marks[i]) && marks[i].offset < first) {
			first = marks[i].offset;
			form = i;
		}
	reader_skip(carving->reader, first);
	carving->calls->progress(carving->calls->context, first);
	if (form >= 0) {
		size_t used = try_record(carving, form, &marks[form]);

		/* What was looked at for the record is there. */
		reader_skip(carving->reader, used ? used : 2);
	}
}

uint64_t repository_carve(struct reader *reader, const struct object_wants *wants,
			  const struct repository_calls *calls)
{
	struct carving carving = {.wants = wants, .calls = calls, .reader = reader};
	const uint8_t *data;
	size_t size;

	hash_secret_init(&carving.secret);
	carving.contents = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	arena_init(&carving.arena);
	for (int i = 0; i < FORMS; i++)
		known_classes_init(&carving.known[i], i == FORM_XP);
	while ((size = reader_peek(reader, WH_READER_SIZE, &data)) > 0)
		carve_piece(&carving, data, size, size < WH_READER_SIZE);
	for (int i = 0; i < FORMS; i++)
		known_classes_release(&carving.known[i]);
	arena_release(&carving.arena);
	g_hash_table_unref(carving.contents);
	return carving.found;
}
