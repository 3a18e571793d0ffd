/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_PAYLOAD_H
#define WH_WMI_PAYLOAD_H

#include <glib.h>

#include "wmi/fact.h"

/*
 * Finds encoded payloads: base64 after PowerShell's -EncodedCommand (in any form
 * that PowerShell takes) or in FromBase64String("…"), and such payloads inside
 * decoded ones. Each that decodes to text is added to `out` (char *, freed by the
 * array) once, outermost first. Payloads that are no text are left out. Bounded
 * by WH_MAX_DECODE_DEPTH, WH_MAX_DECODED_SIZE and WH_MAX_DECODE_WORK per call.
 */
void payload_decode(const char *text, GPtrArray *out);

/* A new list of the payloads (char *, freed by the array) in every string of a consumer's
 * properties, nested ones too, within one set of the limits that payload_decode() has. They are
 * not kept, as few consumers that are read are asked for them. The caller unrefs it. */
GPtrArray *payload_decode_consumer(const struct wmi_consumer *consumer);

#endif
