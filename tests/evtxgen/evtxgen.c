/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evtxgen DESCRIPTION.yml OUT.evtx: writes a Windows event log from a readable
 * description; `evtxgen --help` explains the language.
 *
 *   description.c  the file as a whole, records and their repetition
 *   event_shape.c, data_shape.c  the XML of a record, and the values in it
 *   value.c, value_read.c, encode.c  one value: text with placeholders, or typed
 *   generate.c  turns of records, ids and times
 *   xml_tree.c, binxml_write.c  XML as binary XML: templates, names, substitutions
 *   chunk_write.c, log_write.c  records, chunks, file header, checksums
 *   damage.c  what is spoilt afterwards
 */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "damage.h"
#include "generate.h"

static const char help[] =
	"Usage: evtxgen DESCRIPTION.yml OUT.evtx     (OUT \"-\": standard output)\n"
	"\n"
	"A description is a YAML map. Unknown keys are errors.\n"
	"\n"
	"file:       header: normal | dirty | none | damaged\n"
	"            chunks: N              pad with unused chunks until there are N\n"
	"            header_ids: record | running   in record headers: the EventRecordID, or 1, 2, "
	"...\n"
	"texts:      anything, to hang YAML anchors on\n"
	"defaults:   settings for every record\n"
	"records:    a list of records and of groups\n"
	"damage:     a list, done in order to the finished log\n"
	"\n"
	"Settings (an empty text undoes a default):\n"
	"  host, channel, provider, guid, event_id, qualifiers, version, level, task, opcode,\n"
	"  keywords, activity_id, related_activity_id, process_id, thread_id, user_sid\n"
	"  provider_form: values | template   where provider, guid and channel stand\n"
	"  form: template | plain    plain: names and values in place, as forwarded events have\n"
	"  terminated: true | false  strings end with a NUL, as in most live logs\n"
	"\n"
	"A record has settings of its own and\n"
	"  record_id, header_id      default: one more than the record before\n"
	"  time                      default: `every` after the record before\n"
	"  written                   the time in the record's header; default: time\n"
	"  repeat: N, every: 1s      write it N times (units d, h, m, s, ms)\n"
	"  new_chunk: true           begin a chunk before it\n"
	"  event_data: {Name: VALUE, ...}, or a list of VALUE and {name: TEXT, value: VALUE}\n"
	"  data_name: TEXT           EventData's Name attribute\n"
	"  user_data: {element: TEXT, namespace: TEXT, fields: {Name: VALUE, ...}}\n"
	"A group is {time, repeat, every, records: [...]}; its records are written in turn, each\n"
	"`after` (a duration) the start of the turn.\n"
	"\n"
	"VALUE: TEXT, or {type: TYPE, value: TEXT} with the TYPE null, string, ansi, int8, uint8,\n"
	"  int16, uint16, int32, uint32, int64, uint64, real32, real64, boolean, binary (hex),\n"
	"  guid ({...}), size (4 bytes; 8 when written longer than 0xffffffff), filetime,\n"
	"  systemtime (ISO times), sid, hexint32 or hexint64; or {type: \"TYPE[]\", value: [TEXT, "
	"...]}\n"
	"TEXT:  a YAML text, {utf16: \"41 00 00 d8\"} (bytes: lone surrogates), {fill: \"A\", "
	"times: N},\n"
	"  {base64_utf16: TEXT} (as powershell -enc takes it), or {join: [TEXT, ...]}\n"
	"In a YAML text {n} is the turn (from 0), {x} the same as eight hex digits, {utc} the\n"
	"record's time as Sysmon writes it, {time} as ISO, {id} the EventRecordID.\n"
	"\n"
	"Damage: {at: OFFSET, bytes: HEX}, {chunk: N, offset: K, bytes: HEX},\n"
	"  {chunk: N, record: M, offset: K, bytes: HEX} (N, M from 0), {truncate: SIZE},\n"
	"  {chunk: N, merge: M} (record M takes in the one behind it, which stays where it is; "
	"with\n"
	"  renumber: true those behind it and the headers count one less), {chunk: N, free: M} "
	"(records\n"
	"  from M on are slack), {seal: true} (all checksums as they should be); zeros: COUNT may "
	"stand\n"
	"  for bytes.\n"
	"  {cut: [FROM, TO]} (these bytes are lost; chunks behind a cut are counted only when it\n"
	"  keeps them at a multiple of 4096)\n";

static bool set_write_error(GError **error)
{
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot write: %s",
		    g_strerror(errno));
	return false;
}

static bool write_file(void *context, const uint8_t *data, size_t size, GError **error)
{
	return fwrite(data, 1, size, context) == size || set_write_error(error);
}

static bool write_memory(void *context, const uint8_t *data, size_t size, GError **error)
{
	GByteArray *memory = context;

	/* Damage is for small logs; GByteArray cannot hold 4 GiB. */
	if (size > G_MAXUINT - memory->len) {
		g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
				    "too large a log to damage");
		return false;
	}
	g_byte_array_append(memory, data, (guint)size);
	return true;
}

static bool write_damaged(const struct description *description, FILE *out, GError **error)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	struct log_sink sink = {write_memory, memory};

	if (!generate_log(description, sink, error))
		return false;
	for (guint i = 0; i < description->damage->len; i++)
		if (!damage_apply(description->damage->pdata[i], memory, error))
			return false;
	return write_file(out, memory->data, memory->len, error);
}

static bool write_log(const struct description *description, FILE *out, GError **error)
{
	struct log_sink sink = {write_file, out};

	if (description->damage->len > 0)
		return write_damaged(description, out, error);
	return generate_log(description, sink, error);
}

static bool write_path(const struct description *description, const char *path, GError **error)
{
	FILE *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	bool written;

	if (out == NULL)
		return set_write_error(error);
	written = write_log(description, out, error);
	if (fclose(out) != 0 && written)
		written = set_write_error(error);
	return written;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct description *description;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(help, stdout) == EOF;
	if (argc != 3) {
		fputs("usage: evtxgen DESCRIPTION.yml OUT.evtx\n", stderr);
		return 2;
	}
	description = description_read(argv[1], &error);
	if (description != NULL)
		write_path(description, argv[2], &error);
	description_free(description);
	if (error == NULL)
		return 0;
	fprintf(stderr, "evtxgen: %s\n", error->message);
	return 1;
}
