/* SPDX-License-Identifier: Apache-2.0 */
#include "map/unread.h"

#include <glib.h>
#include <string.h>

/* These hold files as they are, if not in one piece. */
#define SEARCHED "; --recover searches its bytes"

/* Names of containers by their magic; the offset of ISO 9660's is after its system area. */
static const struct {
	size_t offset;
	const char *magic;
	size_t length;
	const char *what;
	bool is_boot_sector; /* only of an image when the file is long */
} containers[] = {
	{0, "vhdxfile", 8, "a VHDX disk image, which is not opened" SEARCHED, false},
	{0, "conectix", 8, "a VHD disk image, which is not opened" SEARCHED, false},
	{0, "EVF\x09\x0D\x0A\xFF\x00", 8, "an E01 (EWF) disk image, which is not opened", false},
	{0, "EVF2\x0D\x0A\x81\x00", 8, "an Ex01 (EWF2) disk image, which is not opened", false},
	{0, "LVF\x09\x0D\x0A\xFF\x00", 8, "an L01 (EWF) file container, which is not opened",
	 false},
	{0, "LEF2\x0D\x0A\x81\x00", 8, "an Lx01 (EWF2) file container, which is not opened", false},
	{0, "AFF10\r\n", 8, "an AFF disk image, which is not opened", false},
	{0, "KDMV", 4, "a VMDK disk image, which is not opened" SEARCHED, false},
	{0, "COWD", 4, "a VMDK disk image, which is not opened" SEARCHED, false},
	{0, "# Disk DescriptorFile", 21, "a VMDK disk image, which is not opened" SEARCHED, false},
	{0, "QFI\xFB", 4, "a QCOW2 disk image, which is not opened" SEARCHED, false},
	{64, "\x7F\x10\xDA\xBE", 4, "a VDI disk image, which is not opened" SEARCHED, false},
	{0, "MSWIM\0\0\0", 8, "a WIM image, which is not opened", false},
	{0, "WLPWM\0\0\0", 8, "a WIM image, which is not opened", false},
	{32769, "CD001", 5, "an ISO 9660 image, which is not opened" SEARCHED, false},
	{32769, "BEA01", 5, "a UDF image, which is not opened" SEARCHED, false},
	{3, "NTFS    ", 8, "a raw image of an NTFS volume, which is not opened" SEARCHED, true},
	{3, "-FVE-FS-", 8, "a volume that BitLocker encrypted, which is not opened", true},
	{512, "EFI PART", 8, "a raw disk image, which is not opened" SEARCHED, true},
	{0, "LUKS\xBA\xBE", 6, "a volume that LUKS encrypted, which is not opened", true},
	{4, "LfLe", 4, "an event log of Windows XP or 2003 (.evt), which is not read", false},
	{0, "\x04\x22\x4D\x18", 4, "an LZ4 archive, which is not opened", false},
	{0, "LZIP\x01", 5, "an lzip archive, which is not opened", false},
	{7, "**ACE**", 7, "an ACE archive, which is not opened", false},
	{0, "070701", 6, "a cpio archive, which is not opened", false},
	{0, "070707", 6, "a cpio archive, which is not opened", false},
};

static bool holds(const uint8_t *data, size_t size, const char *text)
{
	return memmem(data, size, text, strlen(text)) != NULL;
}

/* Boot flags and signature of a master boot record that has a partition. */
static bool is_partitioned(const uint8_t *data, size_t size)
{
	bool any = false;

	if (size < 512 || data[510] != 0x55 || data[511] != 0xAA)
		return false;
	for (size_t at = 446; at < 510; at += 16) {
		if (data[at] != 0 && data[at] != 0x80)
			return false;
		any |= data[at + 4] != 0;
	}
	return any;
}

static const char *find_container(const uint8_t *data, size_t size, bool is_long)
{
	for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
		if (size >= containers[i].offset + containers[i].length &&
		    (is_long || !containers[i].is_boot_sector) &&
		    memcmp(data + containers[i].offset, containers[i].magic,
			   containers[i].length) == 0)
			return containers[i].what;
	}
	if (is_long && is_partitioned(data, size))
		return "a raw disk image, which is not opened" SEARCHED;
	/* What an AFF4 image, a zip, says of itself in its information.turtle. */
	if (size > 0 && data[0] == '@' && holds(data, MIN(size, 4096), "<http://aff4.org/Schema#>"))
		return "an AFF4 disk image, which is not opened";
	return NULL;
}

static const char *find_xml(const uint8_t *data, size_t size)
{
	if (holds(data, size, "<Event") &&
	    holds(data, size, "http://schemas.microsoft.com/win/2004/08/events/event"))
		return "events exported as XML, which is not read";
	if (holds(data, size, "Eventing.Reader.EventLogRecord"))
		return "events exported by PowerShell (CliXml), which is not read";
	return NULL;
}

static const char *find_json(const uint8_t *data, size_t size)
{
	static const char own[] = "{\"kind\":\"";
	bool has_id = holds(data, size, "\"EventID\"") || holds(data, size, "\"EventId\"") ||
		      holds(data, size, "\"event_id\"");

	/* Lines of this program that are no event lines: its findings. */
	if (size >= sizeof(own) - 1 && memcmp(data, own, sizeof(own) - 1) == 0)
		return NULL;
	if ((has_id && (holds(data, size, "\"Channel\"") || holds(data, size, "\"winlog\""))) ||
	    (holds(data, size, "\"ProviderName\"") && holds(data, size, "\"LogName\"")) ||
	    holds(data, size, "http://schemas.microsoft.com/win/2004/08/events/event"))
		return "events exported as JSON, which is not read";
	if (holds(data, size, "\"kind\"") && holds(data, size, "\"event\"") && has_id &&
	    data[0] == '[')
		return "event lines in a JSON array, which is not read: give an object a line";
	return NULL;
}

