/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_BINXML_H
#define WH_EVTX_BINXML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bounded reading of BinXML inside a chunk. Facts: libyal, "Windows XML Event Log (EVTX)
 * format", chapter "Binary XML"; [MS-EVEN6] 2.2.12. All offsets count from the chunk's start.
 */
enum binxml_token_type {
	BINXML_END_OF_STREAM = 0x00,
	BINXML_OPEN_START = 0x01, /* <name */
	BINXML_CLOSE_START = 0x02, /* > */
	BINXML_CLOSE_EMPTY = 0x03, /* /> */
	BINXML_END_ELEMENT = 0x04, /* </name> */
	BINXML_VALUE = 0x05,
	BINXML_ATTRIBUTE = 0x06,
	BINXML_CDATA = 0x07,
	BINXML_CHARACTER_REFERENCE = 0x08,
	BINXML_ENTITY_REFERENCE = 0x09,
	BINXML_PI_TARGET = 0x0A,
	BINXML_PI_DATA = 0x0B,
	BINXML_TEMPLATE_INSTANCE = 0x0C,
	BINXML_SUBSTITUTION = 0x0D,
	BINXML_OPTIONAL_SUBSTITUTION = 0x0E,
	BINXML_FRAGMENT_HEADER = 0x0F,
};

#define BINXML_MORE 0x40 /* flag on a token: attributes, or further values, follow */

enum binxml_value_type {
	BINXML_TYPE_NULL = 0x00,
	BINXML_TYPE_STRING = 0x01, /* UTF-16LE, no end sign */
	BINXML_TYPE_ANSI_STRING = 0x02,
	BINXML_TYPE_INT8 = 0x03,
	BINXML_TYPE_UINT8 = 0x04,
	BINXML_TYPE_INT16 = 0x05,
	BINXML_TYPE_UINT16 = 0x06,
	BINXML_TYPE_INT32 = 0x07,
	BINXML_TYPE_UINT32 = 0x08,
	BINXML_TYPE_INT64 = 0x09,
	BINXML_TYPE_UINT64 = 0x0A,
	BINXML_TYPE_REAL32 = 0x0B,
	BINXML_TYPE_REAL64 = 0x0C,
	BINXML_TYPE_BOOLEAN = 0x0D, /* 4 bytes */
	BINXML_TYPE_BINARY = 0x0E,
	BINXML_TYPE_GUID = 0x0F,
	BINXML_TYPE_SIZE = 0x10, /* 4 or 8 bytes, written in hex */
	BINXML_TYPE_FILETIME = 0x11,
	BINXML_TYPE_SYSTEMTIME = 0x12,
	BINXML_TYPE_SID = 0x13,
	BINXML_TYPE_HEX_INT32 = 0x14,
	BINXML_TYPE_HEX_INT64 = 0x15,
	BINXML_TYPE_BINXML = 0x21, /* a fragment of its own */
	BINXML_TYPE_ARRAY = 0x80, /* flag */
};

struct binxml_token {
	enum binxml_token_type type;
	bool more;
	uint32_t name_offset; /* of a name structure: elements, attributes, references, PI */
	uint32_t text_offset; /* UTF-16LE of values, CDATA, PI data */
	uint16_t text_units;
	uint16_t index; /* of a substitution, or that an element depends on; a character's unit */
	uint8_t value_type; /* of a value or substitution */
};

/* An element that depends on a substitution is left out when that is NULL. */
#define BINXML_NO_DEPENDENCY 0xFFFF

struct binxml_cursor {
	const uint8_t *data; /* the chunk */
	size_t end; /* of the fragment */
	size_t offset;
	bool has_dependency_ids; /* elements inside template definitions carry one */
};

/* Reads one token; false, with the cursor where it was, when it is damaged or cut off. */
bool binxml_next(struct binxml_cursor *cursor, struct binxml_token *out);

/* A name structure: hash of 2 bytes at 4, number of characters at 6, UTF-16LE from 8. */
bool binxml_get_name(const uint8_t *data, size_t size, uint32_t offset, const uint8_t **text,
		     uint16_t *units);

/* A template definition: GUID at 4, size of its fragment at 20, the fragment from 24. */
#define BINXML_TEMPLATE_HEADER 24

/* A cursor over the fragment of the definition at `offset`; false when it is damaged. */
bool binxml_get_definition(const uint8_t *data, size_t size, uint32_t offset,
			   struct binxml_cursor *out);

/*
 * Does an event begin at `offset`, as in each record that Windows writes: a fragment header, and an
 * element, or an instance of a template whose definition stands there or earlier?
 */
bool binxml_is_event(const uint8_t *data, size_t end, size_t offset);

#endif
