/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/packing.h"
#include "repository/wmi_object.h"

/*
 * The form: a head of fixed size, texts, the names of derivation, the value of all properties. A
 * value is a head of its own, a text, and the values or properties in it.
 */

struct packed_object {
	uint64_t session;
	uint64_t sequence;
	uint64_t offset;
	uint64_t collected;
	uint32_t derivation_count;
	uint32_t map_number;
	uint32_t checkpoint;
	uint8_t state, found_in, has_session, partial, is_own, is_class, has_collected, host_from;
	uint8_t padding[4];
};

struct packed_value {
	uint32_t count;
	uint8_t kind, is_default;
	uint8_t padding[2];
};

static void add_value(GByteArray *out, const struct cim_value *value)
{
	bool has_parts = value->kind == CIM_ARRAY || value->kind == CIM_OBJECT;
	const struct packed_value head = {.count = has_parts ? value->count : 0,
					  .kind = (uint8_t)value->kind,
					  .is_default = value->is_default};

	g_byte_array_append(out, (const guint8 *)&head, sizeof(head));
	pack_text(out, value->text);
	for (uint32_t i = 0; i < head.count; i++) {
		if (value->kind == CIM_ARRAY) {
			add_value(out, &value->items[i]);
		} else {
			pack_text(out, value->properties[i].name);
			add_value(out, &value->properties[i].value);
		}
	}
}

void wmi_object_pack(const struct wmi_object *object, bool is_own, GByteArray *out)
{
	const struct packed_object head = {
		.session = object->session,
		.sequence = object->sequence,
		.offset = object->offset,
		.derivation_count = object->derivation_count,
		.map_number = object->map_number,
		.checkpoint = object->checkpoint,
		.state = (uint8_t)object->state,
		.found_in = (uint8_t)object->found_in,
		.has_session = object->has_session,
		.partial = object->partial,
		.is_own = is_own,
		.is_class = object->is_class,
		.has_collected = object->has_collected,
		.collected = object->collected,
		.host_from = (uint8_t)object->host_from,
	};

	g_byte_array_append(out, (const guint8 *)&head, sizeof(head));
	pack_text(out, object->host);
	pack_text(out, object->system_version);
	pack_text(out, object->object_namespace);
	pack_text(out, object->class_name);
	pack_text(out, is_own ? NULL : object->path);
	pack_text(out, object->entry);
	pack_text(out, object->via);
	pack_text(out, object->tool);
	pack_text(out, object->lacks);
	for (uint32_t i = 0; i < object->derivation_count; i++)
		pack_text(out, object->derivation[i]);
	add_value(out, &object->properties);
}

bool wmi_object_is_own(const uint8_t *data, size_t size, bool *is_own)
{
	struct packed_object head;

	if (size < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	*is_own = head.is_own;
	return true;
}

struct object_unpacking {
	struct unpacking bytes;
	struct arena *arena; /* of what is kept */
};

static const char *keep_text(struct object_unpacking *from)
{
	const char *text = unpack_text(&from->bytes);

	return text ? arena_copy(from->arena, text, strlen(text)) : NULL;
}

/* Zeroed; NULL, and not ok, when there cannot be so many in the bytes that are left. */
static void *keep_array(struct object_unpacking *from, uint32_t count, size_t size)
{
	from->bytes.ok = from->bytes.ok && count <= from->bytes.left / sizeof(uint32_t);
	if (!from->bytes.ok)
		return NULL;
	return memset(arena_alloc(from->arena, MAX(count, 1) * size), 0, MAX(count, 1) * size);
}

static bool skip_digits(const char **text)
{
	const char *begin = *text;

	while (g_ascii_isdigit(**text))
		++*text;
	return *text > begin;
}

static bool is_number(const char *text)
{
	text += *text == '-';
	if (!skip_digits(&text))
		return false;
	if (*text == '.' && (text++, !skip_digits(&text)))
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '+' || *text == '-';
		if (!skip_digits(&text))
			return false;
	}
	return *text == '\0';
}

