# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/wmi/activity.c src/wmi/activity.h \
	src/wmi/base64_text.c src/wmi/base64_text.h \
	src/wmi/cost.c src/wmi/cost.h \
	src/wmi/digest.c src/wmi/digest.h \
	src/wmi/draft.c src/wmi/draft.h \
	src/wmi/elsewhere.c src/wmi/elsewhere.h \
	src/wmi/event_line.c src/wmi/event_line.h \
	src/wmi/export_copies.c src/wmi/export_copies.h \
	src/wmi/fact.c src/wmi/fact.h \
	src/wmi/fingerprint.c src/wmi/fingerprint.h \
	src/wmi/host_event.c src/wmi/host_event.h \
	src/wmi/host_machines.c \
	src/wmi/host_name_log.h \
	src/wmi/host_names.c src/wmi/host_names.h \
	src/wmi/host_renames.c \
	src/wmi/in_place.c src/wmi/in_place.h \
	src/wmi/join.c src/wmi/join.h \
	src/wmi/keeper.c src/wmi/keeper.h \
	src/wmi/lifecycle.c src/wmi/lifecycle.h \
	src/wmi/literal.c src/wmi/literal.h \
	src/wmi/mof.c src/wmi/mof.h \
	src/wmi/mof_reader.c src/wmi/mof_reader.h \
	src/wmi/mof_statement.c src/wmi/mof_statement.h \
	src/wmi/mof_text.c src/wmi/mof_text.h \
	src/wmi/mof_sid.c src/wmi/mof_sid.h \
	src/wmi/names.c src/wmi/names.h \
	src/wmi/object_mof.c src/wmi/object_mof.h \
	src/wmi/record_order.c src/wmi/record_order.h \
	src/wmi/part.c src/wmi/part.h \
	src/wmi/part_hosts.c src/wmi/part_hosts.h \
	src/wmi/payload.c src/wmi/payload.h \
	src/wmi/stored.c src/wmi/stored.h \
	src/wmi/stored_beside.c \
	src/wmi/stored_conflicts.c src/wmi/stored_conflicts.h \
	src/wmi/stored_groups.c \
	src/wmi/stored_hosts.c \
	src/wmi/stored_join.c \
	src/wmi/stored_objects.c src/wmi/stored_objects.h \
	src/wmi/stored_set.h \
	src/wmi/subscription.c src/wmi/subscription.h \
	src/wmi/subscription_id.c src/wmi/subscription_id.h \
	src/wmi/sysmon.c src/wmi/sysmon.h \
	src/wmi/told.c src/wmi/told.h \
	src/wmi/told_hosts.c src/wmi/told_hosts.h \
	src/wmi/told_join.c src/wmi/told_missing.c \
	src/wmi/undecoded.c src/wmi/undecoded.h \
	src/wmi/version.h \
	src/wmi/wmi_json.c src/wmi/wmi_json.h
