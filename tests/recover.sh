#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must hold of --recover and --quick for every sample and every log of real evidence:
# recovery adds to what is read without it and takes nothing away; the sieve changes nothing of
# it; an image with the logs somewhere in it gives what the logs give; a quick look at
# logs of WMI and Sysmon misses nothing.
. "${srcdir:-.}/tests/setup.sh"

cd "$source" || exit 99

events()
{
	wmihunt events -q --keep-duplicates "$@" 2>/dev/null | grep -v '^{"kind":"log"'
}

without_source()
{
	sed 's/,"source":{.*//' "$1"
}

check_log()
{
	events "$1" >"$scratch/plain"
	events --recover "$1" >"$scratch/recovered"
	grep -v '"recovered":true}}$' "$scratch/recovered" >"$scratch/rest"
	same "$1: --recover takes nothing away" "$scratch/plain" "$scratch/rest"

	events --recover --no-sieve "$1" >"$scratch/unsieved"
	same "$1: the sieve changes nothing of --recover" "$scratch/recovered" "$scratch/unsieved"

	events --quick "$1" >"$scratch/quick"
	same "$1: --quick misses nothing" "$scratch/plain" "$scratch/quick"

	# Chunks at odd offsets, and nothing that tells of a log.
	{ head -c 12345 /dev/zero | tr '\0' n; tail -c +4097 "$1"; } >"$scratch/image"
	events --recover "$scratch/image" >"$scratch/image-events"
	without_source "$scratch/image-events" | sort >"$scratch/got"
	without_source "$scratch/recovered" | sort >"$scratch/expected"
	same "$1: an image gives what the log gives" "$scratch/expected" "$scratch/got"
	! grep -qv '"recovered":true}}$' "$scratch/image-events"
	report "$1: all of the image is marked as recovered" $?

	# Lines of recovered events, read back and written again, stay the same.
	events --every - <"$scratch/image-events" >"$scratch/again"
	same "$1: recovered lines survive a round trip" "$scratch/image-events" "$scratch/again"
}

# Were the options refused, all of the above would be empty and the same.
events --recover samples/infected-host.evtx >"$scratch/some"
[ -s "$scratch/some" ]
report "there are events" $?

[ -d "$evidence" ] || echo "skipped: real logs, none are at $evidence"
for log in samples/*.evtx "$evidence"/*.evtx; do
	[ ! -e "$log" ] || check_log "$log"
done
finish
