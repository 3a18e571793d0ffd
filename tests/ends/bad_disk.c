/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Preloaded: pread(2) fails for the bytes [BAD_BEGIN, BAD_END) of any file, as a bad disk does. */

static unsigned long get_number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

static ssize_t read_disk(const char *name, int fd, void *buffer, size_t size, off_t offset)
{
	ssize_t (*original)(int, void *, size_t, off_t) =
		(ssize_t(*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, name);
	unsigned long begin = get_number("BAD_BEGIN"), end = get_number("BAD_END");

	if ((unsigned long)offset < end && (unsigned long)offset + size > begin) {
		errno = EIO;
		return -1;
	}
	return original(fd, buffer, size, offset);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	return read_disk("pread", fd, buffer, size, offset);
}

ssize_t pread64(int fd, void *buffer, size_t size, off_t offset)
{
	return read_disk("pread64", fd, buffer, size, offset);
}
