# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/base/aligned.c src/base/aligned.h \
	src/base/byte_set.c src/base/byte_set.h \
	src/base/arena.c src/base/arena.h \
	src/base/bytes.h \
	src/base/crc32.h \
	src/base/fault.c src/base/fault.h \
	src/base/json.c src/base/json.h \
	src/base/json_reader.c src/base/json_reader.h \
	src/base/limits.h \
	src/base/line_buffer.c src/base/line_buffer.h \
	src/base/line_id.c src/base/line_id.h \
	src/base/order.h \
	src/base/packing.c src/base/packing.h \
	src/base/percent.c src/base/percent.h \
	src/base/real.c src/base/real.h \
	src/base/secret_hash.c src/base/secret_hash.h \
	src/base/sha256.c src/base/sha256.h \
	src/base/share.h \
	src/base/text.c src/base/text.h \
	src/base/text_pool.c src/base/text_pool.h \
	src/base/wildcard.c src/base/wildcard.h \
	src/base/xml_text.c src/base/xml_text.h
