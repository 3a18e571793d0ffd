# SPDX-License-Identifier: Apache-2.0

dist_check_SCRIPTS += tests/case-database.sh tests/cases.sh tests/evidence.sh tests/export-parts.sh tests/exports.sh tests/html.sh tests/ids.sh tests/invariants.sh tests/jq-examples.sh tests/objects.sh tests/options.sh tests/recover.sh tests/schema.sh tests/snapshots.sh tests/unsaid.sh tests/word.sh
TESTS += tests/case-database.sh tests/evidence.sh tests/export-parts.sh tests/exports.sh tests/html.sh tests/ids.sh tests/invariants.sh tests/jq-examples.sh tests/objects.sh tests/options.sh tests/recover.sh tests/schema.sh tests/snapshots.sh tests/unsaid.sh tests/word.sh
EXTRA_DIST += tests/exports tests/html tests/schema tests/setup.sh tests/snapshots tests/sieve-rules.yml tests/word

# Rewrites what the golden runs must give; review the difference before committing it.
golden: wmihunt$(EXEEXT)
	(cd $(srcdir) && PATH="$(abs_builddir):$$PATH" $(SHELL) man/screenshot.sh >man/screenshot.new && mv man/screenshot.new man/screenshot.svg)
	srcdir=$(srcdir) builddir=$(builddir) $(SHELL) $(srcdir)/tests/cases.sh --update
.PHONY: golden

# Hosts in several runs.
dist_check_SCRIPTS += tests/engines.sh tests/shards.sh
TESTS += tests/engines.sh tests/shards.sh
EXTRA_DIST += examples/README.md examples/lines.awk examples/names.awk examples/openrelik.py examples/parallel.sh \
	examples/shuffle.awk examples/slurm.sh examples/spark.py

# Seen by units and fuzz targets.
TEST_SUPPORT = \
	tests/support/chunk_writer.c tests/support/chunk_writer.h \
	tests/support/line_without_id.c tests/support/line_without_id.h \
	tests/support/event_json_reference.c tests/support/event_json_reference.h \
	tests/support/memory_stream.c tests/support/memory_stream.h \
	tests/support/report_sample.c tests/support/report_sample.h \
	tests/support/wmi_events.c tests/support/wmi_events.h

include $(srcdir)/tests/cases/local.mk
