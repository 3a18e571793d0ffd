/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "tests/support/export_pass.h"

/* An export: CliXml. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	export_pass(data, size);
	return 0;
}
