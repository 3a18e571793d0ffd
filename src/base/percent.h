/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_PERCENT_H
#define WH_BASE_PERCENT_H

/*
 * Undoes percent-encoding (RFC 3986, 2.1) of a whole name, once: a new text that the caller
 * frees, or NULL when the name is not so encoded. Collectors write C%3A and %254Operational;
 * Windows itself writes %4Admin, which says nothing of the kind: an encoder leaves
 * letters and digits as they are.
 */
char *percent_decoded(const char *name);

#endif
