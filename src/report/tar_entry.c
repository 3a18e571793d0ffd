/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tar_entry.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 512

/* POSIX.1-1988: numbers are octal digits and a NUL. */
struct header {
	char name[100];
	char mode[8];
	char user[8];
	char group[8];
	char size[12];
	char time[12];
	char sum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char rest[247];
};
G_STATIC_ASSERT(sizeof(struct header) == BLOCK);

static void put_octal(char *at, size_t size, uint64_t value)
{
	at[size - 1] = '\0';
	for (size_t i = size - 1; i-- > 0; value >>= 3)
		at[i] = (char)('0' + (value & 7));
}

/* Of all bytes, with blanks for itself. */
static unsigned add_up(const struct header *header)
{
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(*header); i++)
		sum += ((const uint8_t *)header)[i];
	return sum;
}

static void append_padding(GString *out, size_t size)
{
	static const char zeros[BLOCK];

	g_string_append_len(out, zeros, (gssize)size);
}

void tar_append_file(GString *out, const char *name, const GString *data, uint64_t time)
{
	struct header header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};

	g_assert(strlen(name) < sizeof(header.name));
	memcpy(header.name, name, strlen(name));
	put_octal(header.mode, sizeof(header.mode), 0600);
	put_octal(header.user, sizeof(header.user), 0);
	put_octal(header.group, sizeof(header.group), 0);
	put_octal(header.size, sizeof(header.size), data->len);
	put_octal(header.time, sizeof(header.time), time);
	memset(header.sum, ' ', sizeof(header.sum));
	put_octal(header.sum, sizeof(header.sum) - 1, add_up(&header));
	g_string_append_len(out, (const char *)&header, sizeof(header));
	g_string_append_len(out, data->str, (gssize)data->len);
	append_padding(out, (BLOCK - data->len % BLOCK) % BLOCK);
}

void tar_append_end(GString *out)
{
	append_padding(out, BLOCK);
	append_padding(out, BLOCK);
}
