#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A log's own word against what is read of it: each description of tests/word (behind common.yml) makes
# a log, and NAME.expected is what must be said of it: read errors and notes, events with their marks,
# findings and subscriptions, the exit status. The sieve changes nothing of it. With --update the
# expectations are rewritten. What wmihunt is asked is said for all of them with --recover, too, where
# that gives more.
. "${srcdir:-.}/tests/setup.sh"
evtxgen=$build/tests/evtxgen/evtxgen

# shellcheck disable=SC2016 # jq's variables
lines='
	select(.kind != "summary") |
	if .kind == "fault" then "\(.offset): \(.reason)"
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
	wmihunt events -q "$@" log.evtx 2>"$scratch/said" | jq -r "$lines"
	wmihunt hunt -q --all "$@" log.evtx 2>/dev/null >"$scratch/found"
	echo "status $?"
	jq -r "$lines" "$scratch/found"
	wmihunt hunt -q --all "$@" log.evtx 2>&1 >/dev/null | jq -r "$lines"
	wmihunt hunt -q --all "$@" log.evtx 2>&1 >/dev/null | jq -r 'select(.kind == "fault").reason' |
		sort >"$scratch/of-hunt"
	jq -r 'select(.kind == "fault").reason' "$scratch/said" | sort >"$scratch/of-events"
	same "$name: hunt and events say the same" "$scratch/of-events" "$scratch/of-hunt"
}

cd "$scratch" || exit 99
for description in "$source"/tests/word/*.yml; do
	name=$(basename "$description" .yml)
	[ "$name" != common ] || continue
	cat "$source/tests/word/common.yml" "$description" >log.yml
	"$evtxgen" log.yml log.evtx || report "$name is a log" 1
	say >got
	say --no-sieve >unsieved
	same "$name: the sieve changes nothing" got unsieved
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
finish
