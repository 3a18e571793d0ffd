# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/differential/compare tests/differential/mutate
tests_differential_compare_LDADD = $(LDADD) -lm

dist_check_SCRIPTS += tests/differential/compare.sh tests/differential/mutate.sh
TESTS += tests/differential/compare.sh tests/differential/mutate.sh
EXTRA_DIST += tests/differential/evtx-dump.sh tests/differential/evtx-dump.jq

# Both need evtx_dump (cargo install evtx), the first one jq too, the second one the real logs.
.PHONY: compare-evtx-dump mutations
compare-evtx-dump: all
	builddir=$(abs_builddir) srcdir=$(srcdir) \
		$(SHELL) $(srcdir)/tests/differential/evtx-dump.sh $(LOGS)

WMI_LOG = Microsoft-Windows-WMI-Activity%4Operational.evtx
mutations: all tests/differential/mutate$(EXEEXT)
	rm -rf mutations && mkdir mutations
	7z x -y -omutations \
		$${WH_EVIDENCE:-$(srcdir)/../shared/evidence}/APTSimulatorVM_EventLogs.7z >/dev/null
	builddir=$(abs_builddir) srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/differential/mutate.sh \
		mutations/$(WMI_LOG) 400 && rm -rf mutations
