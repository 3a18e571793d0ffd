/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_BUILD_H
#define WH_EVENT_EVENT_BUILD_H

#include <stdbool.h>

#include "event/event.h"

/*
 * The one place that knows what the elements of an event mean: a decoder reports
 * elements in document order, the builder fills the event. System fields go by
 * name; every other child of Event but RenderingInfo (a translation of the rest)
 * is data. A leaf below the data element is a field named by its path ("Inner/Leaf",
 * a Data element by its Name attribute), an attribute is "Leaf/@Attribute".
 */
struct event_builder;

struct event_builder *event_builder_new(void);
void event_builder_free(struct event_builder *builder);

/* Begins a record: the event must be clear and stay until the last call. */
void event_builder_begin(struct event_builder *builder, struct event *event);

/*
 * Each returns false when a bound of base/limits.h is reached, with what was built
 * so far in the event. Attributes come between an element's open and its first
 * text or child; text may come in pieces.
 */
bool event_builder_open(struct event_builder *builder, const char *name);
bool event_builder_attribute(struct event_builder *builder, const char *name, const char *value);
bool event_builder_text(struct event_builder *builder, const char *text);
bool event_builder_close(struct event_builder *builder);

/* Ends the innermost element and begins it again, with its attributes. */
bool event_builder_repeat(struct event_builder *builder);

#endif
