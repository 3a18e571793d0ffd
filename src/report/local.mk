# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/report/attack_tag.c src/report/attack_tag.h \
	src/report/case_database.c src/report/case_database.h \
	src/report/case_report.c src/report/case_report.h \
	src/report/case_schema.c src/report/case_schema.h \
	src/report/cell.c src/report/cell.h \
	src/report/columns.c src/report/columns.h \
	src/report/correlation_line.c src/report/correlation_line.h \
	src/report/coverage_line.c src/report/coverage_line.h \
	src/report/coverage_text.c src/report/coverage_text.h \
	src/report/csv.c src/report/csv.h \
	src/report/distinct.c src/report/distinct.h \
	src/report/ecs.c src/report/ecs.h \
	src/report/ecs_document.c src/report/ecs_document.h \
	src/report/evidence_line.c src/report/evidence_line.h \
	src/report/event_form.c src/report/event_form.h src/report/event_fields.def \
	src/report/explain.c src/report/explain.h \
	src/report/finding_cells.c src/report/finding_cells.h \
	src/report/flat_line.c src/report/flat_line.h \
	src/report/hosts.c src/report/hosts.h \
	src/report/html.c src/report/html.h src/report/html_page.h \
	src/report/html_data.c src/report/html_data.h \
	src/report/jsonl.c src/report/jsonl.h \
	src/report/match_line.c src/report/match_line.h \
	src/report/match_json.c src/report/match_json.h \
	src/report/navigator.c src/report/navigator.h \
	src/report/prose.c src/report/prose.h \
	src/report/report.c src/report/report.h \
	src/report/row.c src/report/row.h \
	src/report/saved_coverage.c \
	src/report/saved_evidence.c \
	src/report/saved_line.c src/report/saved_line.h \
	src/report/saved_members.c src/report/saved_members.h \
	src/report/saved_stored.c \
	src/report/saved_subscription.c src/report/saved_tables.h \
	src/report/scripts.c src/report/scripts.h \
	src/report/stack_line.c src/report/stack_line.h \
	src/report/stored_json.c src/report/stored_json.h \
	src/report/subscription_line.c src/report/subscription_line.h \
	src/report/supertimeline.c src/report/supertimeline.h \
	src/report/table.c src/report/table.h \
	src/report/tar_entry.c src/report/tar_entry.h \
	src/report/timeline_formats.c src/report/timeline_formats.h \
	src/report/timeline_json.c src/report/timeline_json.h \
	src/report/told_json.c src/report/told_json.h

include $(srcdir)/src/report/html/local.mk
