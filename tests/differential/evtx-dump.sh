#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make compare-evtx-dump LOGS='FILE-OR-FOLDER…': the native decoder against evtx_dump, record by
# record. Needs jq, and evtx_dump (cargo install evtx) on the path or in ~/.cargo/bin.
. "${srcdir:-.}/tests/setup.sh"

PATH=$PATH:$HOME/.cargo/bin
for tool in evtx_dump jq; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
[ $# -gt 0 ] || {
	echo "usage: evtx-dump.sh FILE-OR-FOLDER..."
	exit 2
}

# jq 1.6 keeps 53 bits of a number; what needs more is made text. A quote without a backslash
# before it and a colon behind it can only end a key.
keep_long_numbers()
{
	sed -E 's/([^\\]":)(-?[0-9]{16,})([,}])/\1"\2"\3/g'
}

compare()
{
	wmihunt events -q --every --decoder=native "$1" >"$scratch/ours" 2>>"$scratch/faults"
	evtx_dump -t 1 -o jsonl "$1" 2>>"$scratch/errors" | keep_long_numbers >"$scratch/theirs"
	jq -n -r --arg log "$1" --slurpfile ours "$scratch/ours" \
		--slurpfile theirs "$scratch/theirs" \
		-f "$source/tests/differential/evtx-dump.jq" >>"$scratch/lines" ||
		echo "$1" >>"$scratch/unread"
}

# count WORD: records with that outcome.
count()
{
	grep -c "^$1" "$scratch/lines"
}

# kinds WORD: how many of each kind.
kinds()
{
	grep "^$1	" "$scratch/lines" | cut -f 2 | sort | uniq -c | sort -rn
}

: >"$scratch/lines"
: >"$scratch/unread"
find "$@" -type f -iname '*.evtx' >"$scratch/logs"
while IFS= read -r log; do
	compare "$log"
done <"$scratch/logs"

echo "$(wc -l <"$scratch/logs") logs, $(wc -l <"$scratch/lines") records: $(count identical) identical," \
	"$(count renderings) but for known renderings, $(count differing) differing," \
	"$(count ours) only ours, $(count theirs) only theirs"
kinds renderings
kinds differing
[ -z "${LINES_OUT-}" ] || cp "$scratch/lines" "$LINES_OUT"
grep -v -e '^identical' -e '^renderings' "$scratch/lines" | cut -c 1-400 | head -n 40
[ ! -s "$scratch/unread" ] || {
	echo "FAILED: jq could not read these:"
	cat "$scratch/unread"
}
[ "$(count differing)" -eq 0 ] && [ "$(count theirs)" -eq 0 ] && [ ! -s "$scratch/unread" ]
