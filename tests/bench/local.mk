# SPDX-License-Identifier: Apache-2.0
# How fast, beside programs that do the same or less; not part of the checks.
check_PROGRAMS += tests/bench/pair
tests_bench_pair_LDADD =
EXTRA_DIST += tests/bench.sh \
	tests/bench/correlation.yml \
	tests/bench/dense.yml \
	tests/bench/fleet.awk \
	tests/bench/fleet.sh \
	tests/bench/process.yml \
	tests/bench/sysmon.yml

.PHONY: bench bench-check bench-fleet
bench_needs = all tests/bench/pair$(EXEEXT) tests/evtxgen/evtxgen$(EXEEXT)
bench: $(bench_needs)
	builddir=$(abs_builddir) srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/bench.sh

# Fails where a goal is missed by more than a fifth.
bench-check: $(bench_needs)
	builddir=$(abs_builddir) srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/bench.sh --check

# A fleet of HOSTS hosts (default: 10000): what map, reduce and stack cost.
bench-fleet: $(bench_needs)
	builddir=$(abs_builddir) srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/bench/fleet.sh
