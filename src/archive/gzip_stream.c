/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/gzip_stream.h"

#include <errno.h>
#include <glib.h>

#include "archive/inflate.h"

#define HEAD_SIZE 8192 /* of packed bytes for the first read: most files are no logs */
#define INPUT_SIZE (64 << 10)

/* Flags of a member's header (RFC 1952, 2.3.1). */
#define HAS_CRC 0x02
#define HAS_EXTRA 0x04
#define HAS_NAME 0x08
#define HAS_COMMENT 0x10

struct gzip_layer {
	struct layer layer;
	struct feed *below;
	size_t held; /* bytes of below that are with the inflater */
	bool in_data; /* of a member: its header was read */
	bool ended;
	struct inflate_state inflate;
};

static void begin_member(struct gzip_layer *gzip)
{
	uint8_t *next = gzip->inflate.next_in;
	uint32_t left = gzip->inflate.avail_in;

	inflate_begin(&gzip->inflate);
	gzip->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
	gzip->in_data = false;
	gzip->inflate.next_in = next;
	gzip->inflate.avail_in = left;
}

static bool rewind_gzip(struct layer *layer)
{
	struct gzip_layer *gzip = (struct gzip_layer *)layer;

	if (!feed_rewind(gzip->below))
		return false;
	gzip->inflate.avail_in = 0;
	begin_member(gzip);
	gzip->held = 0;
	gzip->ended = false;
	layer->offset = layer->packed = 0;
	return true;
}

/* False at the end; then errno is not 0 when reading failed. */
static bool fetch(struct gzip_layer *gzip)
{
	struct reader *reader = &gzip->below->reader;
	const uint8_t *data;

	reader_skip(reader, gzip->held);
	gzip->held = reader_peek(reader, gzip->layer.offset == 0 ? HEAD_SIZE : INPUT_SIZE, &data);
	gzip->inflate.next_in = (uint8_t *)data;
	gzip->inflate.avail_in = (uint32_t)gzip->held;
	gzip->layer.packed += gzip->held;
	return gzip->held > 0;
}

static bool take_byte(struct gzip_layer *gzip, uint8_t *byte)
{
	struct inflate_state *inflate = &gzip->inflate;

	if (inflate->avail_in == 0 && !fetch(gzip))
		return false;
	*byte = *inflate->next_in++;
	inflate->avail_in--;
	return true;
}

static bool skip_text(struct gzip_layer *gzip)
{
	uint8_t byte = 1;

	while (byte != 0)
		if (!take_byte(gzip, &byte))
			return false;
	return true;
}

static bool skip_bytes(struct gzip_layer *gzip, unsigned count)
{
	uint8_t byte;

	while (count-- > 0)
		if (!take_byte(gzip, &byte))
			return false;
	return true;
}

/* Reads a member's header, which ISA-L gets wrong where it comes in more than one piece. False at
 * the end, and where it is none: *is_header. */
static bool read_header(struct gzip_layer *gzip, bool *is_header)
{
	uint8_t head[10], length[2];

	*is_header = true;
	for (size_t i = 0; i < sizeof(head); i++)
		if (!take_byte(gzip, &head[i]))
			return false;
	*is_header = head[0] == 0x1f && head[1] == 0x8b && head[2] == 8;
	if (!*is_header)
		return false;
	if (head[3] & HAS_EXTRA && (!take_byte(gzip, &length[0]) || !take_byte(gzip, &length[1]) ||
				    !skip_bytes(gzip, length[0] + 256u * length[1])))
		return false;
	if ((head[3] & HAS_NAME && !skip_text(gzip)) || (head[3] & HAS_COMMENT && !skip_text(gzip)))
		return false;
	gzip->in_data = !(head[3] & HAS_CRC) || skip_bytes(gzip, 2);
	return gzip->in_data;
}

/* Damage stands in the packed bytes, and they have the names. */
static void report(struct gzip_layer *gzip, const char *what)
{
	uint64_t offset = gzip->layer.offset;

	gzip->layer.offset = gzip->below->reader.offset + gzip->held - gzip->inflate.avail_in;
	layer_report(&gzip->layer, FAULT_ARCHIVE_DAMAGED, what);
	gzip->layer.offset = offset;
}

