/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_ATTACK_TAG_H
#define WH_REPORT_ATTACK_TAG_H

#include <stdbool.h>

#define WH_TECHNIQUE_ID 10 /* a buffer that holds T1546.003 */

/* Reads the id of a technique from a rule's tag such as attack.t1546.003; false, with `id`
 * untouched, for other tags. */
bool attack_tag_read(const char *tag, char id[WH_TECHNIQUE_ID]);

#endif
