/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_TEXT_SIEVE_H
#define WH_EXPORT_TEXT_SIEVE_H

#include <stdbool.h>
#include <stddef.h>

#include "evtx/sieve.h"

/* Decides by the text of an exported event, before it is parsed, whether it can be wanted. May say
 * yes to much, never no to a wanted event. */
struct text_sieve;

/* NULL when each event may be wanted. The plan is used for the call. */
struct text_sieve *text_sieve_new(const struct sieve_plan *plan);

/* NULL is fine. */
void text_sieve_free(struct text_sieve *sieve);

/* `before_id`: what stands before the event's id, as struct spelling has it. */
bool text_sieve_pass(const struct text_sieve *sieve, const char *before_id, const char *text,
		     size_t size);

#endif
