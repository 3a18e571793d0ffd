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
	tally->binary_mofs += more->binary_mofs;
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

bool tally_is_within(const struct tally *tally, uint64_t most)
{
	uint64_t counts[sizeof(*tally) / sizeof(uint64_t)];

	memcpy(counts, tally, sizeof(counts));
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		if (counts[i] > most)
			return false;
	return true;
}

struct fault_head {
	uint64_t offset;
	uint64_t need;
	uint64_t have;
	uint64_t count;
	uint32_t code;
	uint32_t has_path;
	uint32_t has_offset;
	uint32_t has_entry;
	uint32_t has_via;
};

static void add_text(GByteArray *out, const char *text)
{
	if (text)
		g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text) + 1);
}

GByteArray *fault_encode(const struct fault *fault, bool with_path)
{
	const char *path = with_path ? fault->path : NULL;
	GByteArray *out = g_byte_array_new();
	struct fault_head head;

	memset(&head, 0, sizeof(head));
	head.offset = fault->offset;
	head.need = fault->need;
	head.have = fault->have;
	head.count = fault->count;
	head.code = fault->code;
	head.has_offset = fault->has_offset;
	head.has_path = path != NULL;
	head.has_entry = fault->entry != NULL;
	head.has_via = fault->via != NULL;
	g_byte_array_append(out, (const guint8 *)&head, sizeof(head));
	add_text(out, fault->what);
	add_text(out, path);
	add_text(out, fault->entry);
	add_text(out, fault->via);
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
	if (fault.what && head.has_path)
		fault.path = take_text(data, size, &at);
	if (fault.what && head.has_entry)
		fault.entry = take_text(data, size, &at);
	if (fault.what && head.has_via)
		fault.via = take_text(data, size, &at);
	if (!fault.what || head.code >= FAULT_CODES || (head.has_path && !fault.path) ||
	    (head.has_entry && !fault.entry) || (head.has_via && !fault.via) || at != size)
		return false;
	fault.code = (enum fault_code)head.code;
	fault.offset = head.offset;
	fault.need = head.need;
	fault.have = head.have;
	fault.count = head.count;
	fault.has_offset = head.has_offset != 0;
	*out = fault;
	return true;
}
