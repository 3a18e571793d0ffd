/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/log_host.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "evtx/chunk.h"

#define MAX_HOST 512 /* bytes of UTF-16 */

/* The end of a BinXML name, the close of the start tag, and a value of the type string. */
static const uint8_t element[] = {'C', 0,   'o', 0,   'm', 0, 'p', 0,	 'u',  0,   't',
				  0,   'e', 0,	 'r', 0,   0, 0,   0x02, 0x05, 0x01};

bool log_find_host(const uint8_t *data, size_t size, const uint8_t **host, size_t *host_size)
{
	const size_t begin = WH_FILE_HEADER_SIZE + WH_RECORDS_OFFSET;
	const uint8_t *found;
	uint16_t length;
	size_t at;

	if (size <= begin || !evtx_has_file_header(data, size))
		return false;
	found = memmem(data + begin, size - begin, element, sizeof(element));
	if (!found)
		return false;
	at = (size_t)(found - data) + sizeof(element);
	if (!bytes_get_u16(data, size, at, &length) || length == 0 || length > MAX_HOST / 2 ||
	    !bytes_inside(size, at + 2, 2u * length))
		return false;
	*host = data + at + 2;
	*host_size = 2u * length;
	return true;
}
