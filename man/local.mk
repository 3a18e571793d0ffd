# SPDX-License-Identifier: Apache-2.0
dist_man_MANS = man/wmihunt.1 man/wmihunt-rules.5
EXTRA_DIST += man/screenshot.awk man/screenshot.sh man/screenshot.svg
