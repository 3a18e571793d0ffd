/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_NAMES_H
#define WH_WMI_NAMES_H

#include <glib.h>
#include <stdbool.h>

#define WH_SUBSCRIPTION_NAMESPACE "root\\subscription"

/*
 * One spelling for every way a namespace is logged ("//./ROOT/Subscription",
 * "\\HOST\root\subscription", doubled backslashes): lower case, single backslashes,
 * no host. NULL when nothing is left. The caller frees it.
 */
char *namespace_normalise(const char *text);

/* A reference to an instance: [NAMESPACE:]CLASS.KEY="name" or CLASS="name". */
struct object_path {
	char *namespace; /* normalised; NULL when the path does not say */
	char *class_name;
	char *name; /* the value of the key Name, else of the first key; unescaped */
};

/*
 * Reads an object path; false, with *out untouched, when `text` is none. A value
 * that is cut off, or holds quotes that should have been escaped, is kept as far as
 * it can be read. The caller releases *out.
 */
bool object_path_parse(const char *text, struct object_path *out);
void object_path_release(struct object_path *path);

#endif
