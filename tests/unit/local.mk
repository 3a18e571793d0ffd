# SPDX-License-Identifier: Apache-2.0
# All unit tests are one program (tests/unit/cmocka_test.h); run a part of them with
# tests/unit/runner PART-OF-A-FILE-NAME…
check_PROGRAMS += tests/unit/runner
TESTS += tests/unit/runner
EXTRA_DIST += tests/forms
# libarchive packs what is read.
tests_unit_runner_LDADD = $(LDADD) $(LIBARCHIVE_LIBS)
tests_unit_runner_SOURCES = \
	$(TEST_SUPPORT) \
	tests/unit/archive/archive_contents.c \
	tests/unit/archive/archive_contents.h \
	tests/unit/archive/box_make.c \
	tests/unit/archive/box_make.h \
	tests/unit/archive/sevenzip_archive.c \
	tests/unit/archive/sevenzip_archive.h \
	tests/unit/archive/test-sevenzip-damage.c \
	tests/unit/archive/test-sevenzip-plain.c \
	tests/unit/archive/test-unpack.c \
	tests/unit/archive/test-zip-directory.c \
	tests/unit/archive/zip_make.c \
	tests/unit/archive/zip_make.h \
	tests/unit/base/test-aligned.c \
	tests/unit/base/test-json.c \
	tests/unit/base/test-percent.c \
	tests/unit/base/test-text.c \
	tests/unit/cmocka_test.h \
	tests/unit/correlation/test-state.c \
	tests/unit/event/test-collection.c \
	tests/unit/event/test-event-pack.c \
	tests/unit/event/test-event-json.c \
	tests/unit/event/test-event.c \
	tests/unit/event/test-filetime.c \
	tests/unit/evidence/matched.h \
	tests/unit/evidence/test-coverage.c \
	tests/unit/evidence/test-evidence-forms.c \
	tests/unit/evidence/test-evidence.c \
	tests/unit/evtx/decode_chunk.c \
	tests/unit/evtx/decode_chunk.h \
	tests/unit/evtx/scan_bytes.c \
	tests/unit/evtx/scan_bytes.h \
	tests/unit/evtx/test-binxml.c \
	tests/unit/evtx/test-chunk.c \
	tests/unit/evtx/test-decode-damage.c \
	tests/unit/evtx/test-decode.c \
	tests/unit/evtx/test-log-check.c \
	tests/unit/evtx/test-log-facts.c \
	tests/unit/evtx/test-literals.c \
	tests/unit/evtx/test-recover.c \
	tests/unit/evtx/test-sieve.c \
	tests/unit/evtx/test-value.c \
	tests/unit/export/test-clixml.c \
	tests/unit/export/test-export-time.c \
	tests/unit/export/test-json-cut.c \
	tests/unit/export/test-text-sieve.c \
	tests/unit/hunt/test-baseline.c \
	tests/unit/hunt/test-correlations.c \
	tests/unit/hunt/test-event-matches.c \
	tests/unit/hunt/test-event-rules.c \
	tests/unit/hunt/test-judges.c \
	tests/unit/hunt/test-finding.c \
	tests/unit/hunt/test-rules.c \
	tests/unit/hunt/test-stack.c \
	tests/unit/hunt/test-triage.c \
	tests/unit/input/test-bad-ranges.c \
	tests/unit/input/test-volume-name.c \
	tests/unit/map/test-dedup.c \
	tests/unit/input/test-walker.c \
	tests/unit/map/test-fault-groups.c \
	tests/unit/map/test-input-groups.c \
	tests/unit/map/test-log-line.c \
	tests/unit/map/test-log-parts.c \
	tests/unit/map/test-query.c \
	tests/unit/report/test-cell.c \
	tests/unit/report/test-csv.c \
	tests/unit/report/test-html.c \
	tests/unit/report/test-navigator.c \
	tests/unit/report/test-saved-line.c \
	tests/unit/report/test-supertimeline.c \
	tests/unit/report/test-table.c \
	tests/unit/repository/repository_sample.c \
	tests/unit/repository/repository_sample.h \
	tests/unit/repository/test-damage.c \
	tests/unit/repository/test-mutated.c \
	tests/unit/repository/test-wmi-object.c \
	tests/unit/repository/test-repository.c \
	tests/unit/run/sandbox_child.c \
	tests/unit/run/sandbox_child.h \
	tests/unit/run/test-pool.c \
	tests/unit/run/test-progress.c \
	tests/unit/run/test-sandbox-calls.c \
	tests/unit/run/test-sandbox.c \
	tests/unit/runner.c \
	tests/unit/sigma/test-needle.c \
	tests/unit/sigma/test-packed.c \
	tests/unit/sigma/test-regex.c \
	tests/unit/sigma/test-remote-node.c \
	tests/unit/sigma/test-rule-forms.c \
	tests/unit/sigma/test-yaml-plain.c \
	tests/unit/wmi/test-fact.c \
	tests/unit/wmi/test-fingerprint.c \
	tests/unit/wmi/test-host-names.c \
	tests/unit/wmi/test-join.c \
	tests/unit/wmi/test-mof.c \
	tests/unit/wmi/test-payload.c \
	tests/unit/wmi/test-stored.c \
	tests/unit/wmi/test-wmi-forms.c \
	tests/unit/wmi/test-wmi-json.c
