/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_TEXT_H
#define WH_SNAPSHOT_SNAPSHOT_TEXT_H

#include "snapshot/snapshot_run.h"

/* Forms of text that has no rows. */

/* True when a text that begins so is of one. */
bool snapshot_text_begins(const char *head);

/* Reads all of such a text. The draft's arena is cleared between its objects. */
void snapshot_text_read(struct snapshot_run *run, const char *text);

/* PyWMIPersistenceFinder's report. */
bool snapshot_finder_fits(const char *head);
void snapshot_finder_read(struct snapshot_run *run, const char *text);

/* wmic's /format:csv. */
bool snapshot_wmic_csv_fits(const char *head);
void snapshot_wmic_csv_read(struct snapshot_run *run, const char *text);

/* Whether wmic, which does so in lists and CSV, wrote &amp; and the like for signs. */
bool snapshot_text_is_escaped(const char *text);

/* The XML of Autoruns. */
bool snapshot_autoruns_fits(const char *head);
void snapshot_autoruns_read(struct snapshot_run *run, const char *text);

#endif
