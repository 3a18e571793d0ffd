/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_CASE_SCHEMA_H
#define WH_REPORT_CASE_SCHEMA_H

/* The tables of a case database, and how rows are put into them; only of use to case_database.h. */

/* In the header of the file: that it is one, and of which form. */
#define WH_CASE_APPLICATION 0x776d6968 /* "wmih" */
#define WH_CASE_VERSION 1

/* Each makes a table, an index or a view; NULL ends. */
extern const char *const case_schema[];

/* Each puts one row, whose values are bound in order. */
enum case_statement {
	CASE_HOST,
	CASE_HOST_COVERAGE,
	CASE_COVERAGE,
	CASE_SUBSCRIPTION,
	CASE_LINKED,
	CASE_EVENT,
	CASE_FINDING,
	CASE_FORGET_MATCHES,
	CASE_MATCH,
	CASE_LINK,
	CASE_TIMELINE,
	CASE_READ_ERROR,
	CASE_STATEMENTS
};
extern const char *const case_statements[CASE_STATEMENTS];

#endif
