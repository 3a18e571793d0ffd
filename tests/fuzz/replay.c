/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

static struct fuzz_target *targets;

void fuzz_target_add(struct fuzz_target *target)
{
	target->next = targets;
	targets = target;
}

static const struct fuzz_target *find_target(const char *name)
{
	g_autofree char *end = g_strdup_printf("/fuzz-%s.c", name);
	const struct fuzz_target *target = targets;

	while (target && !g_str_has_suffix(target->file, end))
		target = target->next;
	return target;
}

/* replay TARGET FILE…: runs a fuzz target over the files given: its corpus, in make check. */
int main(int argc, char **argv)
{
	const struct fuzz_target *target = argc > 2 ? find_target(argv[1]) : NULL;

	if (!target) {
		fprintf(stderr, "no such target, or no files\n");
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		g_autofree char *data = NULL;
		g_autofree uint8_t *copy = NULL;
		g_autoptr(GError) error = NULL;
		gsize size;

		if (!g_file_get_contents(argv[i], &data, &size, &error)) {
			fprintf(stderr, "%s\n", error->message);
			return 1;
		}
		/* A block of just that size lets AddressSanitizer see a read beyond it. */
		copy = g_memdup2(data, size);
		target->run(copy, size);
	}
	printf("%d inputs replayed\n", argc - 2);
	return 0;
}
