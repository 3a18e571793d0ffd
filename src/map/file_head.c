/* SPDX-License-Identifier: Apache-2.0 */
#include "map/file_head.h"

#include "evtx/chunk.h"
#include "export/export.h"
#include "map/collection_notes.h"
#include "map/event_lines.h"
#include "snapshot/mof_objects.h"
#include "wmi/mof_text.h"

/* Lines are known by a member that may stand anywhere in the first. */
static bool needs_more(const struct file_head *head)
{
	return event_lines_may_begin(head->data, head->size) ||
	       unread_needs_more(head->data, head->size) ||
	       export_needs_more(head->data, head->size) ||
	       (head->reads_objects && mof_file_needs_more(head->data, head->size));
}

void file_head_look(struct file_head *head, struct reader *reader)
{
	bool is_long = false;

	head->size = reader_peek(reader, WH_FILE_HEADER_SIZE + 8, &head->data);
	if (bid_log(head) != BID_CERTAIN && needs_more(head)) {
		head->size = reader_peek(reader, WH_READER_SIZE, &head->data);
		is_long = head->size >= WH_UNREAD_LONG;
	}
	if (!head->takes_lines && event_lines_begin(head->data, head->size))
		head->unread =
			(struct unread){FAULT_LINES_UNTRUSTED,
					"event lines in a file that was not named are not read: "
					"name it if you know who wrote it, or give --trust-lines"};
	else if (!unread_find(head->data, head->size, is_long, &head->unread))
		head->unread.what = NULL;
	if (head->reads_objects && head->named && mof_is_binary(head->data, head->size))
		head->unread = (struct unread){FAULT_CONTAINER_UNREAD,
					       "a binary MOF, which is not opened: look for the "
					       "text that it was made of"};
	/* Exports of events hold no objects. */
	if (head->no_events && head->unread.code == FAULT_EXPORT_UNREAD)
		head->unread.what = NULL;
}

enum bid bid_unread(const struct file_head *head)
{
	return head->unread.what ? BID_POSSIBLE : BID_NONE;
}

enum bid bid_log(const struct file_head *head)
{
	return !head->no_events && evtx_has_file_header(head->data, head->size) ? BID_CERTAIN
										: BID_NONE;
}

enum bid bid_chunks(const struct file_head *head)
{
	if (head->no_events)
		return BID_NONE;
	if (evtx_is_log(head->data, head->size))
		return BID_CERTAIN;
	return head->recover ? BID_ANYTHING : BID_NONE;
}

enum bid bid_lines(const struct file_head *head)
{
	if (!head->takes_lines)
		return BID_NONE;
	if (event_lines_begin(head->data, head->size))
		return BID_CERTAIN;
	return head->named && event_lines_may_begin(head->data, head->size) ? BID_POSSIBLE
									    : BID_NONE;
}

enum bid bid_export(const struct file_head *head)
{
	return !head->no_events && export_begins(head->data, head->size) ? BID_CERTAIN : BID_NONE;
}

/* The files of a repository are known by name and, as some of them may begin with anything, by
 * what they are not. */
enum bid bid_repository(const struct file_head *head)
{
	return head->in_repository && head->size > 0 && !evtx_is_log(head->data, head->size)
		       ? BID_CERTAIN
		       : BID_NONE;
}

enum bid bid_mof(const struct file_head *head)
{
	return head->reads_objects && mof_file_is_text(head->name, head->data, head->size)
		       ? BID_CERTAIN
		       : BID_NONE;
}

enum bid bid_binary_mof(const struct file_head *head)
{
	bool is_counted = head->reads_objects && !head->named;

	return is_counted && mof_is_binary(head->data, head->size) ? BID_CERTAIN : BID_NONE;
}

enum bid bid_snapshot(const struct file_head *head)
{
	return head->reads_objects && snapshot_begins(head->data, head->size) ? BID_CERTAIN
									      : BID_NONE;
}

enum bid bid_note(const struct file_head *head)
{
	return head->reads_objects && collection_notes_is_note(head->name) ? BID_CERTAIN : BID_NONE;
}

enum bid bid_objects(const struct file_head *head)
{
	return head->no_events && head->recover ? BID_ANYTHING : BID_NONE;
}

bool file_head_is_no_line(const struct file_head *head, const struct reader *reader)
{
	return head->named && head->size == 0 && !unread_is_log_name(unread_get_name(reader));
}
