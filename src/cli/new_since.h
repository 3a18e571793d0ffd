/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_NEW_SINCE_H
#define WH_CLI_NEW_SINCE_H

#include "cli/session.h"
#include "hunt/finding.h"

/* The option --new-since: of what was found, only that which came into being since a time. Begins
 * as zeros. */
struct new_since {
	char *text; /* as given; NULL: it is not */
	uint64_t since; /* FILETIME */
	uint64_t older; /* findings that were left out */
	uint64_t unsure; /* findings that may be older */
	GString *names; /* of some of these */
};

/* Reads what was given; prints what is wrong and returns false. */
bool new_since_check(struct new_since *option, const struct session *session);

/* True when it is to be shown. `is_finding`: it is counted. */
bool new_since_admits(struct new_since *option, const struct finding *finding, bool is_finding);

/* Adds what was counted to the summary, and says what may be older; frees all but the text. */
void new_since_end(struct new_since *option, struct session *session);

#endif
