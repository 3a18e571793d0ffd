/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/event_json_reference.h"

/* An event line, by our reader and by jansson: both must say the same. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	const char *difference = event_json_compare((const char *)data, size);

	if (difference) {
		fprintf(stderr, "%s\n", difference);
		abort();
	}
	return 0;
}
