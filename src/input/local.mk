# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/input/archive_kind.c src/input/archive_kind.h \
	src/input/descriptor.c src/input/descriptor.h \
	src/input/entry_name.c src/input/entry_name.h \
	src/input/gzip_stream.c src/input/gzip_stream.h \
	src/input/inflate.h \
	src/input/held_stream.c src/input/held_stream.h \
	src/input/layer.c src/input/layer.h \
	src/input/libarchive_stream.c src/input/libarchive_stream.h \
	src/input/meter.c src/input/meter.h \
	src/input/replay_stream.c src/input/replay_stream.h \
	src/input/sevenzip_decode.c src/input/sevenzip_decode.h \
	src/input/sevenzip_key.c src/input/sevenzip_key.h \
	src/input/sevenzip_number.c src/input/sevenzip_number.h \
	src/input/sevenzip_piece.c src/input/sevenzip_piece.h \
	src/input/sevenzip_plain.c src/input/sevenzip_plain.h \
	src/input/sevenzip_proof.c src/input/sevenzip_proof.h \
	src/input/sevenzip_rewrite.c src/input/sevenzip_rewrite.h \
	src/input/sevenzip_streams.c src/input/sevenzip_streams.h \
	src/input/sevenzip_substreams.c \
	src/input/slice.c src/input/slice.h \
	src/input/stream.c src/input/stream.h \
	src/input/unpack.c src/input/unpack.h \
	src/input/unpack_parts.h src/input/unpack_salvage.c \
	src/input/unpack_zip.c src/input/unpack_zip.h \
	src/input/walk.c src/input/walk.h \
	src/input/zip_directory.c src/input/zip_directory.h \
	src/input/zip_entry.c src/input/zip_entry.h
