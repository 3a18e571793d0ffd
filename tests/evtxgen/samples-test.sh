#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes every log of samples/ again from its description and compares them byte by byte.
set -eu

srcdir=${srcdir:-.}
evtxgen=tests/evtxgen/evtxgen
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failed=0

fail() {
	echo "samples-test: $*" >&2
	failed=1
}

count=0
for description in "$srcdir"/samples/*.evtx.yml; do
	log=${description%.yml}
	name=${log##*/}
	if ! "$evtxgen" "$description" "$temp/$name"; then
		fail "$name: cannot be made"
	elif ! cmp "$log" "$temp/$name"; then
		fail "$name: differs; make samples writes it anew"
	fi
	count=$((count + 1))
done
[ "$count" -ge 8 ] || fail "only $count samples"

for log in "$srcdir"/samples/*.evtx; do
	[ -f "$log.yml" ] || fail "${log##*/}: has no description"
done

# A pipe gets the same bytes as a file, with and without damage.
for name in infected-host damaged; do
	"$evtxgen" "$srcdir/samples/$name.evtx.yml" - >"$temp/pipe"
	cmp "$srcdir/samples/$name.evtx" "$temp/pipe" || fail "$name: differs through a pipe"
done

# What a description gets wrong is named with its place, never passed over.
refuse() { # DESCRIPTION MESSAGE
	printf '%s\n' "$1" >"$temp/wrong.yml"
	if "$evtxgen" "$temp/wrong.yml" "$temp/wrong.evtx" 2>"$temp/message"; then
		fail "not refused: $1"
	fi
	grep -qF -e "$2" "$temp/message" || fail "message of \"$1\": $(cat "$temp/message")"
}
refuse 'records: [{event_id: 1, host: H, colour: red}]' '/records/0: unknown key "colour"'
refuse 'records: [{host: H}]' '/records/0: event_id is missing'
refuse 'records: [{event_id: 65536, host: H}]' '/records/0/event_id: '
refuse 'records: [{event_id: 1}]' '/records/0: host is missing'
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: guid, value: x}}}]' \
	'/records/0/event_data/A/value: not a GUID in braces: "x"'
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: "int8[]", value: ["128"]}}}]' \
	'/records/0/event_data/A/value/0: '
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: "int8[]", value: "1"}}}]' \
	'/records/0/event_data/A/value: should be a list'
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: "null[]", value: []}}}]' \
	'/records/0/event_data/A/type: unknown type "null'
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: real32, value: 1x}}}]' \
	'/records/0/event_data/A/value: not a real number: "1x"'
refuse 'records: [{event_id: 1, host: H, event_data: {A: {type: ansi, value: "\u4e2d"}}}]' \
	'/records/0/event_data/A/value: '
refuse 'records: [{event_id: 1, host: H, event_data: {A: {fill: x, times: 40000}}}]' \
	'record 1 does not fit in a chunk'
refuse '{records: [{event_id: 1, host: H}], damage: [{truncate: 99999}]}' 'no such place in the log'

exit "$failed"
