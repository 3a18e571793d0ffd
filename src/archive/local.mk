# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/archive/archive_kind.c src/archive/archive_kind.h \
	src/archive/entry_name.c src/archive/entry_name.h \
	src/archive/gzip_stream.c src/archive/gzip_stream.h \
	src/archive/held_stream.c src/archive/held_stream.h \
	src/archive/inflate.c src/archive/inflate.h \
	src/archive/layer.c src/archive/layer.h \
	src/archive/libarchive_stream.c src/archive/libarchive_stream.h \
	src/archive/meter.c src/archive/meter.h \
	src/archive/packed_stream.c src/archive/packed_stream.h \
	src/archive/replay_stream.c src/archive/replay_stream.h \
	src/archive/slice.c src/archive/slice.h \
	src/archive/unpack.c src/archive/unpack.h \
	src/archive/unpack_item.c \
	src/archive/unpack_parts.c src/archive/unpack_parts.h \
	src/archive/unpack_rest.c \
	src/archive/unpack_salvage.c \
	src/archive/unpack_sequence.c \
	src/archive/unpack_zip.c \
	src/archive/zip_directory.c src/archive/zip_directory.h \
	src/archive/zip_entry.c src/archive/zip_entry.h \
	src/archive/sevenzip/decode.c src/archive/sevenzip/decode.h \
	src/archive/sevenzip/key.c src/archive/sevenzip/key.h \
	src/archive/sevenzip/number.c src/archive/sevenzip/number.h \
	src/archive/sevenzip/piece.c src/archive/sevenzip/piece.h \
	src/archive/sevenzip/plain.c src/archive/sevenzip/plain.h \
	src/archive/sevenzip/proof.c src/archive/sevenzip/proof.h \
	src/archive/sevenzip/rewrite.c src/archive/sevenzip/rewrite.h \
	src/archive/sevenzip/streams.c src/archive/sevenzip/streams.h \
	src/archive/sevenzip/substreams.c
