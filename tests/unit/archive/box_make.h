/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_BOX_MAKE_H
#define WH_TESTS_BOX_MAKE_H

#include <glib.h>

/* Archives that no packer at hand writes, of one stored file. The caller unrefs them. */
GByteArray *make_cab(const char *name, const char *text);
GByteArray *make_rar4(const char *name, const char *text);
GByteArray *make_rar5(const char *name, const char *text);

#endif
