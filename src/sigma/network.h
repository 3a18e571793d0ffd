/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_NETWORK_H
#define WH_SIGMA_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

/* A range of IP addresses. IPv4 is kept as IPv6 has it (::ffff:a.b.c.d, RFC 4291), so an
 * address is the same in either notation. */
struct network {
	uint8_t address[16];
	unsigned prefix; /* bits of it that count */
};

/* Reads ADDRESS/BITS, or one address alone. Bits after the prefix are cleared, and
 * *stray tells that there were some. */
bool network_parse(const char *text, struct network *out, bool *stray);

/* True for an address of the range; a zone after % is left aside. */
bool network_holds(const struct network *network, const char *address);

#endif
