/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_ENTRY_ORDER_H
#define WH_CORRELATION_ENTRY_ORDER_H

#include "correlation/window.h"

/*
 * Sorts the entries (struct window_entry) of one group as a window needs them, and sets `at` of
 * each. Where times of events leave open which was first, and they are not of one log whose record
 * ids say it, the order of the rules is taken: so a chain may begin and end in one instant, or in
 * one second of an export that knows no less.
 */
void window_entries_sort(const struct correlation *correlation, GArray *entries);

#endif
