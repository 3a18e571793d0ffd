# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/input/bad_ranges.c src/input/bad_ranges.h \
	src/input/descriptor.c src/input/descriptor.h \
	src/input/stream.c src/input/stream.h \
	src/input/volume_name.c src/input/volume_name.h \
	src/input/volumes.c src/input/volumes.h \
	src/input/repository_name.c src/input/repository_name.h \
	src/input/walk.c src/input/walk.h \
	src/input/walker.c src/input/walker.h
