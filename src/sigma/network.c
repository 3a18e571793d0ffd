/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/network.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#define ADDRESS_BITS 128
#define IPV4_BITS 32
#define LONGEST_ADDRESS 64 /* of text; more than any notation needs */

static const uint8_t ipv4_start[12] = {[10] = 0xff, [11] = 0xff};

/* Returns how many bits of the result stand before those that the text has, -1 on failure. */
static int parse_address(const char *text, size_t length, uint8_t out[16])
{
	char copy[LONGEST_ADDRESS];

	if (length >= sizeof copy)
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (inet_pton(AF_INET6, copy, out) == 1)
		return 0;
	if (inet_pton(AF_INET, copy, out + sizeof ipv4_start) != 1)
		return -1;
	memcpy(out, ipv4_start, sizeof ipv4_start);
	return ADDRESS_BITS - IPV4_BITS;
}

static bool clear_host_bits(struct network *network)
{
	bool stray = false;

	for (unsigned bit = network->prefix; bit < ADDRESS_BITS; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		stray |= (network->address[bit / 8] & mask) != 0;
		network->address[bit / 8] &= (uint8_t)~mask;
	}
	return stray;
}

bool network_parse(const char *text, struct network *out, bool *stray)
{
	size_t length = strcspn(text, "/");
	struct network network;
	int before = parse_address(text, length, network.address);
	guint64 bits = 0;

	if (before < 0)
		return false;
	if (text[length] == '\0')
		bits = (guint64)(ADDRESS_BITS - before);
	else if (!g_ascii_string_to_unsigned(text + length + 1, 10, 0,
					     (guint64)(ADDRESS_BITS - before), &bits, NULL))
		return false;
	network.prefix = (unsigned)before + (unsigned)bits;
	*stray = clear_host_bits(&network);
	*out = network;
	return true;
}

bool network_holds(const struct network *network, const char *address)
{
	struct network one = {.prefix = network->prefix};

	if (parse_address(address, strcspn(address, "%"), one.address) < 0)
		return false;
	clear_host_bits(&one);
	return memcmp(one.address, network->address, sizeof one.address) == 0;
}
