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
