/* SPDX-License-Identifier: Apache-2.0 */
#include "map/preload.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "archive/archive_kind.h"
#include "archive/libarchive_stream.h"
#include "input/volume_name.h"

static bool is_null_device(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

static bool is_volume(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	struct volume_name volume;

	return volume_name_parse(name, &volume);
}

static bool may_be_archive(const char *path)
{
	uint8_t head[WH_ARCHIVE_HEAD];
	struct stat status;
	ssize_t size = -1;
	int fd;

	if (strcmp(path, "-") == 0)
		return true;
	/* Other kinds of files may be changed by being looked into. */
	if (stat(path, &status) != 0 || is_null_device(&status))
		return false;
	if (!S_ISREG(status.st_mode) || is_volume(path))
		return true;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		size = pread(fd, head, sizeof(head), 0);
		close(fd);
	}
	return size > 0 && archive_kind_tell(head, (size_t)size) != ARCHIVE_NONE;
}

void preload_libraries(char *const *paths)
{
	if (paths[0] && (paths[1] || may_be_archive(paths[0])))
		libarchive_load();
}
