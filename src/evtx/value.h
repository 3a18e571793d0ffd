/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_VALUE_H
#define WH_EVTX_VALUE_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Appends a BinXML value as Windows writes it into an event's XML: decimal integers, hex
 * integers 0x… without leading zeros, GUIDs {…} in capitals, times as ISO 8601, a FILETIME
 * with nine decimals, binary as capital hex digits. A value whose size does not fit its type,
 * and one of an unknown type, is written as binary. `type` without the array flag.
 * Types and sizes: libyal, "Windows XML Event Log (EVTX) format", value types.
 */
void value_append(GString *out, const uint8_t *data, size_t size, uint8_t type);

/* The units of a string value without end signs, which some providers count. */
static inline size_t value_string_units(const uint8_t *data, size_t size)
{
	size_t units = size / 2;

	while (units && data[2 * units - 2] == 0 && data[2 * units - 1] == 0)
		units--;
	return units;
}

/*
 * The size of the array element at `data`: of a string with its end sign (*text_size is
 * without it), of other types fixed. 0 when the elements of that type have no size of their own.
 */
size_t value_element_size(const uint8_t *data, size_t size, uint8_t type, size_t *text_size);

#endif
