#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A log's own word against what is read of it: each description of tests/word (behind common.yml) makes
# a log, and NAME.expected is what must be said of it: read errors and notes, events with their marks,
# findings and subscriptions, the exit status. The sieve changes nothing of it. With --update the
# expectations are rewritten. What --recover adds stands behind the rest. Logs of ../shared/cases are
# tried as well.
. "${srcdir:-.}/tests/setup.sh"
evtxgen=$build/tests/evtxgen/evtxgen

# shellcheck disable=SC2016 # jq's variables
lines='
	select(.kind != "summary") |
	if .kind == "fault" then "\(.offset): \(.reason)"
	elif .kind == "status" then "status \(.status)"
	elif .kind == "log" or .kind == "coverage" then empty
	elif .kind == "note" then "note: \(.message)"
	elif .kind == "event" then
		"event \(.event_id // "?") \(.record_id) of \(.host // "?")" +
		([(select(.partial) | " partial"), (.source | (select(.hidden) | " hidden"),
			(select(.chimera) | " chimera"), (select(.recovered) | " recovered"))] | add // "")
	elif .kind == "subscription" then
		"subscription \(.namespace) \(.filter.name) on \(.host // "?"): \(.state), \(.sightings)" +
		(if .partial then " partial" else "" end)
	else "\(.kind) \(.event_id // "?"): \(.level // "-") \([.matches[].title] | join(", "))" end'

# say OPTIONS: all that is said of log.evtx in the current folder.
say()
{
	wmihunt events -q "$@" log.evtx >"$scratch/events" 2>"$scratch/said"
	wmihunt hunt -q --all "$@" log.evtx >"$scratch/found" 2>"$scratch/said-by-hunt"
	echo "{\"kind\":\"status\",\"status\":$?}" >"$scratch/status"
	jq -r "$lines" "$scratch/events" "$scratch/status" "$scratch/found" "$scratch/said-by-hunt"
	grep '"kind":"fault"' "$scratch/said" | sort >"$scratch/of-events"
	grep '"kind":"fault"' "$scratch/said-by-hunt" | sort >"$scratch/of-hunt"
	same "$name: hunt and events say the same" "$scratch/of-events" "$scratch/of-hunt"
}

cd "$scratch" || exit 99
for description in "$source"/tests/word/*.yml; do
	name=$(basename "$description" .yml)
	[ "$name" != common ] || continue
	cat "$source/tests/word/common.yml" "$description" >log.yml
	"$evtxgen" log.yml log.evtx || report "$name is a log" 1
	say >got
	if [ -z "$sanitized" ]; then
		say --no-sieve >unsieved
		same "$name: the sieve changes nothing" got unsieved
	fi
	say --recover >recovered
	if ! cmp -s got recovered; then
		echo "recover:" >>got
		cat recovered >>got
	fi
	if [ "${1-}" = --update ]; then
		cp got "$source/tests/word/$name.expected"
	else
		same "$name" "$source/tests/word/$name.expected" got
	fi
	case $name in
	sound*) grep -q '^status [01]$' got ;;
	esac
	report "$name: a sound log has no read error" $?
done

# ask NAME STATUS PATTERN PATH: hunt must end so, and say that, of a log made elsewhere.
ask()
{
	path=$shared/$4
	wmihunt hunt -q --all "$path" >"$scratch/shared" 2>&1
	[ $? -eq "$2" ] && jq -r "$lines" "$scratch/shared" | grep -q "$3"
	report "$1" $?
}

shared=${WH_CASES:-$source/../shared/cases}
if [ -d "$shared" ] && [ "${1-}" != --update ]; then
	for log in gap renumbered; do
		ask "01 $log" 2 'Event Record Hidden' "01-eventlogedit-merged-record/$log.evtx"
	done
	ask 02 2 '3 of 40 records' 02-chunk-header-tells-too-much/log.evtx
	ask 07 2 'the log is empty' 07-zero-byte-logs/logs
	ask '07 zip' 2 'the log is empty' 07-zero-byte-logs/logs.zip
	ask '07 zeros' 2 'nothing but zeros' 07-zero-byte-logs/z
	ask '07 cut' 2 '0 of 1 chunks' 07-zero-byte-logs/cut.evtx
	ask '08 cut' 2 '2 of 4 chunks' 08-cut-at-a-chunk-boundary/after-2-of-4.evtx
	ask '08 zeros' 2 '2 of 4 chunks' 08-cut-at-a-chunk-boundary/zero-tail.evtx
	ask '08 header' 2 '0 of 4 chunks' 08-cut-at-a-chunk-boundary/header-only.evtx
	ask '08 in header' 2 '0 of 4 chunks' 08-cut-at-a-chunk-boundary/in-header.evtx
	ask '08 whole' 0 subscription 08-cut-at-a-chunk-boundary/whole.evtx
	for log in ones ones-not-header negative y10k zero; do
		ask "25 $log" 2 subscription "25-filetime-out-of-range/one-$log.evtx"
		ask "25 $log: the time was written over" 2 'records of this chunk have a wrong checksum' \
			"25-filetime-out-of-range/one-$log.evtx"
	done
	ask 30 0 subscription 30-recovered-record-of-two-halves/slack-header-of-another.evtx
	ask 31 0 'NW on .*: deleted, 6' 31-clock-set-back/sysmon.evtx
	ask '31 note' 0 'set back by 1 d 00:00:02' 31-clock-set-back/sysmon.evtx
else
	echo "skipped: ../shared/cases is not there"
fi
finish
