/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_FILE_FORMAT_H
#define WH_MAP_FILE_FORMAT_H

#include "input/stream.h"
#include "map/file_head.h"
#include "map/mapper.h"

/* A kind of file that is read. */
struct format {
	enum bid (*bid)(const struct file_head *head);
	/* Reads all of the file at which the reader stands. */
	void (*read)(struct mapper *mapper, struct reader *reader, const struct file_head *head);
};

/* The kind that is surest of the file; NULL: it is of none that is read. */
const struct format *format_find(const struct file_head *head);

/* Its number, for the status of a worker. */
uint32_t format_number(const struct format *format);

/* The kind of that number, which may come from a worker that crashed: any is fine. */
const struct format *format_of_number(uint32_t number);

#endif
