# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/map/collection_notes.c src/map/collection_notes.h \
	src/map/crash.c src/map/crash.h \
	src/map/dedup.c src/map/dedup.h \
	src/map/export_part.c src/map/export_part.h \
	src/map/export_twins.c src/map/export_twins.h \
	src/map/file_format.c src/map/file_format.h \
	src/map/file_head.c src/map/file_head.h \
	src/map/fault_groups.c src/map/fault_groups.h \
	src/map/event_lines.c src/map/event_lines.h \
	src/map/input_collections.c src/map/input_collections.h \
	src/map/input_groups.c src/map/input_groups.h \
	src/map/input_repositories.c src/map/input_repositories.h \
	src/map/input_source.c src/map/input_source.h \
	src/map/input_task.c src/map/input_task.h \
	src/map/line_key.c src/map/line_key.h \
	src/map/log_line.c src/map/log_line.h \
	src/map/log_parts.c src/map/log_parts.h \
	src/map/log_teller.c src/map/log_teller.h \
	src/map/log_word.c src/map/log_word.h \
	src/map/map.c src/map/map.h \
	src/map/map_settings.c \
	src/map/mapper.c src/map/mapper.h src/map/mapper_state.h \
	src/map/object_reader.c src/map/object_reader.h \
	src/map/protocol.c src/map/protocol.h \
	src/map/query.c src/map/query.h \
	src/map/repository_set.c src/map/repository_set.h \
	src/map/run_lines.c src/map/run_lines.h \
	src/map/unread.c src/map/unread.h
