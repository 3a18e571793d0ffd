#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real logs: what is known to be in them must come out, exactly.
. "${srcdir:-.}/tests/setup.sh"

if [ ! -d "$evidence" ]; then
	echo "skipped: no real logs at $evidence"
	exit 77
fi

# expect NAME EXPECTED ACTUAL
expect()
{
	[ "$2" = "$3" ] || printf '%s:\n  expected %s\n  got      %s\n' "$1" "$2" "$3"
	[ "$2" = "$3" ]
	report "$1" $?
}

ids()
{
	wmihunt events -q "$1" | jq -s -c 'group_by(.event_id) | map([.[0].event_id, length])'
}

# host, parts, filter, consumer, state, sightings, level, known-good of each subscription
subscriptions()
{
	wmihunt hunt -q --all "$1" | jq -c '[.host, .filter.name, .consumer.name, .state,
		.sightings, (.parts | length), .level != null, .known_good != null]'
}

log=$evidence/sysmon_20_21_1_CommandLineEventConsumer.evtx
expect "Sysmon sample: events" '[[19,2],[20,2],[21,2]]' "$(ids "$log")"
expect "Sysmon sample: one subscription, created and deleted" \
	'["IEWIN7","BotFilter82","BotConsumer23","deleted",6,3,true,false]' "$(subscriptions "$log")"

log=$evidence/PanacheSysmon_vs_AtomicRedTeam01.evtx
expect "Atomic Red Team: events" '[[19,2],[20,2],[21,2]]' "$(ids "$log")"
expect "Atomic Red Team: one subscription" \
	'["MSEDGEWIN10","AtomicRedTeam-WMIPersistence-Example","AtomicRedTeam-WMIPersistence-Example","deleted",6,3,true,false]' \
	"$(subscriptions "$log")"

log=$evidence/forwarded-800-4103-4104-PowerLurk.evtx
expect "forwarded: ten records, none lost" 10 "$(wmihunt events -q --every "$log" 2>/dev/null | wc -l)"

unpack()
{
	mkdir -p "$scratch/$1"
	(cd "$scratch/$1" && 7z x -y "$evidence/$1.7z" >/dev/null) || exit 99
}

unpack APTSimulatorVM_EventLogs
log=$scratch/APTSimulatorVM_EventLogs
expect "APTSimulator: events" '[[5861,3]]' "$(ids "$log")"
expect "APTSimulator: subscriptions" \
	'["DESKTOP-TMKU40H","SCM Event Log Filter","SCM Event Log Consumer","active",1,3,false,true]
["DESKTOP-TMKU40H","ProcessStartTrigger","KillProcess","active",1,3,true,false]
["WIN-C89CFTIHC0I","SCM Event Log Filter","SCM Event Log Consumer","active",1,3,false,true]' \
	"$(subscriptions "$log")"
expect "APTSimulator: one finding" 1 "$(wmihunt hunt -q "$log" | wc -l)"

unpack RathbunVM_W10EventLogs
log=$scratch/RathbunVM_W10EventLogs
expect "Rathbun: events" '[[5861,4]]' "$(ids "$log")"
expect "Rathbun: no finding" 0 "$(wmihunt hunt -q "$log" | wc -l)"
expect "Rathbun: all known-good" true \
	"$(wmihunt hunt -q --all "$log" | jq -s 'all(.known_good != null) and (map(.sightings) | add == 4)')"
finish
