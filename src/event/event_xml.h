/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_XML_H
#define WH_EVENT_EVENT_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"

/* What reads XML, event after event. */
struct event_xml_reader;

struct event_xml_reader *event_xml_reader_new(void);
void event_xml_reader_free(struct event_xml_reader *reader); /* NULL is fine */

/*
 * Reads one Event element of XML into the clear `event`. The XML may be what
 * libevtx writes: with raw ampersands, control characters, lone surrogates
 * (as CESU-8), raw carriage returns; all of them reach the event as logged.
 * On failure *reason is a new text that the caller frees; the event holds what was read so far.
 */
bool event_xml_read(struct event_xml_reader *reader, struct event *event, const char *xml,
		    size_t size, char **reason);

#endif
