# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/repository/cim_block.c src/repository/cim_block.h \
	src/repository/cim_value.h \
	src/repository/class_table.c src/repository/class_table.h \
	src/repository/index_tree.c src/repository/index_tree.h \
	src/repository/known_classes.c src/repository/known_classes.h \
	src/repository/name_hash.c src/repository/name_hash.h \
	src/repository/namespace_table.c src/repository/namespace_table.h \
	src/repository/object_carve.c src/repository/object_carve.h \
	src/repository/object_search.c \
	src/repository/object_store.c src/repository/object_store.h \
	src/repository/object_survey.c \
	src/repository/page_file.c src/repository/page_file.h \
	src/repository/page_map.c src/repository/page_map.h \
	src/repository/repository.c src/repository/repository.h \
	src/repository/repository_carve.c \
	src/repository/repository_maps.c src/repository/repository_maps.h \
	src/repository/repository_reading.h \
	src/repository/repository_stores.c \
	src/repository/repository_system.c \
	src/repository/session_times.c src/repository/session_times.h \
	src/repository/wmi_object.c src/repository/wmi_object.h \
	src/repository/wmi_object_json.c \
	src/repository/wmi_object_pack.c
