/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_DEMANDS_H
#define WH_HUNT_DEMANDS_H

#include "sigma/prefilter.h"

/*
 * What many conditions need of a text each, looked for all at once, so that few of the conditions
 * are tried: for each text demands_see(), from demands_begin() on.
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

/* May the condition of that number hold, by what was seen? */
bool demands_are_met(const struct demands *demands, guint number);

#endif
