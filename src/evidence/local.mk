# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/evidence/candidate.c src/evidence/candidate.h \
	src/evidence/collector.c src/evidence/collector.h \
	src/evidence/command_line.c src/evidence/command_line.h \
	src/evidence/coverage.c src/evidence/coverage.h \
	src/evidence/coverage_blind.c \
	src/evidence/coverage_lacks.c src/evidence/coverage_lacks.h \
	src/evidence/coverage_part.c src/evidence/coverage_part.h \
	src/evidence/event_copy.c src/evidence/event_copy.h \
	src/evidence/evidence.c src/evidence/evidence.h \
	src/evidence/evidence_host.c \
	src/evidence/evidence_id.c src/evidence/evidence_id.h \
	src/evidence/evidence_read.h \
	src/evidence/evidence_span.h \
	src/evidence/evidence_store.c src/evidence/evidence_store.h \
	src/evidence/evidence_wmi.c \
	src/evidence/link.c src/evidence/link.h \
	src/evidence/link_host.c src/evidence/link_host.h \
	src/evidence/link_index.c src/evidence/link_index.h \
	src/evidence/link_process.c src/evidence/link_process.h \
	src/evidence/link_start.c src/evidence/link_start.h \
	src/evidence/link_subject.c src/evidence/link_subject.h \
	src/evidence/novelty.c src/evidence/novelty.h \
	src/evidence/process_parents.c src/evidence/process_parents.h \
	src/evidence/script_parts.c src/evidence/script_parts.h \
	src/evidence/timeline.c src/evidence/timeline.h
