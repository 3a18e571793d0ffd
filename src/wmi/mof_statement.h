/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_STATEMENT_H
#define WH_WMI_MOF_STATEMENT_H

#include "wmi/mof_reader.h"

/* What MOF text has besides instances. */

/* The place after "class", where a name follows, and after "#pragma" (some leave the # out); NULL
 * when `at` does not stand before it. */
const char *mof_after_class(const struct mof_reader *r, const char *at);
const char *mof_after_pragma(const struct mof_reader *r, const char *at);

/* Reads the class that is at hand; NULL when it has no body. */
struct mof_class *mof_read_class(struct mof_reader *r);

/* Reads the #pragma that is at hand. The namespace goes to the reader; a deletion is returned, NULL
 * for any other. */
struct mof_deletion *mof_read_pragma(struct mof_reader *r);

#endif
