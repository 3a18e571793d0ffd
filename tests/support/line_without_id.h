/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SUPPORT_LINE_WITHOUT_ID_H
#define WH_TESTS_SUPPORT_LINE_WITHOUT_ID_H

/* Takes id and schema out of a line, where they must stand after its kind. Returns it. */
char *line_without_id(char *line);

#endif
