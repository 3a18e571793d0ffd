/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_TEXT_RECORD_H
#define WH_EXPORT_TEXT_RECORD_H

#include "export/draft.h"
#include "export/text_frame.h"

/* Reads an Event element, as wevtutil, Event Viewer, evtx_dump, python-evtx and Splunk write it,
 * or a browser shows it. On failure *reason is a new text that the caller frees. */
bool text_record_read_xml(struct draft *draft, const char *text, size_t size, char **reason);

/* Reads a classic record of Splunk. */
void text_record_read_classic(struct draft *draft, const char *text, size_t size);

#endif
