/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_pack.h"

#include <string.h>

#include "base/limits.h"
#include "base/packing.h"
#include "event/field_groups.h"

/*
 * The form: a head of fixed size; the texts of what the record says; name and value of each field;
 * a place of fixed size; the texts of where the record was read.
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
	uint8_t precision, local_time, format;
};

/* JSON leaves these out when they are empty. */
static void add_present(GByteArray *out, const char *text)
{
	pack_text(out, text && *text ? text : NULL);
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
			pack_text(out, name);
			pack_text(out, value);
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
		.precision = (uint8_t)ref->precision,
		.local_time = ref->local_time,
		.format = (uint8_t)ref->format,
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

static void take_fields(struct unpacking *bytes, struct event *event, uint32_t count)
{
	bytes->ok = bytes->ok && count <= WH_MAX_EVENT_FIELDS;
	for (uint32_t i = 0; bytes->ok && i < count; i++) {
		struct event_field field;

		field.name = unpack_text(bytes);
		field.value = unpack_text(bytes);
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
	unpack_bytes(&bytes, &head, sizeof(head));
	event->host = unpack_text(&bytes);
	ref->channel = unpack_text(&bytes);
	event->provider = unpack_text(&bytes);
	event->user_sid = unpack_text(&bytes);
	event->data_type = unpack_text(&bytes);
	take_fields(&bytes, event, head.field_count);
	bytes.ok = bytes.ok && head.identity_size == size - bytes.left;
	unpack_bytes(&bytes, &place, sizeof(place));
	ref->path = unpack_text(&bytes);
	ref->entry = unpack_text(&bytes);
	ref->via = unpack_text(&bytes);
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
	ref->precision = MIN(place.precision, TIME_PRECISIONS - 1);
	ref->local_time = place.local_time;
	ref->format = MIN(place.format, EVENT_FORMATS - 1);
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
