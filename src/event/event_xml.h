/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_XML_H
#define WH_EVENT_EVENT_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "event/event_build.h"

/*
 * Reads one Event element of XML into the clear `event`. The XML may be what
 * libevtx writes: with raw ampersands, control characters, lone surrogates
 * (as CESU-8), raw carriage returns; all of them reach the event as logged.
 * The builder is used for the call. On failure *reason is a new text that the caller frees;
 * the event holds what was read so far.
 */
bool event_xml_read(struct event_builder *builder, struct event *event, const char *xml,
		    size_t size, char **reason);

#endif
