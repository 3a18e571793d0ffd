# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/evtx/binxml.c src/evtx/binxml.h src/evtx/binxml_instance.h \
	src/evtx/carve.c src/evtx/carve.h \
	src/evtx/chimera.c src/evtx/chimera.h \
	src/evtx/chunk.c src/evtx/chunk.h \
	src/evtx/chunk_check.c src/evtx/chunk_check.h \
	src/evtx/decode.h \
	src/evtx/decode_native.c \
	src/evtx/decode_strings.c \
	src/evtx/field_search.c src/evtx/field_search.h \
	src/evtx/field_text.c src/evtx/field_text.h \
	src/evtx/field_walk.c src/evtx/field_walk.h \
	src/evtx/hidden.c src/evtx/hidden.h \
	src/evtx/literals.c src/evtx/literals.h \
	src/evtx/log_channel.c src/evtx/log_channel.h \
	src/evtx/log_check.c src/evtx/log_check.h \
	src/evtx/log_facts.c src/evtx/log_facts.h \
	src/evtx/log_host.c src/evtx/log_host.h \
	src/evtx/scan.c src/evtx/scan.h src/evtx/scan_chunk.h src/evtx/scan_slack.c \
	src/evtx/sieve.c src/evtx/sieve.h \
	src/evtx/sieve_plan.c \
	src/evtx/slack.c src/evtx/slack.h \
	src/evtx/template_cache.c src/evtx/template_cache.h \
	src/evtx/template_facts.c src/evtx/template_facts.h \
	src/evtx/template_plan.c src/evtx/template_plan.h \
	src/evtx/template_run.c src/evtx/template_run.h \
	src/evtx/template_shape.c src/evtx/template_shape.h \
	src/evtx/template_table.c src/evtx/template_table.h \
	src/evtx/value.c src/evtx/value.h
if LIBEVTX
libwmihunt_a_SOURCES += \
	src/evtx/decode_libevtx.c \
	src/evtx/surrogates.c src/evtx/surrogates.h
else
libwmihunt_a_SOURCES += src/evtx/decode_no_libevtx.c
endif
