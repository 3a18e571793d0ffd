/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CASE_DATABASE_H
#define WH_REPORT_CASE_DATABASE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/case_schema.h"

/*
 * A case database, in memory: made of an earlier one's bytes or new, filled by prepared statements
 * in one transaction, and written as bytes. No file is opened and no system call made but for
 * memory, so that a process without rights can do it. libsqlite3 is behind this.
 */
struct case_database;

/* Loads libsqlite3, for this process and those that it forks: a process without rights cannot.
 * False when it is not there, or too old. */
bool case_database_load(void);

#define WH_CASE_HEADER 100 /* bytes at the start of a file that say what it is */

/* Why a file that begins so (`size` bytes, at most WH_CASE_HEADER) is not one that can be added to,
 * a clause; NULL: it may be one. */
const char *case_header_problem(const uint8_t *header, size_t size);

/* A database with what the earlier one at `fd` holds (0: a new one). What goes wrong here or later
 * is kept, and makes all that follows do nothing. Never NULL; the caller frees it. */
struct case_database *case_database_new(int fd);
void case_database_free(struct case_database *database);

/* Why it cannot be written, a clause; NULL: nothing went wrong. Borrowed. */
const char *case_database_problem(const struct case_database *database);

/* Puts a row: begins, binds its values in order, ends. Texts are copied, with what a terminal would
 * obey as escapes, but for line feeds and tabs; NULL and "" are NULL. */
void case_row_begin(struct case_database *database, enum case_statement statement);
void case_row_text(struct case_database *database, const char *text);
/* As it is: what is safe by itself. */
void case_row_exact(struct case_database *database, const char *text, size_t length);
void case_row_time(struct case_database *database, uint64_t filetime);
void case_row_number(struct case_database *database, bool is_there, int64_t number);
void case_row_end(struct case_database *database);

/* Ends the transaction and hands out the bytes of the file; they live as long as the database.
 * False when something went wrong. */
bool case_database_finish(struct case_database *database, const char **bytes, size_t *size);

#endif
