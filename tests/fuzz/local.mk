# SPDX-License-Identifier: Apache-2.0
# Each target reads one kind of input. make check replays its corpus; make fuzz builds it with
# libFuzzer as ./fuzz-NAME (run it as: ./fuzz-NAME NEW-CORPUS tests/fuzz/corpus/NAME).
FUZZ_TARGETS = chunk decode event-line mof payload rules sevenzip xml

FUZZ_REPLAYS = \
	tests/fuzz/replay-chunk \
	tests/fuzz/replay-decode \
	tests/fuzz/replay-event-line \
	tests/fuzz/replay-mof \
	tests/fuzz/replay-payload \
	tests/fuzz/replay-rules \
	tests/fuzz/replay-sevenzip \
	tests/fuzz/replay-unpack \
	tests/fuzz/replay-xml
check_PROGRAMS += $(FUZZ_REPLAYS)

tests_fuzz_replay_chunk_SOURCES = tests/fuzz/fuzz-chunk.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_decode_SOURCES = tests/fuzz/fuzz-decode.c tests/fuzz/replay.c
tests_fuzz_replay_event_line_SOURCES = tests/fuzz/fuzz-event-line.c tests/fuzz/replay.c
tests_fuzz_replay_mof_SOURCES = tests/fuzz/fuzz-mof.c tests/fuzz/replay.c
tests_fuzz_replay_payload_SOURCES = tests/fuzz/fuzz-payload.c tests/fuzz/replay.c
tests_fuzz_replay_rules_SOURCES = tests/fuzz/fuzz-rules.c tests/fuzz/replay.c
tests_fuzz_replay_sevenzip_SOURCES = tests/fuzz/fuzz-sevenzip.c tests/fuzz/replay.c
tests_fuzz_replay_unpack_SOURCES = tests/fuzz/fuzz-unpack.c tests/fuzz/replay.c
tests_fuzz_replay_xml_SOURCES = tests/fuzz/fuzz-xml.c tests/fuzz/replay.c

dist_check_SCRIPTS += tests/fuzz/replay.sh
TESTS += tests/fuzz/replay.sh
EXTRA_DIST += tests/fuzz/corpus

.PHONY: fuzz
fuzz: hunts/packs.c
	$(AM_V_at)sources=; for file in $(libwmihunt_a_SOURCES); do \
		case $$file in *.c) sources="$$sources $(srcdir)/$$file" ;; esac; \
	done; \
	for target in $(FUZZ_TARGETS); do \
		echo "  FUZZ     fuzz-$$target"; \
		clang -std=gnu11 -O1 -g -fsanitize=fuzzer,address,undefined \
			-fno-sanitize-recover=all -w $(DEFS) $(AM_CPPFLAGS) $(WH_CFLAGS) \
			-o fuzz-$$target $(srcdir)/tests/fuzz/fuzz-$$target.c $$sources \
			hunts/packs.c $(WH_LIBS) || exit 1; \
	done
