# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/event/collection.c src/event/collection.h \
	src/event/event.c src/event/event.h \
	src/event/event_build.c src/event/event_build.h \
	src/event/event_format.c src/event/event_format.h \
	src/event/event_id.c src/event/event_id.h \
	src/event/event_json.c src/event/event_json.h \
	src/event/event_kinds.c src/event/event_kinds.h \
	src/event/event_pack.c src/event/event_pack.h \
	src/event/event_ref.c src/event/event_ref.h \
	src/event/event_times.c src/event/event_times.h \
	src/event/event_xml.c src/event/event_xml.h \
	src/event/field_groups.c src/event/field_groups.h \
	src/event/filetime.c src/event/filetime.h \
	src/event/key_names.c src/event/key_names.h \
	src/event/sid.c src/event/sid.h
