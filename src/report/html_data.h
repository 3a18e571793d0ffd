/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_HTML_DATA_H
#define WH_REPORT_HTML_DATA_H

#include <glib.h>
#include <stddef.h>

/*
 * The data of a page: lines of JSON in which no text and no list of names stands twice. Each line
 * becomes [SHAPES,TEXTS,VALUE]: the lists of names and the texts that come there first, which are
 * numbered from 0 over all lines, and the line itself. In a VALUE,
 *
 *	a text is its number, and a whole number n from 0 on is -1 - n;
 *	an object is [SHAPE,VALUE,…], the number of its names and what these have;
 *	a list is [-1,VALUE,…], and any other number [-2,NUMBER];
 *	true, false and null are themselves.
 */
struct html_data;

struct html_data *html_data_new(void);
void html_data_free(struct html_data *data);

/* Appends the line `json`, one object or list and what this program writes, in that form. */
void html_data_append(struct html_data *data, const char *json, size_t length, GString *out);

#endif
