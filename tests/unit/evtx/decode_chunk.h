/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_DECODE_CHUNK_H
#define WH_TESTS_DECODE_CHUNK_H

#include "tests/support/chunk_writer.h"

/* What the native decoder makes of records that a writer wrote. */

/* cmocka set-up and teardown: *state is a new writer. */
int writer_begin(void **state);
int writer_finish(void **state);

/* What a record gives: "PROVIDER ID NAME=[VALUE]…", or "! " and the reason. A new text. */
char *decode_record(struct writer *to, guint index, bool use_plans);

/* With plans and without, a record must give this, the last one where none is named. */
void check_record(struct writer *to, guint index, const char *expected);
void check(struct writer *to, const char *expected);
/* It must be a fault of that kind; where it lies, depends on the bytes. */
void check_fault(struct writer *to, const char *problem);

#endif
