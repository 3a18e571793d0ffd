/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_PROMPT_H
#define WH_CLI_PROMPT_H

/*
 * Asks for the password of `path` (text) on the terminal, without echo. NULL when there is no
 * terminal or nothing was typed; the caller frees. An interrupt (Ctrl-C) types nothing and
 * is sent on to this process.
 */
char *prompt_password(const char *path);

#endif
