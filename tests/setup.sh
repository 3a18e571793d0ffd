# SPDX-License-Identifier: Apache-2.0
# Sourced by the test scripts: where things are, and a scratch folder.
# shellcheck shell=sh

build=$(cd "${builddir:-.}" && pwd)
source=$(cd "${srcdir:-.}" && pwd)
PATH=$build:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8 NO_COLOR=1
unset COLUMNS

# make check-sanitized sets it: what only costs time there, and reaches no code that nothing else
# does, is left out.
# shellcheck disable=SC2034 # for those who source this
sanitized=${WH_SANITIZED-}

passed=0
failed=0

# report NAME STATUS: counts and prints one check.
report()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1"
	fi
}

# same NAME FILE FILE: two files must be equal.
same()
{
	if diff -u "$2" "$3" >"$scratch/diff" 2>&1; then
		report "$1" 0
	else
		head -n 40 "$scratch/diff"
		report "$1" 1
	fi
}

# Folders with real logs, or nothing where ../shared is absent.
# shellcheck disable=SC2034 # for those who source this
evidence=${WH_EVIDENCE:-$source/../shared/evidence}

finish()
{
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
