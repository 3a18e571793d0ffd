# SPDX-License-Identifier: Apache-2.0
# Golden runs, and the examples of the documents.
dist_check_SCRIPTS += tests/examples.sh
TESTS += tests/cases.sh tests/examples.sh
EXTRA_DIST += tests/cases tests/examples
