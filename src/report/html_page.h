/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_HTML_PAGE_H
#define WH_REPORT_HTML_PAGE_H

/* The page around its data, which the build makes of the files in html/: all before the first line
 * of data, and all after the last. */
extern const char html_page_head[];
extern const char html_page_tail[];

#endif
