# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/hunt/condition.c src/hunt/condition.h \
	src/hunt/detection.c src/hunt/detection.h \
	src/hunt/event_matches.c src/hunt/event_matches.h \
	src/hunt/field_test.c src/hunt/field_test.h \
	src/hunt/lint.c src/hunt/lint.h \
	src/hunt/log_source.c src/hunt/log_source.h \
	src/hunt/match.c src/hunt/match.h \
	src/hunt/modifier.c src/hunt/modifier.h \
	src/hunt/packs.h \
	src/hunt/pattern.c src/hunt/pattern.h \
	src/hunt/regex.c src/hunt/regex.h \
	src/hunt/rule.c src/hunt/rule.h \
	src/hunt/rule_files.c \
	src/hunt/rule_load.c \
	src/hunt/rules.c src/hunt/rules.h \
	src/hunt/selection.c src/hunt/selection.h \
	src/hunt/subject.c src/hunt/subject.h \
	src/hunt/yaml.c src/hunt/yaml.h
