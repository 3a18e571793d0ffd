/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_FIELD_SEARCH_H
#define WH_EVTX_FIELD_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "evtx/field_text.h"

/* Texts of which the values of one field are asked for one, all at once. */
struct field_search;

struct field_search *field_search_new(void);
void field_search_free(struct field_search *search);

/* Copies a text that can be sought, in lower case; its field does not matter. */
void field_search_add(struct field_search *search, const struct field_text *text);

/* To be called once, when all are added. */
void field_search_finish(struct field_search *search);

/* May a value of that BinXML type hold one of the texts as they are looked for? */
bool field_search_meets_value(const struct field_search *search, const uint8_t *data, size_t size,
			      uint8_t type);

/* Does the text, which is UTF-8? */
bool field_search_meets_text(const struct field_search *search, const char *text);

#endif
