#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every line that the golden runs hold, and that commands write of the samples, flat or not, is as
# the schema says.
. "${srcdir:-.}/tests/setup.sh"

cd "$source" || exit 99
if ! python3 -c 'from jsonschema import Draft202012Validator' 2>"$scratch/why"; then
	echo "skipped: lines are not held against the schema: $(tail -n 1 "$scratch/why")"
	exit 77
fi

# valid NAME FILE KIND…: all lines are, and there are some of each kind.
valid()
{
	python3 tests/schema/validate.py share/wmihunt/schema.json <"$2" >"$scratch/said"
	status=$?
	[ $status -eq 0 ] || head -n 20 "$scratch/said"
	report "$1" $status
	shift 2
	for kind; do
		tail -n 1 "$scratch/said" | grep -qw "$kind:[0-9]*"
		report "there are lines of kind $kind" $?
	done
}

# Some of the runs cut lines, or make others of them, which have no schema; one takes members out.
for case in tests/cases/*/; do
	[ "$case" = tests/cases/hunt-evidence-lines/ ] || cat "$case/out" "$case/err" 2>/dev/null
done | grep -a '^{"kind":' | sed 's/"seconds":T,"mb_per_second":R/"seconds":1,"mb_per_second":1/; s/"version":V,"rules":N,"rules_sha256":SHA/"version":"V"/; s/"id":ID,//' |
	grep -v '^{"kind":"fault","schema"' | jq -cR 'fromjson? | select(.schema or .kind == "note")' >"$scratch/golden"
valid "lines of golden runs" "$scratch/golden" subscription evidence correlation coverage event log fault note summary begin

# lines OPTION…: of all commands
lines()
{
	wmihunt hunt --all --explain --trust-lines "$@" samples tests/packs tests/hunts 2>&1
	wmihunt events --inline-errors "$@" samples 2>/dev/null
	wmihunt events --every --inline-errors --trust-lines "$@" samples tests/hunts 2>/dev/null
	wmihunt stack "$@" samples 2>&1
	wmihunt objects --every "$@" samples 2>&1
}
all="subscription evidence correlation coverage stack event object log fault begin summary"
lines >"$scratch/lines"
# shellcheck disable=SC2086 # one word a kind
valid "lines of the samples" "$scratch/lines" $all
lines --flat >"$scratch/flat"
# shellcheck disable=SC2086 # so
valid "flat lines of the samples" "$scratch/flat" $all

jq -c 'select(any(.[]; type == "object" or type == "array")) | .kind' "$scratch/flat" >"$scratch/got"
same "flat lines have neither objects nor lists" /dev/null "$scratch/got"
steady='del(.seconds, .mb_per_second)'
jq -c "$steady" "$scratch/lines" >"$scratch/want"
jq -c "$steady"' | with_entries(if .key | IN("host_names", "filter", "consumer", "contradicted_by", "stored", "told", "parts",
	"events", "timeline", "matches", "known_good", "data", "data_names", "source", "process", "parent", "links", "tags",
	"group", "windows", "zone", "logs", "wmi_starts", "clock_changes", "blind", "filter_names", "consumer_names", "rule",
	"derivation", "properties", "defaulted", "holds", "rules_from") then .value |= fromjson else . end)' "$scratch/flat" >"$scratch/got"
same "and lose nothing" "$scratch/want" "$scratch/got"

# What the schema must refuse.
grep -m 1 '^{"kind":"subscription"' "$scratch/lines" >"$scratch/one"
refused()
{
	jq -c "$1" "$scratch/one" >"$scratch/changed"
	if cmp -s "$scratch/one" "$scratch/changed"; then
		report "$1 changes something" 1
	fi
	! python3 tests/schema/validate.py share/wmihunt/schema.json <"$scratch/changed" >/dev/null
	report "refused: $1" $?
}
for change in '.mine = 1' 'del(.id)' '.id = "1"' '.schema = 2' '.kind = "other"' '.state = "gone"' '.filter.mine = 1' \
	'.first_seen = 7' '.events[0].time = "yesterday"' '.parts = ["filter", "x"]' '.filter = "name"'; do
	refused "$change"
done
finish
