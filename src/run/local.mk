# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/run/frame.c src/run/frame.h \
	src/run/pool.c src/run/pool.h \
	src/run/progress.c src/run/progress.h \
	src/run/sandbox.c src/run/sandbox.h \
	src/run/worker.c src/run/worker.h
