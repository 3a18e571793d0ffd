/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_pack.h"

#include <string.h>

#include "base/limits.h"
#include "event/field_groups.h"

/*
 * The form: a head of fixed size; the texts of what the record says; name and value of each field;
 * a place of fixed size; the texts of where the record was read. A text is its length (32 bits, the
 * NUL after it included; 0: the text is absent), its bytes, and a NUL.
 */

struct packed_head {
	uint64_t time;
	uint64_t record_id;
	uint32_t identity_size; /* bytes before the place */
	uint32_t event_id;
	uint32_t process_id;
	uint32_t field_count;
	uint8_t has_event_id, has_record_id, has_process_id, partial;
	uint8_t padding[4];
};

struct packed_place {
	uint64_t offset;
	uint64_t header_record_id;
	uint8_t is_own, claimed, recovered, hidden, chimera;
	uint8_t padding[3];
};

static void add_text(GByteArray *out, const char *text)
{
	uint32_t length = text ? (uint32_t)strlen(text) + 1 : 0;

	g_byte_array_append(out, (const guint8 *)&length, sizeof(length));
	if (text)
		g_byte_array_append(out, (const guint8 *)text, length);
}

/* JSON leaves these out when they are empty. */
static void add_present(GByteArray *out, const char *text)
{
	add_text(out, text && *text ? text : NULL);
}

/* In the order of JSON's members; a list of Data has no names. */
static void add_fields(const struct event *event, GByteArray *out)
{
	struct field_groups groups;
	const char *key, *value;
	bool is_list;

	field_groups_init(&groups, event);
	while (field_groups_next(&groups, &key, &is_list)) {
		const char *name = is_list && strcmp(key, "Data") == 0 ? "" : key;

		while ((value = field_groups_next_value(&groups)) != NULL) {
			add_text(out, name);
			add_text(out, value);
		}
	}
	field_groups_release(&groups);
}

void event_pack(const struct event *event, bool is_own, GByteArray *out)
{
	const struct event_ref *ref = &event->ref;
	struct packed_head head = {
		.time = ref->time,
		.record_id = ref->has_record_id ? ref->record_id : 0,
		.event_id = ref->has_event_id ? ref->event_id : 0,
		.process_id = event->has_process_id ? event->process_id : 0,
		.field_count = event->fields->len,
		.has_event_id = ref->has_event_id,
		.has_record_id = ref->has_record_id,
		.has_process_id = event->has_process_id,
		.partial = event->partial,
	};
	const struct packed_place place = {
		.offset = ref->offset,
		.header_record_id = ref->header_record_id,
		.is_own = is_own,
		.claimed = ref->claimed,
		.recovered = ref->recovered,
		.hidden = ref->hidden,
		.chimera = ref->chimera,
	};
	guint begin = out->len;

	g_byte_array_append(out, (const guint8 *)&head, sizeof(head));
	add_present(out, event->host);
	add_present(out, ref->channel);
	add_present(out, event->provider);
	add_present(out, event->user_sid);
	add_present(out, event->data_type);
	add_fields(event, out);
	head.identity_size = out->len - begin;
	memcpy(out->data + begin, &head, sizeof(head));
	g_byte_array_append(out, (const guint8 *)&place, sizeof(place));
	add_present(out, is_own ? NULL : ref->path);
	add_present(out, ref->entry);
	add_present(out, ref->via);
}

/* What is left of the bytes to read. */
struct unpacking {
	const uint8_t *at;
	size_t left;
	bool ok;
};

static void take(struct unpacking *bytes, void *out, size_t size)
{
	bytes->ok = bytes->ok && bytes->left >= size;
	if (!bytes->ok) {
		memset(out, 0, size);
		return;
	}
	memcpy(out, bytes->at, size);
	bytes->at += size;
	bytes->left -= size;
}

/* Most texts are ASCII, which is seen at once. */
static bool is_utf8(const char *text, size_t length)
{
	uint64_t bits = 0, bytes;
	size_t at = 0;

	for (; at + sizeof(bytes) <= length; at += sizeof(bytes)) {
		memcpy(&bytes, text + at, sizeof(bytes));
		/* A zero byte has no bit set after this, where others keep or get one. */
		bits |= bytes | ((bytes - 0x0101010101010101ull) & ~bytes);
	}
	for (; at < length; at++)
		bits |= (uint8_t)text[at] | (text[at] ? 0 : 0x80);
	return !(bits & 0x8080808080808080ull) || g_utf8_validate_len(text, length, NULL);
}

/* NULL for an absent text, and when there is none in these bytes. */
static const char *take_text(struct unpacking *bytes)
{
	const char *text = (const char *)bytes->at + sizeof(uint32_t);
	uint32_t length;

	take(bytes, &length, sizeof(length));
	if (!bytes->ok || length == 0)
		return NULL;
	bytes->ok = length <= bytes->left && text[length - 1] == '\0' && is_utf8(text, length - 1);
	if (!bytes->ok)
		return NULL;
	bytes->at += length;
	bytes->left -= length;
	return text;
}

static void take_fields(struct unpacking *bytes, struct event *event, uint32_t count)
{
	bytes->ok = bytes->ok && count <= WH_MAX_EVENT_FIELDS;
	for (uint32_t i = 0; bytes->ok && i < count; i++) {
		struct event_field field;

		field.name = take_text(bytes);
		field.value = take_text(bytes);
		bytes->ok = bytes->ok && field.name && field.value;
		if (bytes->ok)
			g_array_append_val(event->fields, field);
	}
}

bool event_unpack(struct event *event, const uint8_t *data, size_t size, const char *path)
{
	struct unpacking bytes = {data, size, true};
	struct event_ref *ref = &event->ref;
	struct packed_head head;
	struct packed_place place;

	event_clear(event);
	take(&bytes, &head, sizeof(head));
	event->host = take_text(&bytes);
	ref->channel = take_text(&bytes);
	event->provider = take_text(&bytes);
	event->user_sid = take_text(&bytes);
	event->data_type = take_text(&bytes);
	take_fields(&bytes, event, head.field_count);
	bytes.ok = bytes.ok && head.identity_size == size - bytes.left;
	take(&bytes, &place, sizeof(place));
	ref->path = take_text(&bytes);
	ref->entry = take_text(&bytes);
	ref->via = take_text(&bytes);
	if (place.is_own)
		ref->path = path;
	ref->time = head.time;
	ref->record_id = head.record_id;
	ref->event_id = head.event_id;
	event->process_id = head.process_id;
	ref->has_event_id = head.has_event_id;
	ref->has_record_id = head.has_record_id;
	event->has_process_id = head.has_process_id;
	event->partial = head.partial;
	ref->offset = place.offset;
	ref->header_record_id = place.header_record_id;
	ref->claimed = place.claimed;
	ref->recovered = place.recovered;
	ref->hidden = place.hidden;
	ref->chimera = place.chimera;
	bytes.ok = bytes.ok && bytes.left == 0;
	if (!bytes.ok)
		event_clear(event);
	return bytes.ok;
}

bool packed_identity_get(const uint8_t *data, size_t size, struct packed_identity *out)
{
	struct packed_place place;
	struct packed_head head;

	if (size < sizeof(head) + sizeof(place))
		return false;
	memcpy(&head, data, sizeof(head));
	if (head.identity_size < sizeof(head) || head.identity_size > size - sizeof(place))
		return false;
	memcpy(&place, data + head.identity_size, sizeof(place));
	*out = (struct packed_identity){
		.data = data,
		.size = head.identity_size,
		.is_own = place.is_own,
		.marked = place.hidden || place.chimera,
	};
	return true;
}
