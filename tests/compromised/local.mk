# SPDX-License-Identifier: Apache-2.0
# wmihunt, with a worker that a hostile input has taken over.
check_PROGRAMS += tests/compromised/wmihunt-compromised
tests_compromised_wmihunt_compromised_SOURCES = tests/compromised/compromised.c $(wmihunt_SOURCES)
tests_compromised_wmihunt_compromised_LDADD = $(wmihunt_LDADD)
tests_compromised_wmihunt_compromised_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=mapper_work

dist_check_SCRIPTS += tests/compromised.sh
TESTS += tests/compromised.sh
