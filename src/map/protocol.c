/* SPDX-License-Identifier: Apache-2.0 */
#include "map/protocol.h"

#include <string.h>

void tally_add(struct tally *tally, const struct tally *more)
{
	tally->files += more->files;
	tally->skipped += more->skipped;
	tally->bytes += more->bytes;
	tally->lines += more->lines;
	tally->duplicates += more->duplicates;
	tally->scan.chunks += more->scan.chunks;
	tally->scan.records += more->scan.records;
	tally->scan.decoded_native += more->scan.decoded_native;
	tally->scan.decoded_libevtx += more->scan.decoded_libevtx;
	tally->scan.undecoded += more->scan.undecoded;
	tally->scan.recovered += more->scan.recovered;
	tally->scan.hidden += more->scan.hidden;
	tally->scan.chimeras += more->scan.chimeras;
	tally->scan.unrecovered += more->scan.unrecovered;
	tally->scan.skipped_by_channel += more->scan.skipped_by_channel;
}

struct fault_head {
	uint64_t offset;
	uint64_t need;
	uint64_t have;
	uint32_t has_offset;
	uint32_t has_entry;
};

GByteArray *fault_encode(const struct fault *fault)
{
	GByteArray *out = g_byte_array_new();
	struct fault_head head;

	memset(&head, 0, sizeof(head));
	head.offset = fault->offset;
	head.need = fault->need;
	head.have = fault->have;
	head.has_offset = fault->has_offset;
	head.has_entry = fault->entry != NULL;
	g_byte_array_append(out, (const guint8 *)&head, sizeof(head));
	g_byte_array_append(out, (const guint8 *)fault->what, (guint)strlen(fault->what) + 1);
	if (fault->entry)
		g_byte_array_append(out, (const guint8 *)fault->entry,
				    (guint)strlen(fault->entry) + 1);
	return out;
}

/* The text at *at and its NUL, or NULL. */
static const char *take_text(const uint8_t *data, size_t size, size_t *at)
{
	const char *text = (const char *)data + *at;
	const char *end = memchr(text, '\0', size - *at);

	if (!end || !g_utf8_validate(text, end - text, NULL))
		return NULL;
	*at += (size_t)(end - text) + 1;
	return text;
}

bool fault_decode(const uint8_t *data, size_t size, struct fault *out)
{
	struct fault_head head;
	struct fault fault = {0};
	size_t at = sizeof(head);

	if (size < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	fault.what = take_text(data, size, &at);
	if (fault.what && head.has_entry)
		fault.entry = take_text(data, size, &at);
	if (!fault.what || (head.has_entry && !fault.entry) || at != size)
		return false;
	fault.offset = head.offset;
	fault.need = head.need;
	fault.have = head.have;
	fault.has_offset = head.has_offset != 0;
	*out = fault;
	return true;
}
