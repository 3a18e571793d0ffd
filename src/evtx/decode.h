/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_DECODE_H
#define WH_EVTX_DECODE_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"
#include "evtx/chunk.h"

/*
 * A decoder: chunk and records in, events out. One struct for all, so that decoders can
 * stand side by side and be held against each other.
 */
struct decoder {
	const char *name;
	/*
	 * Takes the records (struct record, in order) that will be asked for. Both
	 * parameters stay valid until the next begin or free.
	 */
	void (*begin)(struct decoder *decoder, const struct chunk *chunk, const GArray *records);
	/*
	 * Decodes records[index] into the clear event (all but source). On failure *reason
	 * is a new text that the caller frees, and the event holds nothing of use.
	 */
	bool (*decode)(struct decoder *decoder, guint index, struct event *event, char **reason);
	void (*free)(struct decoder *decoder);
};

/* Was the program built with libevtx? */
bool decoder_has_libevtx(void);

/* The reference decoder: libevtx renders XML, expat reads it. NULL in a build without libevtx. */
struct decoder *decoder_libevtx_new(void);

/*
 * Our own: BinXML straight to fields, plain fragments (forwarded events) included. Without
 * plans (evtx/template_plan.h) it is slower and gives the same events: the tests hold them
 * together.
 */
struct decoder *decoder_native_new(bool use_plans);

enum decoder_choice {
	DECODER_AUTO, /* native, then libevtx, where it is built in, for what native refuses */
	DECODER_NATIVE,
	DECODER_LIBEVTX,
};

/* "auto", "native", "libevtx"; false for any other name. */
bool decoder_choice_parse(const char *name, enum decoder_choice *out);

/*
 * What is known of a record that no decoder reads: its UTF-16 strings as unnamed fields (in
 * place of those that the event has), and the time and id of its header where the event has none;
 * data_type is "undecoded".
 */
void decode_strings(const struct chunk *chunk, const struct record *record, struct event *event);

#endif
