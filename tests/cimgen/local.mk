# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/cimgen/cimgen
tests_cimgen_cimgen_SOURCES = \
	tests/cimgen/bytes_add.h \
	tests/cimgen/cimgen.c \
	tests/cimgen/class_plan.c tests/cimgen/class_plan.h \
	tests/cimgen/index_pages.c tests/cimgen/index_pages.h \
	tests/cimgen/map_write.c tests/cimgen/map_write.h \
	tests/cimgen/hashed_name.c tests/cimgen/hashed_name.h \
	tests/cimgen/object_pages.c tests/cimgen/object_pages.h \
	tests/cimgen/paged_file.c tests/cimgen/paged_file.h \
	tests/cimgen/record_write.c tests/cimgen/record_write.h \
	tests/cimgen/repository_write.c tests/cimgen/repository_write.h \
	tests/cimgen/script.c tests/cimgen/script.h \
	tests/cimgen/spoil.c tests/cimgen/spoil.h \
	tests/evtxgen/binxml_write.h \
	tests/evtxgen/encode.c tests/evtxgen/encode.h \
	tests/evtxgen/value.c tests/evtxgen/value.h \
	tests/evtxgen/value_read.c tests/evtxgen/value_read.h \
	tests/evtxgen/yaml_read.c tests/evtxgen/yaml_read.h

dist_check_SCRIPTS += tests/cimgen/repositories-test.sh
TESTS += tests/cimgen/repositories-test.sh
EXTRA_DIST += tests/cimgen/sample-host.sh \
	tests/cim/README \
	tests/cim/history.jsonl tests/cim/history.yml \
	tests/cim/oddities.jsonl tests/cim/oddities.yml \
	tests/cim/sha256sums \
	tests/cim/standard-classes.yml \
	tests/cim/xp.jsonl tests/cim/xp.yml \
	samples/print-server/Repository.jsonl samples/print-server/Repository.yml \
	samples/print-server/WMI-Activity.evtx.yml samples/print-server.zip

# Writes the archive of the logs and the repository of samples/print-server anew, after a description has
# changed.
.PHONY: sample-host
sample-host: tests/cimgen/cimgen$(EXEEXT) tests/evtxgen/evtxgen$(EXEEXT)
	$(SHELL) $(srcdir)/tests/cimgen/sample-host.sh $(srcdir) . $(srcdir)/samples/print-server.zip
