#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A large export is read in parts by several workers: events, read errors and counts are those of one
# reader, as from a pipe, with broken lines where parts meet.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99
wmihunt events -q --every samples/infected-host.evtx samples/sysmon-only.evtx samples/attacked-host.evtx |
	jq -c ".record_id = 987654321" >"$scratch/log"

# Repeats lines to some 40 MiB, each with a number of its own in the place of the record's.
# shellcheck disable=SC2016 # awk's
grow='
	{ begin[NR] = substr($0, 1, (at = index($0, "987654321")) - 1); rest[NR] = substr($0, at + 9) }
	function put(text) { print text; size += length(text) + 1 }
	END {
		part = 16 * 1024 * 1024
		while (size < 2.5 * part)
			for (i = 1; i <= NR; i++) {
				text = begin[i] (900000000 + ++number) rest[i]
				near = size % part
				if (near > 20000 && near < part - 20000) {
					put(text)
					continue
				}
				if (number % 7 == 0)
					put("no record")
				if (number % 5 == 0)
					text = substr(text, 1, length(text) / 2)
				else if (number % 11 == 0)
					text = "  " text
				put(text)
				if (number % 13 == 0)
					put("")
			}
	}'

# What came out, without the path, what is made of it, and how long it took.
read_all()
{
	jq -c 'del(.source.path, .path, .id, .seconds, .mb_per_second)'
}

try()
{
	jq "$2" -L tests/exports "include \"spell\"; $1" "$scratch/log" | LC_ALL=C awk "$grow" >"$scratch/large"
	# shellcheck disable=SC2002 # a pipe is read from begin to end
	cat "$scratch/large" | wmihunt events --every - 2>"$scratch/errors" | read_all >"$scratch/whole"
	read_all <"$scratch/errors" >>"$scratch/whole"
	for jobs in 1 3; do
		wmihunt events --every --jobs=$jobs "$scratch/large" 2>"$scratch/errors" | read_all >"$scratch/parts"
		read_all <"$scratch/errors" >>"$scratch/parts"
		cmp "$scratch/whole" "$scratch/parts"
		report "$1, by $jobs workers" $?
	done
	rm "$scratch/whole" "$scratch/parts"
}

for name in evtx_dump winlogbeat nxlog; do
	try $name -c
done
try xml -r
finish
