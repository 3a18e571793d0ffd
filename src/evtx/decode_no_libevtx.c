/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/decode.h"

/* In place of decode_libevtx.c in a build without libevtx. */

bool decoder_has_libevtx(void)
{
	return false;
}

struct decoder *decoder_libevtx_new(void)
{
	return NULL;
}
