#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Golden runs: each folder of tests/cases has cmd, and what it must give: out, err (absent:
# not looked at) and rc. A cmd that ends with 77 is skipped, its output says why. With --update
# the expectations are rewritten instead.
. "${srcdir:-.}/tests/setup.sh"

update=no
[ "${1-}" = --update ] && update=yes
cd "$source" || exit 99
export WORK="$scratch/work"

# Times differ from run to run.
steady()
{
	sed -E 's/; [0-9.]+ s, [0-9.]+ MB/; T s, R MB/; s/"seconds":[0-9.]+,"mb_per_second":[0-9.]+/"seconds":T,"mb_per_second":R/; s/; wmihunt [0-9.]+, rules [0-9a-f]{12};/; wmihunt V, rules SHA;/; s/"version":"[0-9.]+","rules":[0-9]+,"rules_sha256":"[0-9a-f]{64}"/"version":V,"rules":N,"rules_sha256":SHA/'
}

for case in tests/cases/*/; do
	case=${case%/}
	rm -rf "$WORK"
	mkdir "$WORK"
	sh "$case/cmd" >"$scratch/out" 2>"$scratch/raw" </dev/null
	echo $? >"$scratch/rc"
	[ "$(cat "$scratch/rc")" != 77 ] || { echo "skipped: $case: $(cat "$scratch/out")"; continue; }
	steady <"$scratch/raw" >"$scratch/err"
	for part in out err rc; do
		if [ $update = yes ]; then
			[ $part = err ] && [ ! -e "$case/err" ] && continue
			cp "$scratch/$part" "$case/$part"
		elif [ -e "$case/$part" ]; then
			same "$case/$part" "$case/$part" "$scratch/$part"
		elif [ $part != err ]; then
			echo "$case has no $part"
			report "$case/$part" 1
		fi
	done
done
[ $update = yes ] || [ $passed -gt 0 ] || report "there are cases" 1
finish
