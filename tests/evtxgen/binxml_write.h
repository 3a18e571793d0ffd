/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_BINXML_WRITE_H
#define WH_EVTXGEN_BINXML_WRITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "chunk_write.h"

/* Value types of BinXML. */
enum binxml_type {
	BINXML_NULL = 0x00,
	BINXML_STRING = 0x01,
	BINXML_ANSI = 0x02,
	BINXML_INT8 = 0x03,
	BINXML_UINT8 = 0x04,
	BINXML_INT16 = 0x05,
	BINXML_UINT16 = 0x06,
	BINXML_INT32 = 0x07,
	BINXML_UINT32 = 0x08,
	BINXML_INT64 = 0x09,
	BINXML_UINT64 = 0x0a,
	BINXML_REAL32 = 0x0b,
	BINXML_REAL64 = 0x0c,
	BINXML_BOOLEAN = 0x0d,
	BINXML_BINARY = 0x0e,
	BINXML_GUID = 0x0f,
	BINXML_SIZE = 0x10,
	BINXML_FILETIME = 0x11,
	BINXML_SYSTEMTIME = 0x12,
	BINXML_SID = 0x13,
	BINXML_HEXINT32 = 0x14,
	BINXML_HEXINT64 = 0x15,
	BINXML_XML = 0x21,
	BINXML_ARRAY = 0x80, /* flag */
};

enum xml_kind {
	XML_ELEMENT,
	XML_ATTRIBUTE,
	XML_TEXT, /* the same in each record */
	XML_VALUE, /* one of the record's values */
};

/* The shape that records share. Texts are UTF-16LE without a terminator. */
struct xml_node {
	enum xml_kind kind;
	GByteArray *text; /* the name, or the text itself */
	GPtrArray *attributes; /* of an element: struct xml_node */
	GPtrArray *children; /* of an element or attribute: struct xml_node */
	unsigned index; /* which value */
	uint8_t type; /* enum binxml_type */
	bool optional; /* what holds an absent value is left out */
};

/* Each copies its text; the tree owns what is added to it. */
struct xml_node *xml_element_new(const GByteArray *name);
struct xml_node *xml_attribute_new(const GByteArray *name, struct xml_node *content);
struct xml_node *xml_text_new(const GByteArray *text);
struct xml_node *xml_value_new(unsigned index, uint8_t type, bool optional);
void xml_node_free(struct xml_node *node);
void xml_add_attribute(struct xml_node *element, struct xml_node *attribute);
void xml_add_child(struct xml_node *element, struct xml_node *child);

/* A definition that stands in a chunk at its first use there. */
struct binxml_template {
	struct xml_node *root;
	uint8_t guid[16];
	uint64_t chunk_serial; /* of the chunk that holds it */
	uint32_t offset; /* in that chunk */
};

/* Takes `root`. The identifier follows from the shape alone. */
struct binxml_template *binxml_template_new(struct xml_node *root);
void binxml_template_free(struct binxml_template *template);

/* The values of one record: bytes for a template, text (UTF-16LE) for plain BinXML, where
 * each value of an array ends with a NUL. */
struct binxml_value {
	uint8_t type; /* BINXML_NULL: absent */
	const uint8_t *data; /* for BINXML_XML the value is `nested` instead */
	size_t size;
};

struct binxml_instance {
	struct binxml_template *template;
	const struct binxml_value *values;
	unsigned count;
	const struct binxml_instance *nested; /* what a value of type BINXML_XML stands for */
};

/* Adds a fragment that is a template instance. */
void binxml_add_instance(struct chunk_writer *chunk, const struct binxml_instance *instance);

/* Adds a fragment with names and values in place, as forwarded events have. */
void binxml_add_plain(struct chunk_writer *chunk, const struct binxml_instance *instance);

#endif
