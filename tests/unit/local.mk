# SPDX-License-Identifier: Apache-2.0
# A test's source is its name with .c, unless it is named below.
UNIT_TESTS = \
	tests/unit/test-baseline \
	tests/unit/test-binxml \
	tests/unit/test-chunk \
	tests/unit/test-correlate \
	tests/unit/test-correlations \
	tests/unit/test-crc32 \
	tests/unit/test-decode \
	tests/unit/test-decode-damage \
	tests/unit/test-event \
	tests/unit/test-evidence \
	tests/unit/test-evidence-link \
	tests/unit/test-event-rules \
	tests/unit/test-fact \
	tests/unit/test-filetime \
	tests/unit/test-id-watch \
	tests/unit/test-fingerprint \
	tests/unit/test-literals \
	tests/unit/test-mof \
	tests/unit/test-needle \
	tests/unit/test-payload \
	tests/unit/test-percent \
	tests/unit/test-pool \
	tests/unit/test-progress \
	tests/unit/test-recover \
	tests/unit/test-report-cell \
	tests/unit/test-report-correlation \
	tests/unit/test-report-evidence \
	tests/unit/test-report-lines \
	tests/unit/test-report-table \
	tests/unit/test-rule-forms \
	tests/unit/test-rules \
	tests/unit/test-sandbox \
	tests/unit/test-sandbox-calls \
	tests/unit/test-sevenzip-damage \
	tests/unit/test-sevenzip-plain \
	tests/unit/test-sieve \
	tests/unit/test-sigma-correlation \
	tests/unit/test-stack \
	tests/unit/test-text \
	tests/unit/test-triage \
	tests/unit/test-unpack \
	tests/unit/test-value \
	tests/unit/test-wmi-forms \
	tests/unit/test-zip-directory
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
EXTRA_DIST += tests/forms tests/unit/cmocka_test.h

tests_unit_test_correlate_SOURCES = \
	tests/unit/test-correlate.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_decode_SOURCES = \
	tests/unit/test-decode.c tests/unit/decode_chunk.c tests/unit/decode_chunk.h
tests_unit_test_decode_damage_SOURCES = \
	tests/unit/test-decode-damage.c tests/unit/decode_chunk.c tests/unit/decode_chunk.h
tests_unit_test_evidence_SOURCES = \
	tests/unit/test-evidence.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_evidence_link_SOURCES = \
	tests/unit/test-evidence-link.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_fact_SOURCES = \
	tests/unit/test-fact.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_report_correlation_SOURCES = \
	tests/unit/test-report-correlation.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_report_evidence_SOURCES = \
	tests/unit/test-report-evidence.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_report_lines_SOURCES = \
	tests/unit/test-report-lines.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_report_table_SOURCES = \
	tests/unit/test-report-table.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_sandbox_SOURCES = \
	tests/unit/test-sandbox.c tests/unit/sandbox_child.c tests/unit/sandbox_child.h
tests_unit_test_sandbox_calls_SOURCES = \
	tests/unit/test-sandbox-calls.c tests/unit/sandbox_child.c tests/unit/sandbox_child.h
tests_unit_test_recover_SOURCES = \
	tests/unit/test-recover.c tests/unit/scan_bytes.c tests/unit/scan_bytes.h
tests_unit_test_sevenzip_damage_SOURCES = \
	tests/unit/test-sevenzip-damage.c tests/unit/sevenzip_archive.c \
	tests/unit/sevenzip_archive.h tests/unit/archive_contents.c \
	tests/unit/archive_contents.h tests/unit/memory_stream.c tests/unit/memory_stream.h
tests_unit_test_sevenzip_plain_SOURCES = \
	tests/unit/test-sevenzip-plain.c tests/unit/archive_contents.c \
	tests/unit/archive_contents.h tests/unit/memory_stream.c tests/unit/memory_stream.h
tests_unit_test_unpack_SOURCES = \
	tests/unit/test-unpack.c tests/unit/archive_bytes.h \
	tests/unit/zip_make.c tests/unit/zip_make.h
tests_unit_test_zip_directory_SOURCES = \
	tests/unit/test-zip-directory.c tests/unit/archive_bytes.h \
	tests/unit/zip_make.c tests/unit/zip_make.h
tests_unit_test_baseline_SOURCES = \
	tests/unit/test-baseline.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_fingerprint_SOURCES = \
	tests/unit/test-fingerprint.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_stack_SOURCES = \
	tests/unit/test-stack.c tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_sieve_SOURCES = \
	tests/unit/test-sieve.c tests/unit/decode_chunk.c tests/unit/decode_chunk.h