/* After a member: another one, padding (zeros, or a line feed that a shell added), or the end.
 * False at the end. */
static bool find_member(struct gzip_layer *gzip)
{
	struct inflate_state *inflate = &gzip->inflate;

	for (;;) {
		while (inflate->avail_in > 0 &&
		       (*inflate->next_in == 0 || g_ascii_isspace(*inflate->next_in))) {
			inflate->next_in++;
			inflate->avail_in--;
		}
		if (inflate->avail_in > 0)
			break;
		if (!fetch(gzip))
			return false;
	}
	if (*inflate->next_in != 0x1f) {
		report(gzip, "bytes after the gzip data are no gzip data");
		return false;
	}
	begin_member(gzip);
	return true;
}

static const char *describe(int status)
{
	return status == ISAL_INCORRECT_CHECKSUM ? "the gzip data's CRC is wrong"
						 : "the gzip data is damaged";
}

/* False: there will be no more, and the reason is reported. */
static bool begin_data(struct gzip_layer *gzip)
{
	bool is_header;

	if (gzip->in_data || read_header(gzip, &is_header))
		return true;
	if (!is_header)
		report(gzip, "the gzip data is damaged");
	else if (!gzip->below->reader.error)
		report(gzip, "the gzip data is cut off");
	return false;
}

/* One step. False: there will be no more, and the reason is reported. */
static bool step(struct gzip_layer *gzip, const uint8_t *buffer)
{
	int status;

	if (!begin_data(gzip))
		return false;
	status = inflate_on(&gzip->inflate, buffer);

	if (status != ISAL_DECOMP_OK) {
		report(gzip, describe(status));
		return false;
	}
	if (gzip->inflate.block_state == ISAL_BLOCK_FINISH) {
		uint8_t *next = gzip->inflate.next_out;
		uint32_t room = gzip->inflate.avail_out;
		bool more = find_member(gzip);

		gzip->inflate.next_out = next;
		gzip->inflate.avail_out = room;
		return more;
	}
	if (gzip->inflate.avail_out == 0 || gzip->inflate.avail_in > 0 || fetch(gzip))
		return true;
	inflate_flush(&gzip->inflate);
	if (!gzip->below->reader.error)
		report(gzip, "the gzip data is cut off");
	return false;
}

static ssize_t read_gzip(struct stream *stream, void *buffer, size_t size)
{
	struct gzip_layer *gzip = (struct gzip_layer *)stream;
	ssize_t got;

	if (size == 0)
		return 0;
	gzip->inflate.next_out = buffer;
	gzip->inflate.avail_out = (uint32_t)MIN(size, INT32_MAX);
	while (!gzip->ended && gzip->inflate.avail_out > 0) {
		if (gzip->layer.offset == 0 && gzip->inflate.avail_in > HEAD_SIZE / 2 &&
		    gzip->inflate.next_out > (uint8_t *)buffer)
			break;
		gzip->ended = !step(gzip, buffer);
	}
	got = gzip->inflate.next_out - (uint8_t *)buffer;
	gzip->layer.offset += (uint64_t)got;
	if (got == 0 && gzip->below->reader.error) {
		errno = gzip->below->reader.error;
		return -1;
	}
	return got;
}

static void free_gzip(struct layer *layer)
{
	g_free(layer);
}

struct layer *gzip_layer_new(struct feed *below, const struct fault_sink *faults)
{
	struct gzip_layer *gzip = g_malloc(sizeof(*gzip));

	gzip->layer = (struct layer){.stream = {.path = below->layer->stream.path,
						.entry = below->layer->stream.entry,
						.read = read_gzip},
				     .rewind = below->layer->rewind ? rewind_gzip : NULL,
				     .free = free_gzip,
				     .faults = faults};
	gzip->below = below;
	gzip->held = 0;
	gzip->ended = false;
	gzip->inflate.next_in = NULL;
	gzip->inflate.avail_in = 0;
	begin_member(gzip);
	return &gzip->layer;
}
