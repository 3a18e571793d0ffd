# SPDX-License-Identifier: Apache-2.0

dist_check_SCRIPTS += tests/hunts.sh
TESTS += tests/hunts.sh
EXTRA_DIST += tests/hunts tests/clean
