/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

/* Runs a fuzz target over the files given: the corpus, in make check. */
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		g_autofree char *data = NULL;
		g_autofree uint8_t *copy = NULL;
		g_autoptr(GError) error = NULL;
		gsize size;

		if (!g_file_get_contents(argv[i], &data, &size, &error)) {
			fprintf(stderr, "%s\n", error->message);
			return 1;
		}
		/* A block of just that size lets AddressSanitizer see a read behind it. */
		copy = g_memdup2(data, size);
		LLVMFuzzerTestOneInput(copy, size);
	}
	printf("%d inputs replayed\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
