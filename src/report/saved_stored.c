/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "report/saved_line.h"
#include "report/saved_tables.h"

static const char *object_state_word(unsigned index)
{
	return index < OBJECT_STATES ? object_state_name(index) : NULL;
}

static const char *found_in_word(unsigned index)
{
	return index < FOUND_PLACES ? object_found_in_name(index) : NULL;
}

/* The first has no word. */
static void read_host_from(struct saved_reader *reader, const char *name, void *place)
{
	const char *text = saved_read_text(reader, name);

	for (unsigned i = 1; text && i < HOST_SOURCES; i++) {
		if (strcmp(host_source_name(i), text) == 0) {
			*(enum host_source *)place = i;
			return;
		}
	}
	saved_reader_fail(reader, name, "is no word that is known");
}

#define AT(place) offsetof(struct wmi_object, place)

static const struct saved_member object_source_members[] = {
	{.name = "path", .kind = SAVED_TEXT, .at = AT(path)},
	{.name = "entry", .kind = SAVED_TEXT, .at = AT(entry)},
	{.name = "via", .kind = SAVED_TEXT, .at = AT(via)},
	{.name = "offset", .kind = SAVED_UINT64, .at = AT(offset)},
	{0},
};
#undef AT

#define AT(place) offsetof(struct stored_place, place)

/* Of the repository's objects, and of those that tools and texts show. */
static const struct saved_member place_members[] = {
	{.name = "is", .kind = SAVED_TEXT, .at = AT(role), .needed = true},
	{.name = "tool", .kind = SAVED_TEXT, .at = AT(object.tool)},
	{.name = "collected",
	 .kind = SAVED_TIME,
	 .at = AT(object.collected),
	 .has_at = AT(object.has_collected)},
	{.name = "namespace", .kind = SAVED_TEXT, .at = AT(object.object_namespace)},
	{.name = "class", .kind = SAVED_TEXT, .at = AT(object.class_name)},
	{.name = "session",
	 .kind = SAVED_TIME,
	 .at = AT(object.session),
	 .has_at = AT(object.has_session)},
	{.name = "sequence",
	 .kind = SAVED_UINT64,
	 .at = AT(object.sequence),
	 .has_at = AT(object.has_session)},
	{.name = "state",
	 .kind = SAVED_WORD,
	 .at = AT(object.state),
	 .needed = true,
	 .word = object_state_word},
	{.name = "found_in",
	 .kind = SAVED_WORD,
	 .at = AT(object.found_in),
	 .needed = true,
	 .word = found_in_word},
	{.name = "map", .kind = SAVED_UINT32, .at = AT(object.map_number)},
	{.name = "checkpoint", .kind = SAVED_UINT32, .at = AT(object.checkpoint)},
	{.name = "host_from",
	 .kind = SAVED_CALL,
	 .at = AT(object.host_from),
	 .call = read_host_from},
	{.name = "lacks", .kind = SAVED_TEXT, .at = AT(object.lacks)},
	{.name = "partial", .kind = SAVED_FLAG, .at = AT(object.partial)},
	{.name = "source", .kind = SAVED_PART, .at = AT(object), .members = object_source_members},
	{0},
};
#undef AT

static struct stored_place *read_place(struct saved_reader *reader, const char *name)
{
	struct stored_place *place = saved_reader_alloc(reader, sizeof(*place));

	saved_read_object(reader, name, place_members, place);
	return place;
}

static void read_places(struct saved_reader *reader, const char *name, void *object)
{
	struct stored *stored = object;
	guint count = 0;

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		const struct stored_place *place = read_place(reader, name);

		if (count + 1 < G_N_ELEMENTS(stored->places))
			stored->places[count++] = place;
		else
			saved_reader_fail(reader, name, "has too many elements");
	}
}

static const char *host_source_word(unsigned index)
{
	return index < HOST_UNKNOWN ? stored_host_source_name(index) : NULL;
}

#define AT(place) offsetof(struct stored_timer, place)
static const struct saved_member timer_members[] = {
	{.name = "class", .kind = SAVED_TEXT, .at = AT(class_name)},
	{.name = "id", .kind = SAVED_TEXT, .at = AT(id)},
	{.name = "interval", .kind = SAVED_TEXT, .at = AT(interval)},
	{.name = "at", .kind = SAVED_TEXT, .at = AT(at)},
	{0},
};
#undef AT

#define AT(place) offsetof(struct stored_provider, place)
static const struct saved_member provider_members[] = {
	{.name = "name", .kind = SAVED_TEXT, .at = AT(name)},
	{.name = "clsid", .kind = SAVED_TEXT, .at = AT(clsid)},
	{.name = "hosting_model", .kind = SAVED_TEXT, .at = AT(hosting)},
	{0},
};
#undef AT

#define AT(place) offsetof(struct stored_class, place)
static const struct saved_member class_members[] = {
	{.name = "name", .kind = SAVED_TEXT, .at = AT(name), .needed = true},
	{.name = "property", .kind = SAVED_TEXT, .at = AT(property)},
	{.name = "value", .kind = SAVED_TEXT, .at = AT(value), .needed = true},
	{.name = "decoded", .kind = SAVED_IGNORED},
	{0},
};
#undef AT

#define AT(place) offsetof(struct stored, place)

const struct saved_member saved_stored_members[] = {
	{.name = "session", .kind = SAVED_TIME, .at = AT(session), .has_at = AT(has_session)},
	{.name = "sequence", .kind = SAVED_UINT64, .at = AT(sequence), .has_at = AT(has_session)},
	{.name = "host_known_by",
	 .kind = SAVED_WORD,
	 .at = AT(host_source),
	 .word = host_source_word},
	{.name = "contradictions",
	 .kind = SAVED_BITS,
	 .at = AT(conflicts),
	 .word = stored_conflict_name},
	SAVED_NEW("timer", AT(timer), struct stored_timer, timer_members),
	SAVED_NEW("provider", AT(provider), struct stored_provider, provider_members),
	SAVED_NEW("class", AT(class), struct stored_class, class_members),
	{.name = "objects", .kind = SAVED_CALL, .call = read_places},
	{0},
};
#undef AT

static void read_told_places(struct saved_reader *reader, const char *name, void *object)
{
	struct told *told = object;
	const struct told_place **end = &told->places;

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		struct told_place *place = saved_reader_alloc(reader, sizeof(*place));

		place->place = read_place(reader, name);
		*end = place;
		end = &place->next;
		told->count++;
	}
}

const struct saved_member saved_told_members[] = {
	{.name = "contradictions",
	 .kind = SAVED_BITS,
	 .at = offsetof(struct told, conflicts),
	 .word = told_conflict_name},
	{.name = "objects", .kind = SAVED_CALL, .call = read_told_places},
	{0},
};
