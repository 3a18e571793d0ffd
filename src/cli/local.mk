# SPDX-License-Identifier: Apache-2.0
wmihunt_SOURCES += \
	src/cli/case_file.c src/cli/case_file.h \
	src/cli/channel_hint.c src/cli/channel_hint.h \
	src/cli/cmd.h \
	src/cli/cmd_baseline.c \
	src/cli/cmd_events.c \
	src/cli/cmd_hunt.c \
	src/cli/cmd_hunt_saved.c \
	src/cli/cmd_lint.c \
	src/cli/cmd_objects.c \
	src/cli/cmd_report.c \
	src/cli/cmd_rules.c \
	src/cli/cmd_stack.c \
	src/cli/diagnostics.c src/cli/diagnostics.h \
	src/cli/main.c \
	src/cli/new_since.c src/cli/new_since.h \
	src/cli/output.c src/cli/output.h \
	src/cli/hunt_options.h \
	src/cli/line_inputs.c src/cli/line_inputs.h \
	src/cli/prompt.c src/cli/prompt.h \
	src/cli/read_options.c src/cli/read_options.h \
	src/cli/reduce.c src/cli/reduce.h \
	src/cli/reducer.c src/cli/reducer.h \
	src/cli/reducer_link.c src/cli/reducer_link.h \
	src/cli/reducer_message.h \
	src/cli/report_files.c src/cli/report_files.h \
	src/cli/rule_messages.c src/cli/rule_messages.h \
	src/cli/rule_options.c src/cli/rule_options.h \
	src/cli/session.c src/cli/session.h \
	src/cli/session_options.c src/cli/session_options.h \
	src/cli/table_options.c src/cli/table_options.h
