/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_BASELINE_H
#define WH_HUNT_BASELINE_H

#include <glib.h>
#include <stdbool.h>

#include "hunt/rules.h"

/*
 * Files of known-good filters, each a set of its own: baselines of several sites hold
 * filters with the same ids, since equal subscriptions have equal ids.
 */
struct baseline;

/* A baseline of no files; NULL is fine to free. */
struct baseline *baseline_new(void);
void baseline_free(struct baseline *baseline);

/*
 * Loads a file, or the *.yml and *.yaml files of a folder at any depth, in the order of names.
 * Adds struct rule_message to `messages`; false when one of them is an error: a file that is
 * broken, or holds a rule, or a filter that is not for all rules of subscriptions.
 */
bool baseline_add_path(struct baseline *baseline, const char *path, GPtrArray *messages);

/*
 * Adds to `notes` (char*) which of the files hold no filter, and which filters vouch for a
 * subscription whose names, query and command line no baseline can know.
 */
void baseline_add_notes(struct baseline *baseline, GPtrArray *notes);

/*
 * True when a filter vouches for the subscription: *out then names it and has no
 * matches, and the caller releases it. Strings are borrowed from the baseline. `faults` (may be
 * NULL) gets the rules whose regexes gave up.
 */
bool baseline_judge(struct baseline *baseline, const struct subscription *subscription,
		    const struct fault_sink *faults, struct finding *out);

#endif
