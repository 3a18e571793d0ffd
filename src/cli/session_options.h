/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_SESSION_OPTIONS_H
#define WH_CLI_SESSION_OPTIONS_H

#include "cli/session.h"

/* Reads the options of a command, its own and those that all share, into a session that begins, and
 * checks them. Prints what is wrong, and returns false. */
bool session_options_parse(struct session *session, const struct session_command *command, int argc,
			   char **argv);

/* Reads a time that an option was given, `unset` where it was not (`text` is NULL). Prints what is
 * wrong, and returns false. */
bool session_options_parse_time(const char *option, const char *text, uint64_t unset,
				uint64_t *out);

#endif
