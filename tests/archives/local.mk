# SPDX-License-Identifier: Apache-2.0
# Archives end to end, and what makes those that no packer writes.
check_PROGRAMS += tests/archives/flip tests/archives/zipcraft
tests_archives_zipcraft_SOURCES = \
	tests/archives/zip_write.c tests/archives/zip_write.h \
	tests/archives/zipcraft.c

dist_check_SCRIPTS += tests/archives.sh tests/ends.sh tests/hostile.sh tests/running.sh
TESTS += tests/archives.sh tests/ends.sh tests/hostile.sh tests/running.sh
EXTRA_DIST += tests/archives/setup.sh tests/ends/bad_disk.c
