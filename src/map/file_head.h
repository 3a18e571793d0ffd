/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_FILE_HEAD_H
#define WH_MAP_FILE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/stream.h"
#include "map/unread.h"

/* The beginning of a file, by which its kind is known. */
struct file_head {
	const uint8_t *data;
	size_t size;
	bool named; /* on the command line */
	bool recover; /* settings.recover */
	bool takes_lines; /* it may hold event lines that are believed */
	bool no_events; /* settings.no_events */
	bool reads_objects; /* objects are asked for */
	const char *name; /* of the file or entry */
	bool in_repository; /* its name is that of a file of a repository, and those are read */
	struct unread unread; /* what it is instead; what is NULL: nothing that is known */
};

/* How sure a kind is of a file: the surest reads it, the first of those that are as sure. */
enum bid {
	BID_NONE,
	BID_ANYTHING, /* reads whatever no other kind does */
	BID_POSSIBLE,
	BID_CERTAIN,
};

/* Looks at the beginning of the file that the reader stands at; what else is known of it is the
 * caller's to set before. `data` is valid until the reader is used. */
void file_head_look(struct file_head *head, struct reader *reader);

/* Bids of the kinds. */
enum bid bid_unread(const struct file_head *head);
enum bid bid_log(const struct file_head *head);
/* A log without its header, or what may hold chunks. */
enum bid bid_chunks(const struct file_head *head);
enum bid bid_lines(const struct file_head *head);
/* What other tools made of logs. */
enum bid bid_export(const struct file_head *head);
enum bid bid_repository(const struct file_head *head);
/* MOF files, and what mofcomp made of such. */
enum bid bid_mof(const struct file_head *head);
enum bid bid_binary_mof(const struct file_head *head);
/* What tools wrote of live subscriptions. */
enum bid bid_snapshot(const struct file_head *head);
/* What a collection says of itself, beside what tools wrote. */
enum bid bid_note(const struct file_head *head);
/* What may hold objects. */
enum bid bid_objects(const struct file_head *head);

/* Lines without an event are what a run that finds none writes. */
bool file_head_is_no_line(const struct file_head *head, const struct reader *reader);

#endif
