/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/archive/box_make.h"

#include <stdint.h>
#include <string.h>

#include "base/crc32.h"

/* Little-endian, `width` bytes. */
static void add(GByteArray *out, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		g_byte_array_append(out, &byte, 1);
	}
}

static void add_text(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

GByteArray *make_cab(const char *name, const char *text)
{
	const uint32_t head = 36 + 8, length = (uint32_t)strlen(text);
	const uint32_t data = head + 16 + (uint32_t)strlen(name) + 1;
	GByteArray *out = g_byte_array_new();
	const struct {
		unsigned width;
		uint32_t value;
	} fields[] = {
		{4, 0},	     {4, data + 8 + length},
		{4, 0},	     {4, head},
		{4, 0}, /* reserved, sizes */
		{1, 3},	     {1, 1},
		{2, 1},	     {2, 1},
		{2, 0},	     {2, 7},
		{2, 0}, /* version, counts */
		{4, data},   {2, 1},
		{2, 0}, /* the folder: its data, in one block, stored */
		{4, length}, {4, 0},
		{2, 0},	     {2, 0x5861},
		{2, 0},	     {2, 0x20}, /* the file */
	};

	add_text(out, "MSCF");
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		add(out, fields[i].width, fields[i].value);
	g_byte_array_append(out, (const uint8_t *)name, (guint)strlen(name) + 1);
	add(out, 4, 0); /* no checksum */
	add(out, 2, length);
	add(out, 2, length);
	add_text(out, text);
	return out;
}

static void add_block4(GByteArray *out, GByteArray *block)
{
	add(out, 2, crc32_update(0, block->data, block->len));
	g_byte_array_append(out, block->data, block->len);
	g_byte_array_unref(block);
}

GByteArray *make_rar4(const char *name, const char *text)
{
	uint32_t length = (uint32_t)strlen(text);
	GByteArray *out = g_byte_array_new(), *head = g_byte_array_new(),
		   *file = g_byte_array_new();

	g_byte_array_append(out, (const uint8_t *)"Rar!\x1a\x07", 7);
	add(head, 1, 0x73);
	add(head, 2, 0);
	add(head, 2, 13);
	add(head, 4, 0);
	add(head, 2, 0);
	add_block4(out, head);
	add(file, 1, 0x74);
	add(file, 2, 0x8000);
	add(file, 2, 32 + (uint32_t)strlen(name));
	add(file, 4, length);
	add(file, 4, length);
	add(file, 1, 3);
	add(file, 4, crc32_update(0, (const uint8_t *)text, length));
	add(file, 4, 0x58610000);
	add(file, 1, 20);
	add(file, 1, 0x30);
	add(file, 2, (uint32_t)strlen(name));
	add(file, 4, 0100644);
	add_text(file, name);
	add_block4(out, file);
	add_text(out, text);
	return out;
}

/* `block` is what comes after its size; short enough for sizes of one byte. */
static void add_block5(GByteArray *out, GByteArray *block)
{
	uint8_t size = (uint8_t)block->len;

	g_byte_array_prepend(block, &size, 1);
	add(out, 4, crc32_update(0, block->data, block->len));
	g_byte_array_append(out, block->data, block->len);
	g_byte_array_unref(block);
}

GByteArray *make_rar5(const char *name, const char *text)
{
	uint32_t length = (uint32_t)strlen(text);
	GByteArray *out = g_byte_array_new(), *head = g_byte_array_new(),
		   *file = g_byte_array_new(), *end = g_byte_array_new();

	g_byte_array_append(out, (const uint8_t *)"Rar!\x1a\x07\x01", 8);
	add(head, 3, 1); /* main header, no flags */
	add_block5(out, head);
	add(file, 1, 2);
	add(file, 1, 2); /* data follows */
	add(file, 1, length);
	add(file, 1, 4); /* with a CRC */
	add(file, 1, length);
	add(file, 1, 0x20);
	add(file, 4, crc32_update(0, (const uint8_t *)text, length));
	add(file, 1, 0);
	add(file, 1, 1);
	add(file, 1, (uint32_t)strlen(name));
	add_text(file, name);
	add_block5(out, file);
	add_text(out, text);
	add(end, 3, 5);
	add_block5(out, end);
	return out;
}
