/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flip IN OUT SEED FROM TO: a copy of IN in which one to four bits of the bytes [FROM, TO)
 * are turned over, always the same for a seed.
 */
#include <glib.h>
#include <stdio.h>

static guint64 read_number(const char *text)
{
	return g_ascii_strtoull(text, NULL, 10);
}

int main(int argc, char **argv)
{
	g_autofree char *data = NULL;
	g_autoptr(GRand) random = NULL;
	guint64 from, to;
	gsize size;

	if (argc != 6 || !g_file_get_contents(argv[1], &data, &size, NULL))
		return fputs("usage: flip IN OUT SEED FROM TO\n", stderr), 2;
	from = read_number(argv[4]);
	to = MIN(read_number(argv[5]), size);
	if (from >= to || to > G_MAXINT32)
		return fputs("flip: no such place\n", stderr), 2;
	random = g_rand_new_with_seed((guint32)read_number(argv[3]));
	for (int left = g_rand_int_range(random, 1, 5); left > 0; left--) {
		gsize at = (gsize)g_rand_int_range(random, (gint32)from, (gint32)to);

		data[at] ^= (char)(1 << g_rand_int_range(random, 0, 8));
	}
	return g_file_set_contents(argv[2], data, (gssize)size, NULL) ? 0 : 2;
}
