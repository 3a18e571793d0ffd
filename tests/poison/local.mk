# SPDX-License-Identifier: Apache-2.0
# Fault injection: wmihunt, with a decoder that dies of marked chunks.
check_PROGRAMS += tests/poison/wmihunt-poison
tests_poison_wmihunt_poison_SOURCES = tests/poison/poison.c $(wmihunt_SOURCES)
tests_poison_wmihunt_poison_LDADD = $(wmihunt_LDADD)
tests_poison_wmihunt_poison_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=chunk_is_as_told,--wrap=pool_new

dist_check_SCRIPTS += tests/poison.sh
TESTS += tests/poison.sh
EXTRA_DIST += tests/poison/log.yml
