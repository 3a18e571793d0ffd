/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_SID_H
#define WH_WMI_MOF_SID_H

#include "wmi/mof.h"

/* S-1-… for a uint8 array of MOF ("{1, 2, 0, …}") that holds a binary SID; NULL for any other
 * value. The caller frees it. */
char *sid_from_mof(const struct mof_value *value);

#endif
