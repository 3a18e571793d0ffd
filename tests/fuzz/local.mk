# SPDX-License-Identifier: Apache-2.0
# Each target reads one kind of input. make check replays its corpus; make fuzz builds it with
# libFuzzer as ./fuzz-NAME (run it as: ./fuzz-NAME NEW-CORPUS tests/fuzz/corpus/NAME).
FUZZ_TARGETS = \
	tests/fuzz/fuzz-answers.c \
	tests/fuzz/fuzz-chunk.c \
	tests/fuzz/fuzz-chunk-rules.c \
	tests/fuzz/fuzz-class-record.c \
	tests/fuzz/fuzz-decode.c \
	tests/fuzz/fuzz-event-json.c \
	tests/fuzz/fuzz-event-line.c \
	tests/fuzz/fuzz-export-clixml.c \
	tests/fuzz/fuzz-export-csv.c \
	tests/fuzz/fuzz-export-json.c \
	tests/fuzz/fuzz-export-text.c \
	tests/fuzz/fuzz-index-page.c \
	tests/fuzz/fuzz-instance-record.c \
	tests/fuzz/fuzz-lines.c \
	tests/fuzz/fuzz-message.c \
	tests/fuzz/fuzz-mof.c \
	tests/fuzz/fuzz-object-page.c \
	tests/fuzz/fuzz-page-map.c \
	tests/fuzz/fuzz-payload.c \
	tests/fuzz/fuzz-recover.c \
	tests/fuzz/fuzz-repository.c \
	tests/fuzz/fuzz-rules.c \
	tests/fuzz/fuzz-saved-line.c \
	tests/fuzz/fuzz-sevenzip.c \
	tests/fuzz/fuzz-sieve.c \
	tests/fuzz/fuzz-snapshot.c \
	tests/fuzz/fuzz-unpack.c \
	tests/fuzz/fuzz-xml.c
FUZZ_SUPPORT = \
	tests/support/chunk_writer.c tests/support/event_json_reference.c \
	tests/support/export_pass.c tests/support/memory_stream.c tests/support/scan_pair.c

check_PROGRAMS += tests/fuzz/replay
tests_fuzz_replay_SOURCES = \
	tests/fuzz/replay.c tests/fuzz/fuzz.h $(FUZZ_TARGETS) \
	$(FUZZ_SUPPORT) tests/support/chunk_writer.h \
	tests/support/event_json_reference.h tests/support/export_pass.h \
	tests/support/memory_stream.h \
	tests/support/scan_pair.h

dist_check_SCRIPTS += tests/fuzz/replay.sh
TESTS += tests/fuzz/replay.sh
EXTRA_DIST += tests/fuzz/corpus

# The tree is compiled once for all targets.
FUZZ_CC = clang -std=gnu11 -O2 -g -w -fno-sanitize-recover=all $(DEFS) $(AM_CPPFLAGS) $(WH_CFLAGS)
.PHONY: fuzz
fuzz: $(nodist_libwmihunt_a_SOURCES) $(nodist_libpacked_a_SOURCES)
	$(AM_V_at)rm -rf fuzz-objects && mkdir fuzz-objects && \
	for file in $(libwmihunt_a_SOURCES) $(nodist_libwmihunt_a_SOURCES) \
		$(nodist_libpacked_a_SOURCES) $(FUZZ_SUPPORT); do \
		case $$file in *.c) ;; *) continue ;; esac; \
		test -e $$file || file=$(srcdir)/$$file; \
		object=fuzz-objects/$$(echo "$$file" | tr / -).o; \
		$(FUZZ_CC) -fsanitize=fuzzer-no-link,address,undefined -c -o $$object $$file || exit 1; \
	done; \
	for file in $(FUZZ_TARGETS); do \
		name=$$(basename $$file .c); \
		echo "  FUZZ     $$name"; \
		$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -DWH_LIBFUZZER -o $$name \
			$(srcdir)/$$file fuzz-objects/*.o $(WH_LIBS) || exit 1; \
	done; \
	rm -rf fuzz-objects
