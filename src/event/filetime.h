/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_FILETIME_H
#define WH_EVENT_FILETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A FILETIME: 100 ns since 1601-01-01 00:00 UTC. */

#define WH_SECOND UINT64_C(10000000) /* of a FILETIME */
#define WH_FILETIME_TEXT 32 /* a buffer that holds any formatted time */

/* Writes YYYY-MM-DDThh:mm:ss.fffffffZ; years past 9999 take more digits. */
void filetime_format(uint64_t filetime, char out[WH_FILETIME_TEXT]);

/* Writes the last `digits` digits of a number and the character after them; returns what follows.
 */
char *filetime_put_digits(char *at, unsigned value, int digits, char after);

/* How long that is, for people, a new text: "36 s", "47 min", "17 h 31 min", "3 d 4 h". */
char *filetime_span_text(uint64_t span);

/* Seconds since 1970; 0 for what is before. */
#define WH_UNIX_EPOCH UINT64_C(116444736000000000) /* as FILETIME */
static inline uint64_t filetime_to_unix(uint64_t filetime)
{
	return filetime < WH_UNIX_EPOCH ? 0 : (filetime - WH_UNIX_EPOCH) / WH_SECOND;
}

/* Reads YYYY-MM-DD, optionally [T ]hh:mm[:ss[.f…]] and Z or ±hh:mm; finer than
 * 100 ns is cut. No zone means UTC. False, with *out untouched, when the text is no such time. */
bool filetime_parse(const char *text, uint64_t *out);

#endif
