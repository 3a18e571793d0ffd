# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/hunt/baseline.c src/hunt/baseline.h \
	src/hunt/baseline_text.c src/hunt/baseline_text.h \
	src/hunt/demands.c src/hunt/demands.h \
	src/hunt/event_matches.c src/hunt/event_matches.h \
	src/hunt/event_rules.c src/hunt/event_rules.h \
	src/hunt/field_answers.c src/hunt/field_answers.h \
	src/hunt/finding.c src/hunt/finding.h \
	src/hunt/rule_claims.c src/hunt/rule_claims.h \
	src/hunt/rule_files.c \
	src/hunt/rule_gate.c src/hunt/rule_gate.h \
	src/hunt/rule_set.h src/hunt/rules_load.c \
	src/hunt/rules.c src/hunt/rules.h \
	src/hunt/rules_about.c src/hunt/rules_about.h \
	src/hunt/judges.c src/hunt/judges.h \
	src/hunt/left_out.c src/hunt/left_out.h \
	src/hunt/saved_matches.h \
	src/hunt/stack.c src/hunt/stack.h \
	src/hunt/unmet_rules.c \
	src/hunt/unnamed_parent.c src/hunt/unnamed_parent.h