static void take_value(struct object_unpacking *from, struct cim_value *out, unsigned depth)
{
	struct cim_property *properties = NULL;
	struct cim_value *items = NULL;
	struct unpacking *bytes = &from->bytes;
	struct packed_value head;

	unpack_bytes(bytes, &head, sizeof(head));
	*out = (struct cim_value){.kind = (enum cim_kind)head.kind,
				  .is_default = head.is_default,
				  .count = head.count,
				  .text = keep_text(from)};
	bytes->ok = bytes->ok && head.kind < CIM_KINDS && depth <= 2 * WH_MAX_CIM_DEPTH + 2;
	if (head.kind == CIM_NUMBER || head.kind == CIM_TEXT)
		bytes->ok = bytes->ok && out->text;
	/* It goes into JSON as it is. */
	if (head.kind == CIM_NUMBER)
		bytes->ok = bytes->ok && is_number(out->text);
	if (head.kind == CIM_ARRAY)
		out->items = items = keep_array(from, head.count, sizeof(*items));
	else if (head.kind == CIM_OBJECT)
		out->properties = properties = keep_array(from, head.count, sizeof(*properties));
	else
		bytes->ok = bytes->ok && head.count == 0;
	for (uint32_t i = 0; bytes->ok && i < head.count; i++) {
		if (items) {
			take_value(from, &items[i], depth + 1);
		} else {
			properties[i].name = keep_text(from);
			bytes->ok = bytes->ok && properties[i].name;
			take_value(from, &properties[i].value, depth + 1);
		}
	}
}

static void take_derivation(struct object_unpacking *from, struct wmi_object *out)
{
	struct unpacking *bytes = &from->bytes;
	const char **names;

	bytes->ok = bytes->ok && out->derivation_count <= WH_MAX_CIM_CHAIN;
	out->derivation = names = keep_array(from, out->derivation_count, sizeof(*names));
	for (uint32_t i = 0; bytes->ok && i < out->derivation_count; i++) {
		names[i] = keep_text(from);
		bytes->ok = bytes->ok && names[i];
	}
}

bool wmi_object_unpack(struct wmi_object *out, const uint8_t *data, size_t size, const char *path,
		       struct arena *arena, bool *is_own)
{
	struct object_unpacking from = {{data, size, true}, arena};
	struct wmi_object object = {0};
	struct packed_object head;

	unpack_bytes(&from.bytes, &head, sizeof(head));
	object.host = keep_text(&from);
	object.system_version = keep_text(&from);
	object.object_namespace = keep_text(&from);
	object.class_name = keep_text(&from);
	object.path = keep_text(&from);
	object.entry = keep_text(&from);
	object.via = keep_text(&from);
	object.tool = keep_text(&from);
	object.lacks = keep_text(&from);
	object.derivation_count = head.derivation_count;
	take_derivation(&from, &object);
	take_value(&from, &object.properties, 0);
	if (!from.bytes.ok || from.bytes.left > 0 || !object.class_name ||
	    head.state >= OBJECT_STATES || head.found_in >= FOUND_PLACES ||
	    head.host_from >= HOST_SOURCES || object.properties.kind != CIM_OBJECT)
		return false;
	if (head.is_own)
		object.path = path;
	if (is_own)
		*is_own = head.is_own;
	object.state = (enum object_state)head.state;
	object.found_in = (enum object_found_in)head.found_in;
	object.host_from = (enum host_source)head.host_from;
	object.has_collected = head.has_collected;
	object.collected = head.collected;
	object.has_session = head.has_session;
	object.session = head.session;
	object.sequence = head.sequence;
	object.offset = head.offset;
	object.map_number = head.map_number;
	object.checkpoint = head.checkpoint;
	object.partial = head.partial;
	object.is_class = head.is_class;
	*out = object;
	return true;
}
