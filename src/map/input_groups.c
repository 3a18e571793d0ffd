/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_groups.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_kind.h"
#include "evtx/chunk.h"
#include "evtx/log_host.h"

/* For a larger one a process of its own costs nothing that counts. */
#define SMALL_LOG (8 << 20)

/* Texts are exports, snapshots, MOF and lines: of a folder with one from each host there may be
 * tens of thousands, and a process takes longer to begin than to read one. So many share one at
 * most, that what takes it over can answer for no more. */
#define SMALL_TEXT (256 << 10)
#define MOST_TEXTS 32u

#define UNREAD_GROUP 1

/* A zip that something stands in front of is known by its end. */
#define TAIL (128 << 10)

struct input_groups {
	GHashTable *numbers; /* GBytes: folder and host -> number */
	uint64_t last;
	/* Of texts: */
	char *folder; /* of the last; NULL: none came */
	uint64_t texts_group;
	unsigned texts; /* in that group */
};

struct input_groups *input_groups_new(void)
{
	struct input_groups *groups = g_new0(struct input_groups, 1);

	groups->numbers = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						(GDestroyNotify)g_bytes_unref, g_free);
	groups->last = UNREAD_GROUP;
	return groups;
}

void input_groups_free(struct input_groups *groups)
{
	g_hash_table_unref(groups->numbers);
	g_free(groups->folder);
	g_free(groups);
}

uint64_t input_groups_add(struct input_groups *groups)
{
	return ++groups->last;
}

/* Of the folder's part of a path, with its slash. */
static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static uint64_t find_number(struct input_groups *groups, const char *path, const uint8_t *host,
			    size_t host_size)
{
	GByteArray *text = g_byte_array_new();
	g_autoptr(GBytes) key = NULL;
	uint64_t *number;

	g_byte_array_append(text, (const guint8 *)path, (guint)folder_length(path));
	g_byte_array_append(text, (const guint8 *)"", 1);
	g_byte_array_append(text, host, (guint)host_size);
	key = g_byte_array_free_to_bytes(text);
	number = g_hash_table_lookup(groups->numbers, key);
	if (!number) {
		number = g_new(uint64_t, 1);
		*number = input_groups_add(groups);
		g_hash_table_insert(groups->numbers, g_bytes_ref(key), number);
	}
	return *number;
}

/* A log of forwarded events has records of many hosts. */
static bool may_hold_many_hosts(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *folded = g_ascii_strdown(name, -1);

	return strstr(folded, "forward") != NULL;
}

static bool may_end_as_zip(int fd, uint64_t size)
{
	g_autofree uint8_t *tail = g_malloc(TAIL);
	ssize_t got = pread(fd, tail, TAIL, size > TAIL ? (off_t)(size - TAIL) : 0);

	return got < 0 || memmem(tail, (size_t)got, "PK\5\6", 4) != NULL;
}

/* Files of one folder come one after the other. */
static uint64_t find_texts_group(struct input_groups *groups, const char *path)
{
	size_t length = folder_length(path);

	if (!groups->folder || groups->texts == MOST_TEXTS || strlen(groups->folder) != length ||
	    strncmp(groups->folder, path, length) != 0) {
		g_free(groups->folder);
		groups->folder = g_strndup(path, length);
		groups->texts_group = input_groups_add(groups);
		groups->texts = 0;
	}
	groups->texts++;
	return groups->texts_group;
}

/* What readers of text may take: by its content, of 8 or 16 bits a character, or by its name. */
static bool may_be_text(const char *path, const uint8_t *head, size_t size)
{
	bool is_wide = size > 1 && (head[0] >= 0xFE || !head[0] != !head[1]);
	size_t length = strlen(path);

	return is_wide || !memchr(head, 0, size) ||
	       (length > 4 && g_ascii_strcasecmp(path + length - 4, ".mof") == 0) ||
	       (length > 5 && g_ascii_strcasecmp(path + length - 5, ".json") == 0);
}

/* A tar may be known by its name only, where its first header is damaged. */
static bool is_named_tar(const char *path)
{
	return strstr(path, ".tar") || g_str_has_suffix(path, ".tgz");
}

/* No worker unpacks it. */
static bool is_no_archive(const struct input *input, const uint8_t *head, size_t size)
{
	enum archive_kind kind = archive_kind_tell(head, size);

	return !evtx_is_log(head, size) &&
	       (kind == ARCHIVE_NONE || (kind == ARCHIVE_MAYBE_ZIP && !is_named_tar(input->path) &&
					 !may_end_as_zip(input->fd, input->size)));
}

uint64_t input_groups_find(struct input_groups *groups, const struct input *input, bool recovers,
			   bool *may_unpack)
{
	const uint8_t *host = NULL;
	uint8_t head[WH_LOG_HOST_HEAD];
	ssize_t got = input->fd < 0 ? -1 : pread(input->fd, head, sizeof(head), 0);
	bool is_log = got > 0 && evtx_has_file_header(head, (size_t)got);
	size_t host_size = 0;

	*may_unpack = false;
	if (is_log && input->size <= SMALL_LOG && !may_hold_many_hosts(input->path)) {
		log_find_host(head, (size_t)got, &host, &host_size);
		return find_number(groups, input->path, host, host_size);
	}
	if (got >= 0 && !recovers && !input->is_device && is_no_archive(input, head, (size_t)got)) {
		if (!may_be_text(input->path, head, (size_t)got))
			return input->named ? input_groups_add(groups) : UNREAD_GROUP;
		if (input->size <= SMALL_TEXT)
			return find_texts_group(groups, input->path);
	}
	*may_unpack = got > 0 && !is_log;
	return input_groups_add(groups);
}
