/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_groups.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_kind.h"
#include "evtx/chunk.h"
#include "evtx/log_host.h"
#include "map/event_lines.h"

/* For a larger one a process of its own costs nothing that counts. */
#define SMALL_LOG (8 << 20)

#define UNREAD_GROUP 1

/* A zip that something stands in front of is known by its end. */
#define TAIL (128 << 10)

struct input_groups {
	GHashTable *numbers; /* GBytes: folder and host -> number */
	uint64_t last;
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
	g_free(groups);
}

uint64_t input_groups_add(struct input_groups *groups)
{
	return ++groups->last;
}

static uint64_t find_number(struct input_groups *groups, const char *path, const uint8_t *host,
			    size_t host_size)
{
	const char *slash = strrchr(path, '/');
	GByteArray *text = g_byte_array_new();
	g_autoptr(GBytes) key = NULL;
	uint64_t *number;

	g_byte_array_append(text, (const guint8 *)path, slash ? (guint)(slash - path) + 1 : 0);
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

/* True when a worker does no more with the file than look at it. */
static bool is_left_unread(const uint8_t *head, size_t head_size, int fd, uint64_t size)
{
	enum archive_kind kind = archive_kind_tell(head, head_size);

	if (evtx_is_log(head, head_size) || event_lines_may_begin(head, head_size))
		return false;
	return kind == ARCHIVE_NONE || (kind == ARCHIVE_MAYBE_ZIP && !may_end_as_zip(fd, size));
}

uint64_t input_groups_find(struct input_groups *groups, const char *path, int fd, uint64_t size,
			   bool reads_any, bool *may_unpack)
{
	const uint8_t *host = NULL;
	uint8_t head[WH_LOG_HOST_HEAD];
	ssize_t got = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
	bool is_log = got > 0 && evtx_has_file_header(head, (size_t)got);
	size_t host_size = 0;

	*may_unpack = false;
	if (is_log && size <= SMALL_LOG && !may_hold_many_hosts(path)) {
		log_find_host(head, (size_t)got, &host, &host_size);
		return find_number(groups, path, host, host_size);
	}
	if (got >= 0 && !is_log && !reads_any && is_left_unread(head, (size_t)got, fd, size))
		return UNREAD_GROUP;
	*may_unpack = got > 0 && !is_log;
	return input_groups_add(groups);
}
