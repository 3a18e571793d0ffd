/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_EXPORT_COPIES_H
#define WH_WMI_EXPORT_COPIES_H

struct part;

/* Drops, of the sightings of a part, those of exports that another source has as well: a log
 * before an export, one with an exact time before others. */
void export_copies_drop(struct part *part);

#endif
