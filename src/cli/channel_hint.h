/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_CHANNEL_HINT_H
#define WH_CLI_CHANNEL_HINT_H

#include <glib.h>
#include <stdbool.h>

#include "cli/diagnostics.h"
#include "evtx/log_facts.h"

/* Says of channels that were asked for and that nothing was logged to, which ones there are: a
 * name that is wrong looks like a log that is empty. */
struct channel_hint {
	GHashTable *there; /* char *: channels that logs hold */
	bool is_short; /* a log holds more than it could say */
};

void channel_hint_init(struct channel_hint *hint);
void channel_hint_release(struct channel_hint *hint);

void channel_hint_add_log(struct channel_hint *hint, const struct log_facts *facts);
/* Adds a channel (may be NULL) that an event names. */
void channel_hint_add(struct channel_hint *hint, const char *channel);

/* A note for each of the names (as event_query has them; NULL: none) that fits no channel. */
void channel_hint_say(const struct channel_hint *hint, char *const *names,
		      struct diagnostics *diagnostics);

#endif
