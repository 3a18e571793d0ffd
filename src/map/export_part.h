/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_EXPORT_PART_H
#define WH_MAP_EXPORT_PART_H

struct mapper;
struct reader;

/*
 * A large export is read in parts by several workers, where its records begin at borders
 * (export/export.h). Whether it is, and where, the worker that reads its begin says: by that and
 * the file's size alone, so that it does not depend on how many workers there are.
 */

/* Reads an export from where the reader stands: to its end, or to that of its first part, when the
 * others are given to the parent. */
void export_part_read_first(struct mapper *mapper, struct reader *reader);

/* Reads the part that mapper->request says; the reader stands one byte before it. */
void export_part_read(struct mapper *mapper, struct reader *reader);

#endif
