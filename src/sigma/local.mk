# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/sigma/condition.c src/sigma/condition.h \
	src/sigma/detection.c src/sigma/detection.h \
	src/sigma/documents.c src/sigma/documents.h \
	src/sigma/encoding.c src/sigma/encoding.h \
	src/sigma/field_test.c src/sigma/field_test.h \
	src/sigma/fields.c src/sigma/fields.h \
	src/sigma/lint.c src/sigma/lint.h \
	src/sigma/log_source.c src/sigma/log_source.h \
	src/sigma/log_source_table.c \
	src/sigma/match.c src/sigma/match.h \
	src/sigma/modifier.c src/sigma/modifier.h \
	src/sigma/needle.c src/sigma/needle.h \
	src/sigma/network.c src/sigma/network.h \
	src/sigma/number.c src/sigma/number.h \
	src/sigma/packed.c src/sigma/packed.h \
	src/sigma/packs.h \
	src/sigma/pattern.c src/sigma/pattern.h \
	src/sigma/prefilter.c src/sigma/prefilter.h \
	src/sigma/regex.c src/sigma/regex.h \
	src/sigma/regex_text.c src/sigma/regex_text.h \
	src/sigma/remote_node.c src/sigma/remote_node.h \
	src/sigma/rule.c src/sigma/rule.h \
	src/sigma/rule_head.c src/sigma/rule_head.h \
	src/sigma/rule_load.c \
	src/sigma/rule_packed.c src/sigma/rule_packed.h \
	src/sigma/rule_wants.c src/sigma/rule_wants.h \
	src/sigma/selection.c src/sigma/selection.h \
	src/sigma/sigma_text.c src/sigma/sigma_text.h \
	src/sigma/time_part.c src/sigma/time_part.h \
	src/sigma/yaml.c src/sigma/yaml.h \
	src/sigma/yaml_plain.c src/sigma/yaml_plain.h \
	src/sigma/yaml_quote.c src/sigma/yaml_quote.h
