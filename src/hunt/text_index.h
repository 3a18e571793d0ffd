/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_TEXT_INDEX_H
#define WH_HUNT_TEXT_INDEX_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII texts, each with the number of what asks for it, all looked for at once in others. */
struct text_index;

struct text_index *text_index_new(void);
void text_index_free(struct text_index *index);

/* Copies the text, which has four characters or more. Case does not matter. */
void text_index_add(struct text_index *index, const char *text, guint number);

/* To be called when all are added. */
void text_index_finish(struct text_index *index);

/* Sets marks[number] for each that has a text in this one. */
void text_index_mark(const struct text_index *index, const char *text, size_t length,
		     uint8_t *marks);

/* Does the text hold U+017F or U+212A, which are s and k where regexes mind no case? */
bool text_is_disguised(const char *text, size_t length);

#endif
