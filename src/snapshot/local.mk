# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/snapshot/mof_objects.c src/snapshot/mof_objects.h \
	src/snapshot/object_draft.c src/snapshot/object_draft.h \
	src/snapshot/snapshot.h
