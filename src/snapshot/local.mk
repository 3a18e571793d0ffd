# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/snapshot/form_osquery.c \
	src/snapshot/form_powershell.c \
	src/snapshot/form_records.c \
	src/snapshot/form_tables.c \
	src/snapshot/form_velociraptor.c \
	src/snapshot/mof_objects.c src/snapshot/mof_objects.h \
	src/snapshot/object_draft.c src/snapshot/object_draft.h \
	src/snapshot/object_gather.c src/snapshot/object_gather.h \
	src/snapshot/snapshot.h \
	src/snapshot/snapshot_cim.c src/snapshot/snapshot_cim.h \
	src/snapshot/snapshot_form.c \
	src/snapshot/snapshot_name.c src/snapshot/snapshot_name.h \
	src/snapshot/snapshot_run.c src/snapshot/snapshot_run.h \
	src/snapshot/snapshot_text.c src/snapshot/snapshot_text.h \
	src/snapshot/snapshot_value.c src/snapshot/snapshot_value.h \
	src/snapshot/text_autoruns.c \
	src/snapshot/text_finder.c \
	src/snapshot/text_wmic.c
