# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/wmi/activity.c src/wmi/activity.h \
	src/wmi/base64_text.c src/wmi/base64_text.h \
	src/wmi/correlate.c src/wmi/correlate.h \
	src/wmi/digest.c src/wmi/digest.h \
	src/wmi/draft.c src/wmi/draft.h \
	src/wmi/fact.c src/wmi/fact.h \
	src/wmi/literal.c src/wmi/literal.h \
	src/wmi/mof.c src/wmi/mof.h \
	src/wmi/names.c src/wmi/names.h \
	src/wmi/part.c src/wmi/part.h \
	src/wmi/plan.c src/wmi/plan.h \
	src/wmi/payload.c src/wmi/payload.h \
	src/wmi/mof_sid.c src/wmi/mof_sid.h \
	src/wmi/subscription.c src/wmi/subscription.h \
	src/wmi/sysmon.c src/wmi/sysmon.h \
	src/wmi/timeline.c src/wmi/timeline.h

check_PROGRAMS += \
	tests/unit/test-correlate \
	tests/unit/test-fact \
	tests/unit/test-mof \
	tests/unit/test-payload \
	tests/unit/test-wmi-forms
TESTS += \
	tests/unit/test-correlate \
	tests/unit/test-fact \
	tests/unit/test-mof \
	tests/unit/test-payload \
	tests/unit/test-wmi-forms
EXTRA_DIST += tests/forms/mof tests/forms/names.txt tests/forms/payload.txt
WMI_TEST_LIBS = libwmihunt.a $(WH_LIBS) $(CMOCKA_LIBS)
tests_unit_test_correlate_SOURCES = \
	tests/unit/test-correlate.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_correlate_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_correlate_LDADD = $(WMI_TEST_LIBS)
tests_unit_test_fact_SOURCES = \
	tests/unit/test-fact.c tests/unit/wmi_events.c tests/unit/wmi_events.h
tests_unit_test_fact_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_fact_LDADD = $(WMI_TEST_LIBS)
tests_unit_test_mof_SOURCES = tests/unit/test-mof.c
tests_unit_test_mof_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_mof_LDADD = $(WMI_TEST_LIBS)
tests_unit_test_payload_SOURCES = tests/unit/test-payload.c
tests_unit_test_payload_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_payload_LDADD = $(WMI_TEST_LIBS)
tests_unit_test_wmi_forms_SOURCES = tests/unit/test-wmi-forms.c
tests_unit_test_wmi_forms_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_wmi_forms_LDADD = $(WMI_TEST_LIBS)
