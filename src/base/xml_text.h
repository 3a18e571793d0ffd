/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_XML_TEXT_H
#define WH_BASE_XML_TEXT_H

#include <stddef.h>

#include "base/arena.h"

/* The length of one of XML's five named entities (&lt; and the like) that `at` begins with, and its
 * sign; 0, and *sign untouched, when there is none. */
size_t xml_entity_read(const char *at, char *sign);

/* The text (NULL is fine) with these undone: itself where it has no ampersand, else of the arena.
 */
const char *xml_text_unescape(const char *text, struct arena *arena);

#endif
