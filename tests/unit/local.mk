# SPDX-License-Identifier: Apache-2.0
# A test's source is its name with .c, unless it is named below.
UNIT_TESTS = \
	tests/unit/hunt/test-baseline \
	tests/unit/evtx/test-binxml \
	tests/unit/evtx/test-chunk \
	tests/unit/wmi/test-join \
	tests/unit/hunt/test-correlations \
	tests/unit/evtx/test-decode \
	tests/unit/evtx/test-decode-damage \
	tests/unit/event/test-event \
	tests/unit/evidence/test-evidence \
	tests/unit/evidence/test-evidence-forms \
	tests/unit/hunt/test-event-rules \
	tests/unit/wmi/test-fact \
	tests/unit/event/test-filetime \
	tests/unit/evtx/test-id-watch \
	tests/unit/wmi/test-fingerprint \
	tests/unit/evtx/test-literals \
	tests/unit/wmi/test-mof \
	tests/unit/map/test-fault-groups \
	tests/unit/map/test-query \
	tests/unit/sigma/test-needle \
	tests/unit/wmi/test-payload \
	tests/unit/base/test-percent \
	tests/unit/run/test-pool \
	tests/unit/run/test-progress \
	tests/unit/evtx/test-recover \
	tests/unit/report/test-cell \
	tests/unit/report/test-table \
	tests/unit/sigma/test-rule-forms \
	tests/unit/hunt/test-rules \
	tests/unit/run/test-sandbox \
	tests/unit/run/test-sandbox-calls \
	tests/unit/archive/test-sevenzip-damage \
	tests/unit/archive/test-sevenzip-plain \
	tests/unit/evtx/test-sieve \
	tests/unit/correlation/test-state \
	tests/unit/hunt/test-stack \
	tests/unit/base/test-text \
	tests/unit/hunt/test-triage \
	tests/unit/archive/test-unpack \
	tests/unit/evtx/test-value \
	tests/unit/wmi/test-wmi-forms \
	tests/unit/wmi/test-wmi-json \
	tests/unit/archive/test-zip-directory
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
EXTRA_DIST += tests/forms tests/unit/cmocka_test.h

tests_unit_wmi_test_join_SOURCES = \
	tests/unit/wmi/test-join.c tests/unit/wmi/wmi_events.c tests/unit/wmi/wmi_events.h
tests_unit_evtx_test_decode_SOURCES = \
	tests/unit/evtx/test-decode.c tests/unit/evtx/decode_chunk.c tests/unit/evtx/decode_chunk.h
tests_unit_evtx_test_decode_damage_SOURCES = \
	tests/unit/evtx/test-decode-damage.c tests/unit/evtx/decode_chunk.c tests/unit/evtx/decode_chunk.h
tests_unit_evidence_test_evidence_SOURCES = \
	tests/unit/evidence/test-evidence.c tests/unit/evidence/matched.h tests/unit/wmi/wmi_events.c tests/unit/wmi/wmi_events.h
tests_unit_evidence_test_evidence_forms_SOURCES = \
	tests/unit/evidence/test-evidence-forms.c tests/unit/evidence/matched.h tests/unit/wmi/wmi_events.c tests/unit/wmi/wmi_events.h
tests_unit_wmi_test_fact_SOURCES = \
	tests/unit/wmi/test-fact.c tests/unit/wmi/wmi_events.c tests/unit/wmi/wmi_events.h
tests_unit_wmi_test_wmi_json_SOURCES = \
	tests/unit/wmi/test-wmi-json.c tests/unit/report/report_sample.c tests/unit/report/report_sample.h
tests_unit_report_test_table_SOURCES = \
	tests/unit/report/test-table.c tests/unit/report/report_sample.c tests/unit/report/report_sample.h
tests_unit_run_test_sandbox_SOURCES = \
	tests/unit/run/test-sandbox.c tests/unit/run/sandbox_child.c tests/unit/run/sandbox_child.h
tests_unit_run_test_sandbox_calls_SOURCES = \
	tests/unit/run/test-sandbox-calls.c tests/unit/run/sandbox_child.c tests/unit/run/sandbox_child.h
tests_unit_evtx_test_recover_SOURCES = \
	tests/unit/evtx/test-recover.c tests/unit/evtx/scan_bytes.c tests/unit/evtx/scan_bytes.h
tests_unit_archive_test_sevenzip_damage_SOURCES = \
	tests/unit/archive/test-sevenzip-damage.c tests/unit/archive/sevenzip_archive.c \
	tests/unit/archive/sevenzip_archive.h tests/unit/archive/archive_contents.c \
	tests/unit/archive/archive_contents.h tests/unit/archive/memory_stream.c tests/unit/archive/memory_stream.h
tests_unit_archive_test_sevenzip_plain_SOURCES = \
	tests/unit/archive/test-sevenzip-plain.c tests/unit/archive/archive_contents.c \
	tests/unit/archive/archive_contents.h tests/unit/archive/memory_stream.c tests/unit/archive/memory_stream.h
tests_unit_archive_test_unpack_SOURCES = \
	tests/unit/archive/test-unpack.c tests/unit/archive/archive_bytes.h \
	tests/unit/archive/zip_make.c tests/unit/archive/zip_make.h
tests_unit_archive_test_zip_directory_SOURCES = \
	tests/unit/archive/test-zip-directory.c tests/unit/archive/archive_bytes.h \
	tests/unit/archive/zip_make.c tests/unit/archive/zip_make.h
tests_unit_hunt_test_baseline_SOURCES = \
	tests/unit/hunt/test-baseline.c tests/unit/report/report_sample.c tests/unit/report/report_sample.h
tests_unit_wmi_test_fingerprint_SOURCES = \
	tests/unit/wmi/test-fingerprint.c tests/unit/report/report_sample.c tests/unit/report/report_sample.h
tests_unit_hunt_test_stack_SOURCES = \
	tests/unit/hunt/test-stack.c tests/unit/report/report_sample.c tests/unit/report/report_sample.h
tests_unit_evtx_test_sieve_SOURCES = \
	tests/unit/evtx/test-sieve.c tests/unit/evtx/decode_chunk.c tests/unit/evtx/decode_chunk.h
