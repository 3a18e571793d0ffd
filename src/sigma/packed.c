/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/packed.h"

#include <string.h>

/*
 * A number is LEB128. A text is a number, one more than its length or 0 for NULL, its bytes and a
 * zero. A tree of nodes says first how many nodes, lists and maps, and children it has, so that one
 * piece of memory takes it; then come the nodes, each before its children.
 */

#define TYPE_BITS 2
#define IS_PLAIN 4
#define IS_SINGLE_QUOTED 8

void packed_add_number(GByteArray *out, uint64_t number)
{
	uint8_t byte;

	for (; number >= 0x80; number >>= 7) {
		byte = (uint8_t)(number | 0x80);
		g_byte_array_append(out, &byte, 1);
	}
	byte = (uint8_t)number;
	g_byte_array_append(out, &byte, 1);
}

void packed_add_text(GByteArray *out, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	packed_add_number(out, text ? length + 1 : 0);
	if (text)
		g_byte_array_append(out, (const guint8 *)text, (guint)length + 1);
}

/* Of a tree of nodes. */
struct extent {
	size_t nodes;
	size_t lists; /* and maps */
	size_t children;
};

static void measure(const struct yaml_node *node, struct extent *extent)
{
	extent->nodes++;
	extent->lists += node->children != NULL;
	for (guint i = 0; node->children && i < node->children->len; i++) {
		extent->children++;
		measure(node->children->pdata[i], extent);
	}
}

static void add_node(GByteArray *out, const struct yaml_node *node)
{
	packed_add_number(out, (uint64_t)node->type | (node->plain ? IS_PLAIN : 0) |
				       (node->single_quoted ? IS_SINGLE_QUOTED : 0));
	packed_add_number(out, node->place.line);
	packed_add_number(out, node->place.column);
	if (!node->children) {
		packed_add_text(out, node->text);
		return;
	}
	packed_add_number(out, node->children->len);
	for (guint i = 0; i < node->children->len; i++)
		add_node(out, node->children->pdata[i]);
}

void packed_add_node(GByteArray *out, const struct yaml_node *node)
{
	struct extent extent = {0};

	measure(node, &extent);
	packed_add_number(out, extent.nodes);
	packed_add_number(out, extent.lists);
	packed_add_number(out, extent.children);
	add_node(out, node);
}

uint64_t packed_take_number(const uint8_t **at)
{
	uint64_t number = 0;
	unsigned shift = 0;

	for (; **at & 0x80; shift += 7)
		number |= (uint64_t)(*(*at)++ & 0x7F) << shift;
	return number | (uint64_t) * (*at)++ << shift;
}

const char *packed_take_text(const uint8_t **at)
{
	uint64_t size = packed_take_number(at);
	const char *text = (const char *)*at;

	*at += size;
	return size ? text : NULL;
}

/* Where in the piece of memory the next of each goes. */
struct room {
	struct yaml_node *node;
	GPtrArray *list;
	gpointer *child;
};

static struct yaml_node *take_node(const uint8_t **at, struct room *room)
{
	struct yaml_node *node = room->node++;
	uint64_t flags = packed_take_number(at);
	gpointer *child = room->child;

	*node = (struct yaml_node){
		.type = (enum yaml_type)(flags & ((1 << TYPE_BITS) - 1)),
		.plain = flags & IS_PLAIN,
		.single_quoted = flags & IS_SINGLE_QUOTED,
	};
	node->place.line = (unsigned)packed_take_number(at);
	node->place.column = (unsigned)packed_take_number(at);
	if (node->type == YAML_SCALAR) {
		node->text = (char *)packed_take_text(at);
		return node;
	}
	node->children = room->list++;
	*node->children = (GPtrArray){child, (guint)packed_take_number(at)};
	room->child += node->children->len;
	for (guint i = 0; i < node->children->len; i++)
		*child++ = take_node(at, room);
	return node;
}

struct yaml_node *packed_take_node(const uint8_t **at)
{
	struct extent extent;
	struct room room;

	extent.nodes = packed_take_number(at);
	extent.lists = packed_take_number(at);
	extent.children = packed_take_number(at);
	room.node = g_malloc(extent.nodes * sizeof(*room.node) + extent.lists * sizeof(*room.list) +
			     extent.children * sizeof(*room.child));
	room.list = (GPtrArray *)(void *)(room.node + extent.nodes);
	room.child = (gpointer *)(void *)(room.list + extent.lists);
	return take_node(at, &room);
}
