/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_MOF_TEXT_H
#define WH_WMI_MOF_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where MOF text comes from: files, and scripts that hand it to mofcomp. */

/* True for what mofcomp made of a text: its instances are not there as text. */
bool mof_is_binary(const uint8_t *data, size_t size);

/*
 * The text of a file: UTF-8, UTF-16 of either byte order, with a byte order mark or without, and
 * what is none of these as Windows-1252. The caller frees it.
 */
char *mof_text_from_bytes(const uint8_t *data, size_t size);

/*
 * The next here-string of a PowerShell script from *at on that may hold MOF text; the caller
 * frees it. *at goes after it. NULL when there is none left. Where PowerShell would fill in
 * variables, a backtick before a character is taken away; the variables stay.
 */
char *mof_next_here_string(const char **at);

#endif
