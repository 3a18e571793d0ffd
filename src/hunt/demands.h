/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_DEMANDS_H
#define WH_HUNT_DEMANDS_H

#include "sigma/prefilter.h"

/*
 * What many conditions need of a text each, looked for all at once, so that few of the conditions
 * are tried: for each text demands_see(), in between demands_begin() and demands_end().
 */
struct demands;

struct demands *demands_new(void);
void demands_free(struct demands *demands);

/* Borrows the demand, whose number is how many were added before. */
void demands_add(struct demands *demands, const struct prefilter *demand);

/* Makes ready what is otherwise made by the first demands_begin() after the last demand was added.
 */
void demands_prepare(struct demands *demands);

/* Returns whether texts that stand in no field of their own count, too. */
bool demands_begin(struct demands *demands);
/* `text` may be NULL. */
void demands_see(struct demands *demands, const char *text);

/* By number, not 0 where the condition may hold. Borrowed until the next demands_begin(). */
const uint8_t *demands_end(struct demands *demands);

#endif
