/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_BASE64_TEXT_H
#define WH_WMI_BASE64_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The text that `base64` (its alphabet only; padding may be missing) stands for:
 * UTF-16LE, else UTF-8, else Latin-1, as the bytes look. `is_command` says that
 * PowerShell would take it for UTF-16LE: less of it must look like text, and more
 * where it is another encoding. At most `limit` bytes, cut on a character. NULL when
 * the bytes are no text. The caller frees it.
 */
char *base64_decode_text(const char *base64, size_t length, bool is_command, size_t limit);

#endif
