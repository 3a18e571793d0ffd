/* SPDX-License-Identifier: Apache-2.0 */
#include "spoil.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../evtxgen/encode.h"
#include "../evtxgen/yaml_read.h"

/* The bytes of {bytes: HEX}, or of {zeros: COUNT}. */
static GByteArray *read_bytes(struct fy_node *entry, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint64_t zeros = 0;
	g_autofree char *hex = NULL;

	if (yaml_get(entry, "bytes") != NULL) {
		hex = yaml_dup(yaml_get(entry, "bytes"), error);
		if (hex == NULL || !encode_hex(hex, bytes, error))
			return NULL;
		return g_steal_pointer(&bytes);
	}
	if (!yaml_get_number(entry, "zeros", &zeros, error))
		return NULL;
	if (zeros == 0 || zeros > G_MAXINT) {
		yaml_refuse(entry, error, "neither bytes nor zeros");
		return NULL;
	}
	g_byte_array_set_size(bytes, (guint)zeros);
	memset(bytes->data, 0, bytes->len);
	return g_steal_pointer(&bytes);
}

/* {page: N}: where the last map has that logical page. */
static bool find_page(const struct repository_writer *repository, const char *name,
		      struct fy_node *entry, uint64_t *at, GError **error)
{
	const struct paged_file *pages = strcmp(name, "INDEX.BTR") == 0
						 ? &repository->index.pages
						 : &repository->objects.pages;
	uint64_t page = 0;

	if (yaml_get(entry, "page") == NULL)
		return true;
	if (!yaml_get_number(entry, "page", &page, error))
		return false;
	if (page >= pages->entries->len ||
	    paged_file_entry(pages, (uint32_t)page)->physical == WH_NO_PAGE)
		return yaml_refuse(entry, error, "no such page");
	*at += (uint64_t)paged_file_entry(pages, (uint32_t)page)->physical * WH_PAGE_SIZE;
	return true;
}

static bool overwrite(const struct repository_writer *repository, const char *name, int file,
		      struct fy_node *entry, GError **error)
{
	g_autoptr(GByteArray) bytes = read_bytes(entry, error);
	uint64_t at = 0;

	if (bytes == NULL || !yaml_get_number(entry, "at", &at, error) ||
	    !find_page(repository, name, entry, &at, error))
		return false;
	return pwrite(file, bytes->data, bytes->len, (off_t)at) == (ssize_t)bytes->len ||
	       set_file_error(error, name);
}

static bool spoil_open(const struct repository_writer *repository, const char *name, int file,
		       struct fy_node *entry, GError **error)
{
	uint64_t size;

	if (yaml_get(entry, "truncate") == NULL)
		return overwrite(repository, name, file, entry, error);
	return yaml_get_number(entry, "truncate", &size, error) &&
	       (ftruncate(file, (off_t)size) == 0 || set_file_error(error, name));
}

bool spoil_files(const struct repository_writer *repository, struct fy_node *entry, GError **error)
{
	static const char *const keys[] = {"file",  "at",	"page",	  "bytes",
					   "zeros", "truncate", "remove", NULL};
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;
	bool remove = false, done;
	int file;

	if (!yaml_check_keys(entry, keys, error) || !yaml_get_bool(entry, "remove", &remove, error))
		return false;
	name = yaml_dup(yaml_get(entry, "file"), error);
	if (name == NULL)
		return yaml_locate(entry, error);
	path = g_build_filename(repository->folder, name, NULL);
	if (remove)
		return unlink(path) == 0 || set_file_error(error, name);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		return set_file_error(error, name);
	done = spoil_open(repository, name, file, entry, error);
	close(file);
	return done;
}
