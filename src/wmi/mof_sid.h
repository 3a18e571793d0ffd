/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_SID_H
#define WH_WMI_MOF_SID_H

#include <stddef.h>
#include <stdint.h>

#include "wmi/mof.h"

/* S-1-… for a binary SID, or NULL when the bytes are none. The caller frees it. */
char *sid_from_bytes(const uint8_t *data, size_t size);

/* The same for a uint8 array of MOF ("{1, 2, 0, …}"); NULL for any other value. */
char *sid_from_mof(const struct mof_value *value);

#endif
