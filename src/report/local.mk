# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/report/cell.c src/report/cell.h \
	src/report/columns.c src/report/columns.h \
	src/report/event_line.c src/report/event_line.h \
	src/report/row.c src/report/row.h \
	src/report/subscription_line.c src/report/subscription_line.h \
	src/report/table.c src/report/table.h \
	src/report/wmi_json.c src/report/wmi_json.h
