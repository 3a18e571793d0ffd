# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/run/frame.c src/run/frame.h \
	src/run/outbox.c src/run/outbox.h \
	src/run/pool.c src/run/pool.h \
	src/run/pool_assign.c src/run/pool_state.h \
	src/run/pool_worker.c src/run/pool_worker.h \
	src/run/process.c src/run/process.h \
	src/run/progress.c src/run/progress.h \
	src/run/signals.c src/run/signals.h \
	src/run/sandbox.c src/run/sandbox.h \
	src/run/worker.c src/run/worker.h
