# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/report/cell.c src/report/cell.h \
	src/report/columns.c src/report/columns.h \
	src/report/event_line.c src/report/event_line.h \
	src/report/row.c src/report/row.h \
	src/report/subscription_line.c src/report/subscription_line.h \
	src/report/table.c src/report/table.h \
	src/report/wmi_json.c src/report/wmi_json.h

check_PROGRAMS += tests/unit/test-report-cell
TESTS += tests/unit/test-report-cell
tests_unit_test_report_cell_SOURCES = tests/unit/test-report-cell.c
tests_unit_test_report_cell_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_report_cell_LDADD = libwmihunt.a $(WH_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test-report-lines
TESTS += tests/unit/test-report-lines
tests_unit_test_report_lines_SOURCES = \
	tests/unit/test-report-lines.c \
	tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_report_lines_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_report_lines_LDADD = libwmihunt.a $(WH_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test-report-table
TESTS += tests/unit/test-report-table
tests_unit_test_report_table_SOURCES = \
	tests/unit/test-report-table.c \
	tests/unit/report_sample.c tests/unit/report_sample.h
tests_unit_test_report_table_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_report_table_LDADD = libwmihunt.a $(WH_LIBS) $(CMOCKA_LIBS)
