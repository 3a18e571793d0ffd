/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_RULE_MESSAGES_H
#define WH_CLI_RULE_MESSAGES_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints struct rule_message as "file:line:column: error|warning: message" lines. */
void rule_messages_print(const GPtrArray *messages, bool errors_only, FILE *file);

#endif
