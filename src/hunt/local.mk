# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/hunt/backtrack.c src/hunt/backtrack.h \
	src/hunt/baseline.c src/hunt/baseline.h \
	src/hunt/baseline_text.c src/hunt/baseline_text.h \
	src/hunt/condition.c src/hunt/condition.h \
	src/hunt/correlation.c src/hunt/correlation.h \
	src/hunt/correlation_finding.h \
	src/hunt/correlation_link.c \
	src/hunt/correlation_node.h \
	src/hunt/correlation_report.c \
	src/hunt/correlation_state.c src/hunt/correlation_state.h \
	src/hunt/correlation_window.c src/hunt/correlation_window.h \
	src/hunt/correlations.c src/hunt/correlations.h \
	src/hunt/demand.c src/hunt/demand.h \
	src/hunt/detection.c src/hunt/detection.h \
	src/hunt/documents.c src/hunt/documents.h \
	src/hunt/encoding.c src/hunt/encoding.h \
	src/hunt/event_matches.c src/hunt/event_matches.h \
	src/hunt/event_rules.c src/hunt/event_rules.h \
	src/hunt/field_test.c src/hunt/field_test.h \
	src/hunt/lint.c src/hunt/lint.h \
	src/hunt/log_source.c src/hunt/log_source.h \
	src/hunt/log_source_table.c \
	src/hunt/match.c src/hunt/match.h \
	src/hunt/modifier.c src/hunt/modifier.h \
	src/hunt/needle.c src/hunt/needle.h \
	src/hunt/network.c src/hunt/network.h \
	src/hunt/number.c src/hunt/number.h \
	src/hunt/packs.h \
	src/hunt/pattern.c src/hunt/pattern.h \
	src/hunt/regex.c src/hunt/regex.h \
	src/hunt/rule.c src/hunt/rule.h \
	src/hunt/rule_files.c \
	src/hunt/rule_head.c src/hunt/rule_head.h \
	src/hunt/rule_load.c \
	src/hunt/rule_wants.c src/hunt/rule_wants.h \
	src/hunt/rules.c src/hunt/rules.h \
	src/hunt/selection.c src/hunt/selection.h \
	src/hunt/sigma_text.c src/hunt/sigma_text.h \
	src/hunt/stack.c src/hunt/stack.h \
	src/hunt/subject.c src/hunt/subject.h \
	src/hunt/text_index.c src/hunt/text_index.h \
	src/hunt/time_part.c src/hunt/time_part.h \
	src/hunt/yaml.c src/hunt/yaml.h \
	src/hunt/yaml_quote.c src/hunt/yaml_quote.h
