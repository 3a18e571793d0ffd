# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/evtxgen/evtxgen
tests_evtxgen_evtxgen_SOURCES = \
	tests/evtxgen/binxml_write.c tests/evtxgen/binxml_write.h \
	tests/evtxgen/chunk_write.c tests/evtxgen/chunk_write.h \
	tests/evtxgen/damage.c tests/evtxgen/damage.h \
	tests/evtxgen/data_shape.c \
	tests/evtxgen/description.c tests/evtxgen/description.h \
	tests/evtxgen/encode.c tests/evtxgen/encode.h \
	tests/evtxgen/event_shape.c \
	tests/evtxgen/evtxgen.c \
	tests/evtxgen/generate.c tests/evtxgen/generate.h \
	tests/evtxgen/log_write.c tests/evtxgen/log_write.h \
	tests/evtxgen/record_shape.h \
	tests/evtxgen/value.c tests/evtxgen/value.h \
	tests/evtxgen/value_read.c tests/evtxgen/value_read.h \
	tests/evtxgen/xml_tree.c \
	tests/evtxgen/yaml_read.c tests/evtxgen/yaml_read.h

SAMPLES = \
	samples/attacked-host.evtx \
	samples/clean-host.evtx \
	samples/damaged.evtx \
	samples/forwarded.evtx \
	samples/hostile-strings.evtx \
	samples/infected-host.evtx \
	samples/sysmon-only.evtx \
	samples/value-types.evtx

dist_check_SCRIPTS += tests/evtxgen/samples-test.sh
TESTS += tests/evtxgen/samples-test.sh
EXTRA_DIST += $(SAMPLES) $(SAMPLES:=.yml)

# Writes the logs of samples/ anew, after a description has changed.
.PHONY: samples
samples: tests/evtxgen/evtxgen$(EXEEXT)
	for log in $(SAMPLES); do \
		tests/evtxgen/evtxgen$(EXEEXT) $(srcdir)/$$log.yml $(srcdir)/$$log || exit 1; \
	done
