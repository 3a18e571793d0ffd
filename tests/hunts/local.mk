# SPDX-License-Identifier: Apache-2.0

dist_check_SCRIPTS += tests/hunts.sh tests/packs.sh
TESTS += tests/hunts.sh tests/packs.sh
EXTRA_DIST += tests/hunts tests/clean tests/packs
