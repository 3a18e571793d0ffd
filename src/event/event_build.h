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

/* A place above all fields, where a fragment of its own may stand: 0 is outside Event. */
struct event_place {
	unsigned depth;
	unsigned section; /* the builder's own */
};

/* Takes what a builder finds in place of an event; all strings are borrowed. */
struct event_sink {
	bool (*set)(void *context, enum event_slot slot, const char *name, const char *text,
		    bool is_attribute);
	void *context;
};

/* Begins a fragment at `place` (of event_builder_get_place()): what is found in it goes to
 * `sink`, which is copied, and not into an event. */
void event_builder_begin_at(struct event_builder *builder, const struct event_sink *sink,
			    const struct event_place *place);

/* Where the builder stands; false, with *out untouched, inside a field or after text. */
bool event_builder_get_place(const struct event_builder *builder, struct event_place *out);

/*
 * Each returns false when a bound of base/limits.h is reached, with what was built
 * so far in the event. Attributes come between an element's open and its first
 * text or child; text may come in pieces.
 */
bool event_builder_open(struct event_builder *builder, const char *name);
bool event_builder_attribute(struct event_builder *builder, const char *name, const char *value);
bool event_builder_text(struct event_builder *builder, const char *text, size_t size);
bool event_builder_close(struct event_builder *builder);

/* Ends the innermost element and begins it again, with its attributes: for an array, which is
 * logged as one element for each value. False when a bound of base/limits.h is reached. */
bool event_builder_repeat(struct event_builder *builder);

#endif
