# SPDX-License-Identifier: Apache-2.0
# wmihunt with parts of two chunks, which dies of marked chunks.
check_PROGRAMS += tests/parts/wmihunt-parts
tests_parts_wmihunt_parts_SOURCES = tests/parts/small.c tests/poison/poison.c $(wmihunt_SOURCES)
tests_parts_wmihunt_parts_LDADD = $(wmihunt_LDADD)
tests_parts_wmihunt_parts_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=log_parts_begin,--wrap=chunk_is_as_told,--wrap=pool_new

dist_check_SCRIPTS += tests/parts.sh
TESTS += tests/parts.sh