static const char *find_csv(const uint8_t *data, size_t size)
{
	const uint8_t *feed = memchr(data, '\n', size);

	if (data[0] == '#' && holds(data, size, "#TYPE System.Diagnostics.Eventing.Reader."))
		return "events exported as CSV, which is not read";
	size = feed ? (size_t)(feed - data) : size;
	if (!memchr(data, ',', size) && !memchr(data, '\t', size) && !memchr(data, ';', size))
		return NULL;
	if (((holds(data, size, "EventID") || holds(data, size, "EventId") ||
	      holds(data, size, "Event ID")) &&
	     (holds(data, size, "Channel") || holds(data, size, "Provider") ||
	      holds(data, size, "Task Category") || holds(data, size, "MachineName"))) ||
	    (holds(data, size, "ProviderName") && holds(data, size, "LogName")))
		return "events exported as CSV, which is not read";
	return NULL;
}

/* Text in UTF-16 with its mark, as PowerShell's redirection writes it, in ASCII. */
static GString *narrow(const uint8_t *data, size_t size)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 2; i + 1 < size; i += 2)
		g_string_append_c(text, data[i + 1] == 0 ? (char)data[i] : '?');
	return text;
}

static const char *find_export(const uint8_t *data, size_t size)
{
	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		data += 3, size -= 3;
	while (size > 0 && g_ascii_isspace(*data))
		data++, size--;
	if (size == 0)
		return NULL;
	if (*data == '<')
		return find_xml(data, size);
	if (*data == '{' || *data == '[')
		return find_json(data, size);
	if (*data == '"' || *data == '#' || g_ascii_isalpha(*data))
		return memchr(data, 0, MIN(size, 256)) ? NULL : find_csv(data, size);
	return NULL;
}

static const char *find_wide_export(const uint8_t *data, size_t size)
{
	GString *text = narrow(data, size);
	const char *what = find_export((const uint8_t *)text->str, text->len);

	if (!what && text->str[0] == '{' && strstr(text->str, "\"kind\":\"event\""))
		what = "event lines in UTF-16, which is not read: write them as UTF-8";
	g_string_free(text, TRUE);
	return what;
}

bool unread_find(const uint8_t *data, size_t size, bool is_long, struct unread *out)
{
	bool is_wide = size >= 2 && memcmp(data, "\xFF\xFE", 2) == 0;
	const char *what = find_container(data, size, is_long);

	out->code = FAULT_CONTAINER_UNREAD;
	if (!what) {
		out->code = FAULT_EXPORT_UNREAD;
		size = MIN(size, 8192);
		what = is_wide ? find_wide_export(data, size) : find_export(data, size);
	}
	out->what = what;
	return what != NULL;
}

bool unread_needs_more(const uint8_t *data, size_t size)
{
	if (size < 512)
		return false;
	return (data[510] == 0x55 && data[511] == 0xAA) || memcmp(data, "LUKS", 4) == 0 ||
	       memcmp(data + 3, "NTFS    ", 8) == 0 || memcmp(data + 3, "-FVE-FS-", 8) == 0 ||
	       (data[0] == 0 && memcmp(data, data + 1, 511) == 0);
}

bool unread_is_log_name(const char *name)
{
	static const char *const packers[] = {".gz", ".bz2", ".xz", ".zst"};
	g_autofree char *folded = g_ascii_strdown(name, -1);

	for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
		if (g_str_has_suffix(folded, packers[i]))
			folded[strlen(folded) - strlen(packers[i])] = '\0';
	}
	return g_str_has_suffix(folded, ".evtx");
}

const char *unread_get_name(const struct reader *reader)
{
	return reader->stream->entry ? reader->stream->entry : reader->stream->path;
}

static bool is_zero_to_the_end(struct reader *reader)
{
	const uint8_t *data;
	size_t size;

	while ((size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		if (data[0] != 0 || memcmp(data, data + 1, size - 1) != 0)
			return false;
		reader_skip(reader, size);
	}
	return true;
}

bool unread_refuse(struct reader *reader, const uint8_t *data, size_t size, bool named,
		   struct unread *out)
{
	/* What macOS keeps beside a file that it copies. */
	static const uint8_t apple_double[] = {0, 5, 0x16, 7};
	bool is_log_name = unread_is_log_name(unread_get_name(reader));

	if (!named && (!is_log_name || (size >= 4 && memcmp(data, apple_double, 4) == 0)))
		return false;
	if (size == 0)
		*out = (struct unread){FAULT_EMPTY_LOG, "the log is empty"};
	else if (is_log_name && is_zero_to_the_end(reader))
		*out = (struct unread){FAULT_EMPTY_LOG, "the log holds nothing but zeros"};
	else if (named)
		*out = (struct unread){
			FAULT_UNKNOWN_FORMAT,
			"neither an event log, nor event lines, nor an archive of them"};
	else
		*out = (struct unread){FAULT_UNKNOWN_FORMAT, "named like an event log, and none"};
	return true;
}
