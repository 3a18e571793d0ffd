#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On one machine with GNU parallel: INPUTS (archives, logs, folders) are mapped by several runs, and their
# hosts hunted in by several. Leaves in OUT: found.jsonl (all findings and coverage), stack.jsonl, and
# said.jsonl, the read errors of the map.
#
#     examples/parallel.sh OUT INPUT…
#
# SHARDS parts (default: 16), RULES: options for all runs, as --rules=FILE.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
mkdir -p "$out/keyed" "$out/parts"
# 2 is a read error, which stands among the lines.
# shellcheck disable=SC2086 # options are words
parallel --no-notice "{ wmihunt events --key --inline-errors --exit-zero ${RULES-} {}; wmihunt objects -q --key --exit-zero {}; } >'$out/keyed/'{#} 2>/dev/null || [ \$? = 2 ]" ::: "$@"
cat "$out"/keyed/* >"$out/keyed.all"
grep -h '^	{"kind":"fault"' "$out/keyed.all" | cut -f 2 >"$out/said.jsonl" || :
awk -f "$here/lines.awk" -f "$here/names.awk" "$out/keyed.all" >"$out/groups"
awk -v shards="${SHARDS:-16}" -v out="$out/parts/" -f "$here/lines.awk" -f "$here/shuffle.awk" "$out/groups" "$out/keyed.all"
parallel --no-notice "wmihunt hunt -q --all --shard --exit-zero ${RULES-} - <{} 2>/dev/null || [ \$? = 2 ]" ::: "$out"/parts/* >"$out/shards.jsonl"
# shellcheck disable=SC2086 # so
wmihunt hunt -q --correlate-only --exit-zero ${RULES-} "$out/shards.jsonl" >"$out/across.jsonl"
grep -v '^{"kind":"match"' "$out/shards.jsonl" | cat - "$out/across.jsonl" >"$out/found.jsonl"
# shellcheck disable=SC2086 # so
wmihunt stack -q --saved --exit-zero ${RULES-} "$out/shards.jsonl" >"$out/stack.jsonl"
rm -rf "$out/keyed" "$out/keyed.all" "$out/parts" "$out/groups" "$out/shards.jsonl" "$out/across.jsonl"
