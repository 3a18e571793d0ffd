# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/correlation/across.c \
	src/correlation/copies.c src/correlation/copies.h \
	src/correlation/correlations.c src/correlation/correlations.h \
	src/correlation/entry_order.c src/correlation/entry_order.h \
	src/correlation/finding.c src/correlation/finding.h \
	src/correlation/link.c \
	src/correlation/load.c src/correlation/load.h \
	src/correlation/node.h \
	src/correlation/report.c \
	src/correlation/state.c src/correlation/state.h \
	src/correlation/window.c src/correlation/window.h
