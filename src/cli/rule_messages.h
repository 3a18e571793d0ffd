/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_RULE_MESSAGES_H
#define WH_CLI_RULE_MESSAGES_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints struct rule_message as "file:line:column: error|warning: message" lines. */
void rule_messages_print(const GPtrArray *messages, FILE *file);

/* Prints the first of the errors among them to standard error, and how many more there are. */
void rule_messages_print_errors(const GPtrArray *messages);

#endif
