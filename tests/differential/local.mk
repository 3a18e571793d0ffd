# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/differential/compare
tests_differential_compare_LDADD = $(LDADD) -lm

dist_check_SCRIPTS += tests/differential/compare.sh
TESTS += tests/differential/compare.sh
